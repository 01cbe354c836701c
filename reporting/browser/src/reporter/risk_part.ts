/** One's own risk in a case of the mailbox: a button, behind which all else about it is loaded. */

import type { ShownCase } from "../client/shown.ts";
import type { OwnRisk } from "../risk/types.ts";
import { fill, h } from "../ui/dom.ts";
import { gettext, texts } from "../ui/i18n.ts";
import type { MailboxApi, Told } from "../workers/reporter_api.ts";
import { faultBox, faultWords } from "./fault_box.ts";
import { load } from "./on_demand.ts";
import { stepWords } from "./progress.ts";
import { button } from "./steps.ts";

/** What the section asks of the worker. */
export type RiskSharer = Pick<MailboxApi, "shareRisk">;

/** The section in a case, which outlives that the case is read again. */
export interface RiskPart {
  readonly element: HTMLElement;
  readonly unsent: () => boolean;
  /** The case as it stands, and who is told of it once something was shared. */
  follow(current: () => ShownCase, shared: (shown: ShownCase) => void): void;
}

/** The section of a case: a few points about one's situation, and what can help. */
export function riskPart(first: ShownCase, remote: RiskSharer): RiskPart {
  let current = (): ShownCase => first;
  let shared: (shown: ShownCase) => void = () => undefined;
  const place = h("div");
  const said = h("p", { class: "help", role: "status" });
  let own: OwnRisk | null = null;
  const begin = (): void => {
    fill(said);
    own = document.createElement("own-risk") as OwnRisk;
    own.id = `risk-${first.case.slice(0, 12)}`;
    fill(place, own);
    own.begin({
      texts: texts(),
      mayShare: () => current().closed === null,
      share: async (factors, text, tell) => {
        const progress = (told: Told): void => { if (typeof told === "string") tell(stepWords(told)); };
        shared((await remote.shareRisk(first.case, factors, text, progress)).shown);
      },
      fault: (error) => faultBox(faultWords(error), gettext("What you wrote still stands below.")),
    });
  };
  const show = (): void => {
    fill(said, gettext("Getting ready …"));
    load("risk").then(begin, () => { fill(said, gettext("No connection just now."), " ", button(gettext("Try again"), "quiet", show)); });
  };
  const element = h(
    "section",
    { class: "risk-part no-print" },
    h("h3", {}, gettext("Could this come back on you?")),
    h("p", {}, gettext("A few points about your situation, and what can help. Your device works it out; nothing is sent unless you choose to share it.")),
    h("p", {}, button(gettext("Look at my situation"), "show-risk", show)),
    said,
    place,
  );
  const follow: RiskPart["follow"] = (now, told) => {
    current = now;
    shared = told;
  };
  return { element, unsent: () => own?.unsent === true, follow };
}
