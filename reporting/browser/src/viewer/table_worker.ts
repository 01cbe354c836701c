/** The worker that reads tables: the viewer starts it from the text that the build put into its script, for one file. */

import { BROKEN, NotShown } from "./messages.ts";
import type { Answered, Asked } from "./table_apart.ts";
import { readTable } from "./table_reading.ts";

function answer(answered: Answered): void {
  postMessage(answered);
}

addEventListener("message", ({ data: { content, type } }: MessageEvent<Asked>) => {
  readTable(content, type).then(
    (sheets) => { answer({ sheets }); },
    (error: unknown) => {
      const known = error instanceof NotShown;
      answer({ refused: known ? { message: error.message, values: error.values } : { message: BROKEN, values: {} } });
    },
  );
});
