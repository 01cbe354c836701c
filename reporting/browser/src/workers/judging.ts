/** The worker that tells what a file is: it holds no keys, and is ended after every file. */

import { judge } from "../viewer/judging.ts";
import type { JudgingApi } from "./judging_api.ts";
import { serve } from "./rpc.ts";

serve({ judge: (file, name) => judge(file, name) } satisfies JudgingApi);
