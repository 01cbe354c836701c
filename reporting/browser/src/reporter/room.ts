/** How much of one entry's room is taken: said calmly from half on, plainly where it is too much. */

import { fill, h } from "../ui/dom.ts";
import { gettext, number } from "../ui/i18n.ts";
import type { Measure } from "../workers/reporter_api.ts";

const WAIT = 400; // milliseconds without typing before it is measured
const SHOWN_FROM = 0.5;
const CLOSE = 0.9;

/** Measures what is written, a moment after typing ends. */
export class Room {
  readonly element = h("div", { class: "room", hidden: true });
  readonly #said = h("p", { class: "visually-hidden", role: "status" });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #level = "";

  /** `measure` answers with null while it cannot tell. */
  constructor(private readonly measure: () => Promise<Measure | null>) {}

  /** The live region, which must be on the page before it speaks. */
  get region(): HTMLElement {
    return this.#said;
  }

  /** Something was typed. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.measure().then((found) => {
        if (found !== null) this.#show(found);
      });
    }, WAIT);
  }

  #show({ used, limit }: Measure): void {
    const share = used / limit;
    this.element.hidden = share < SHOWN_FROM;
    const level = share > 1 ? "over" : share >= CLOSE ? "close" : share >= SHOWN_FROM ? "half" : "";
    this.element.dataset["level"] = level;
    const percent = Math.min(Math.round(share * 100), 100);
    const text = level === "over" ? tooLong(used - limit) : gettext("{percent}% of the room of one report is taken ({used} of {limit} bytes).", { percent: number(percent), used: number(used), limit: number(limit) });
    fill(this.element, h("p", {}, text), h("progress", { value: Math.min(used, limit), max: limit, "aria-label": gettext("Room taken") }));
    // Read out only when it gets closer, not with every word.
    if (level !== this.#level) this.#said.textContent = level === "" ? "" : text;
    this.#level = level;
  }
}

function tooLong(over: number): string {
  return gettext("This is {over} bytes too long for one report. Shorten it here; you can write the rest as a message once the report is sent.", {
    over: number(over),
  });
}
