/** The worker of report pages: see `reporter_api.ts`. */

import { Transport } from "../client/transport.ts";
import { ReportEngine } from "./report_engine.ts";
import { serve } from "./rpc.ts";

serve(new ReportEngine(new Transport()));
