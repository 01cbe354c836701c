/** The worker of mailbox pages: see `reporter_api.ts`. */

import { Transport } from "../client/transport.ts";
import { MailboxEngine } from "./mailbox_engine.ts";
import { serve } from "./rpc.ts";

serve(new MailboxEngine(new Transport()));
