/** Sealing a report and opening it again, in Node: one line of JSON with the median milliseconds of each. */

import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import { prepareReport } from "../../reporting/browser/src/protocol/submission.ts";
import { readAsReporter } from "../../reporting/browser/src/protocol/thread.ts";
import { Case, FIRST, TODAY, everyRecipient, report } from "./world.ts";

const REPEAT = 50;
const WARM_UP = 10;
// As long as the account that tests/bench seals in Python, to as many members.
const ACCOUNT = "A road was paid for twice, and only one end of it was ever built. ".repeat(20);
const CONTENT = report({ body: { language: "en", questionnaire: "corruption-1", answers: { account: ACCOUNT } }, excluded: ["m3"] });

async function median(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < WARM_UP + REPEAT; count++) {
    const began = performance.now();
    await act();
    times.push(performance.now() - began);
  }
  return times.slice(WARM_UP).sort((one, other) => one - other)[REPEAT / 2] ?? NaN;
}

const at = { directory: FIRST, recipients: everyRecipient(), today: TODAY };
const filed = await Case.submit("bench", CONTENT);
const sealing = await median(() => prepareReport(CONTENT, ReceiptCode.generate(), at));
const opening = await median(() => readAsReporter(filed.servedToReporter(), filed.receipt, FIRST));
console.log(JSON.stringify({ "sealing a report": sealing, "opening a report": opening }));
