/** The news link of a mailbox: a button, behind which all else about it is loaded. */

import { fill, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { faultBox, faultWords } from "./fault_box.ts";
import type { NewsChoice, NewsPage } from "./news_types.ts";
import { load } from "./on_demand.ts";
import { button } from "./steps.ts";

/** The section below the cases. */
export function newsPart(remote: NewsPage["remote"]): HTMLElement {
  const place = h("div");
  const said = h("p", { class: "help", role: "status" });
  const fault = (error: unknown): HTMLElement => faultBox(faultWords(error));
  const show = (): void => {
    fill(said, gettext("Getting ready …"));
    load("newslink").then(
      () => {
        fill(said);
        const element = document.createElement("news-choice") as NewsChoice;
        fill(place, element);
        element.begin({ remote, fault });
      },
      () => { fill(said, gettext("No connection just now."), " ", button(gettext("Try again"), "quiet", show)); },
    );
  };
  return h(
    "section",
    { class: "news-part no-print" },
    h("h2", {}, gettext("A link that only tells whether there is news")),
    h("p", {}, gettext("With it you need not enter your code each time. You do not need it: looking in here tells you the same.")),
    h("p", {}, button(gettext("What it does, and what it gives away"), "show-news", show)),
    said,
    place,
  );
}
