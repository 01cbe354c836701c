/** The script for the news link, which the mailbox page loads once somebody asks for it; with its style sheet. */

import { fill, focusOn, h } from "../ui/dom.ts";
import { gettext, language } from "../ui/i18n.ts";
import { copyText } from "../ui/keeping.ts";
import type { Piece } from "../ui/trusted.ts";
import type { NewsLink } from "../workers/reporter_api.ts";
import type { NewsChoice, NewsPage } from "./news_types.ts";
import { stepLine } from "./progress.ts";
import { button } from "./steps.ts";

/** Its style sheet, put in by the build. */
declare const STYLE: Piece;

/** `<news-choice>`: what the link gives away, the link where it is on, and the button that changes that. */
class NewsChoiceElement extends HTMLElement implements NewsChoice {
  #busy = false;

  begin({ remote, fault }: NewsPage): void {
    const steps = stepLine();
    const outcome = h("div");
    const place = h("div");
    const run = async (act: () => Promise<NewsLink>, focused: boolean): Promise<void> => {
      if (this.#busy) return;
      this.#busy = true;
      fill(outcome);
      try {
        const link = await act();
        fill(place, standing(link, () => void run(() => remote.chooseNews(!link.on, steps.tell), true), focused));
        const heading = place.querySelector("h3");
        if (focused && heading !== null) focusOn(heading);
      } catch (error) {
        const box = fault(error);
        fill(outcome, box, button(gettext("Try again"), "quiet", () => void run(act, true)));
        focusOn(box);
      } finally {
        this.#busy = false;
        steps.say("");
      }
    };
    fill(this, limits(), place, steps.element, outcome);
    steps.say(gettext("Waiting for the server …"));
    void run(() => remote.newsLink(), false);
  }
}

function limits(): HTMLElement {
  return h(
    "ul",
    { class: "news-limits" },
    h("li", {}, gettext("Whoever has the link sees on which day you were last written to. They can read nothing and write nothing, and cannot get your code from it.")),
    h("li", {}, h("strong", {}, gettext("Whoever finds it on your device knows that you reported here.")), " ", gettext("Once opened, it stands in the history of that browser, and among its bookmarks if you keep it there. Do not use it on a device that others use.")),
    h("li", {}, gettext("The server then knows that you have such a link. It sees when the link is opened, as it sees when you look in here, and keeps no note of either. Tor Browser hides where you are.")),
  );
}

function standing(link: NewsLink, change: () => void, asked: boolean): HTMLElement {
  if (!link.on) {
    return h(
      "div",
      { class: "news-standing" },
      h("h3", {}, asked ? gettext("The link is off now") : gettext("The link is off")),
      h("p", {}, gettext("It tells nothing to anybody.")),
      h("p", { class: "actions" }, button(gettext("Turn the link on"), "turn-on", change)),
    );
  }
  const address = `${location.origin}/${language}/news#${link.fragment}`;
  return h(
    "div",
    { class: "news-standing" },
    h("h3", {}, asked ? gettext("The link is on now") : gettext("The link is on")),
    h("p", {}, gettext("Keep it as you keep your code. To make a bookmark, open it first.")),
    h("p", { class: "news-address", translate: "no" }, h("bdi", { class: "code", dir: "ltr" }, address)),
    ways(address, change),
    h("p", { class: "help" }, gettext("Turned off, it tells nothing. Turned on again, it is the same link: somebody who has it can use it then.")),
  );
}

function ways(address: string, change: () => void): HTMLElement {
  const said = h("p", { class: "said", role: "status" });
  const copy = async (): Promise<void> => {
    said.textContent = (await copyText(address))
      ? gettext("Copied. Other programs on this device can read what is copied: paste it into a safe place, then copy something else.")
      : gettext("The browser did not allow copying.");
  };
  return h(
    "div",
    {},
    h(
      "div",
      { class: "actions" },
      h("a", { class: "button", href: address, target: "_blank", rel: "noopener noreferrer" }, gettext("Open it in another tab")),
      button(gettext("Copy"), "", () => void copy()),
      button(gettext("Turn the link off"), "turn-off", change),
    ),
    said,
  );
}

document.head.append(h("link", { rel: "stylesheet", integrity: STYLE.integrity, href: STYLE.address }));
customElements.define("news-choice", NewsChoiceElement);
