/** What is not in order with a case: each warning of protocol section 5 as a sentence, with what it means and what to do. */

import type { ShownCase } from "../client/shown.ts";
import { h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { newerDirectoryWords, warningAdvice, warningWords } from "../ui/words.ts";

interface Told {
  readonly fact: string;
  readonly advice: string;
}

function toldOf(shown: ShownCase): Told[] {
  const told = shown.warnings.map((warning) => ({ fact: warningWords(warning), advice: warningAdvice(warning, "reporter") }));
  if (shown.needsNewerDirectory) {
    const advice = gettext("The server may hold the newer list back. Look again later; until then, nothing you write is sealed to anybody.");
    told.push({ fact: newerDirectoryWords(), advice });
  }
  if (shown.server.sealedBy === "server") {
    const advice = gettext("It was readable in the server's memory for a moment. What you write here is sealed on your device.");
    told.push({ fact: gettext("By the server's word this report was sealed by the server, not on its writer's device."), advice });
  }
  return told;
}

/** What is not in order with a case; null where all is well. */
export function warningBox(shown: ShownCase): HTMLElement | null {
  const told = toldOf(shown);
  if (told.length === 0) return null;
  return h(
    "div",
    { class: "warning case-warnings" },
    h("h3", {}, gettext("Something is not in order")),
    h(
      "ul",
      { role: "list" },
      told.map(({ fact, advice }) => h("li", {}, h("strong", {}, fact), h("p", {}, advice))),
    ),
  );
}
