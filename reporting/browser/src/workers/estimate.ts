/** The worker that estimates passphrases: large for its dictionaries, so it is loaded only where somebody chooses one. */

import { Estimator } from "./estimating.ts";
import { serve } from "./rpc.ts";

serve(new Estimator());
