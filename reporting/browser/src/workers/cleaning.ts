/** The worker that looks into files and cleans them: started where somebody attaches one. */

import { clean, inspect } from "../hidden/index.ts";
import type { CleaningApi } from "./cleaning_api.ts";
import { serve } from "./rpc.ts";

serve({ inspect: (file, name) => inspect(file, name), clean: (file, name) => clean(file, name) } satisfies CleaningApi);
