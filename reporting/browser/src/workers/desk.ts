/** The worker of desk pages: members' keys and opened cases live in its memory, and end with it. */

import { Transport } from "../client/transport.ts";
import { DeskEngine } from "./desk_engine.ts";
import { serve } from "./rpc.ts";

serve(new DeskEngine(new Transport()));
