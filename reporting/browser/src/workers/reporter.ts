/** The worker of the reporters' pages: see `reporter_api.ts`. */

import { Transport } from "../client/transport.ts";
import { ReporterEngine } from "./reporter_engine.ts";
import { serve } from "./rpc.ts";

serve(new ReporterEngine(new Transport()));
