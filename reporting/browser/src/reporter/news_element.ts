/** `<news-of-report>`: what a news link tells, in this page's own words: a day, or that there is none. */

import { type News, askForNews } from "../client/news.ts";
import { Transport } from "../client/transport.ts";
import { Malformed, NotAuthentic } from "../protocol/errors.ts";
import { Feed } from "../protocol/feed.ts";
import { longDay, today } from "../ui/dates.ts";
import { type Child, fill, h } from "../ui/dom.ts";
import { gettext, language } from "../ui/i18n.ts";
import { faultBox, faultWords } from "./fault_box.ts";
import { watchLeaving } from "./leaving.ts";
import { button } from "./steps.ts";

/** Where the link to skip the header leads. */
const CONTENT = "#main";

/** Asks by the link in the page's address, which no browser sends anywhere, and says what comes of it. */
export class NewsOfReport extends HTMLElement {
  #begun = false;
  #busy = false;
  #looked = false;
  #hash = "";

  /** Called by the browser. */
  connectedCallback(): void {
    if (this.#begun) return;
    this.#begun = true;
    watchLeaving({
      unsent: () => false,
      wipe: () => {
        this.replaceChildren();
      },
    });
    this.#take();
    globalThis.addEventListener("hashchange", () => { this.#take(); });
  }

  /** Takes the link from the address, and gives it back where the way to the content took its place. */
  #take(): void {
    if (location.hash === CONTENT) {
      if (this.#hash !== "") history.replaceState(null, "", this.#hash);
      if (this.#looked) return;
    } else this.#hash = location.hash;
    for (const link of document.querySelectorAll<HTMLAnchorElement>(".languages a")) link.hash = this.#hash; // its page opens the link too
    this.#look();
  }

  #look(): void {
    this.#looked = true;
    if (this.#hash === "") {
      fill(this, told(gettext("This address is without its secret part"), gettext("The link to news has a secret part at its end. You find your link in the mailbox.")), more(null));
      return;
    }
    void this.#ask();
  }

  async #ask(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    fill(this, h("p", { class: "soft", role: "status" }, gettext("Looking …")));
    let found: Child;
    try {
      found = wordsOf(await askForNews(new Transport(), shapeOf(this), Feed.parse(this.#hash), today()));
    } catch (error) {
      found = faultOf(error);
    } finally {
      this.#busy = false;
    }
    fill(this, found, more(() => { this.#look(); }));
  }
}

/** The length of bodies on the wire; a number of the page, since a look at news needs nothing else of the directory. */
function shapeOf({ dataset }: HTMLElement): number {
  const shape = Number(dataset["shape"]);
  if (!Number.isSafeInteger(shape)) throw new Error("this page has no shape");
  return shape;
}

function wordsOf({ on, day }: News): Child {
  if (!on) {
    return told(
      gettext("This link is not turned on"),
      gettext("It tells nothing. Perhaps it was turned off, or a letter of it is missing. You can turn it on and off in the mailbox."),
    );
  }
  if (day === null) return told(gettext("Nobody has written to you yet"), gettext("Look again in a few days."));
  const words = { day: longDay(day) };
  if (day === today()) {
    return told(gettext("The newest word to you is of today, {day}", words), gettext("If you read it today already, more may have come since: the mailbox shows it."));
  }
  return told(
    gettext("The newest word to you is of {day}", words),
    gettext("If you looked into the mailbox after that day, there is nothing new. If you looked before or on that day, there may be."),
  );
}

function told(title: string, ...sentences: readonly string[]): HTMLElement {
  return h("div", { class: "news-told", role: "status" }, h("p", { class: "lead" }, h("strong", {}, title)), sentences.map((words) => h("p", {}, words)));
}

function faultOf(error: unknown): HTMLElement {
  if (error instanceof Malformed) return faultBox(gettext("This link is not whole."), gettext("Open it again from where you keep it, or take it from the mailbox."));
  if (error instanceof NotAuthentic) return faultBox(faultWords(error), gettext("Do not rely on it: look into the mailbox."));
  return faultBox(faultWords(error));
}

function more(again: (() => void) | null): HTMLElement {
  return h(
    "p",
    { class: "actions" },
    h("a", { class: "button", href: `/${language}/mailbox` }, gettext("Go to the mailbox")),
    again !== null && button(gettext("Look again"), "quiet look-again", again),
  );
}
