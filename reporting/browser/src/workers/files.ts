/** The worker that sends and opens files: see `evidence/files_api.ts`. */

import { Transport } from "../client/transport.ts";
import { FilesEngine } from "../evidence/engine.ts";
import { serve } from "./rpc.ts";

serve(new FilesEngine(new Transport()));
