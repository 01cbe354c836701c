/** What the page says above the form about the site itself. */

import { type Child, h } from "../ui/dom.ts";
import { gettext, language, listed } from "../ui/i18n.ts";
import { button } from "./steps.ts";

/** Places notices, one of a kind at a time. */
export class Notices {
  /** `drafts`: whether the page can save what was written as a sealed file, to be sent on a better day. */
  constructor(
    readonly place: HTMLElement,
    private readonly drafts = true,
  ) {}

  /** Shows a notice in the place of the one of the same name. `urgent`: it is read out at once. */
  show(name: string, kind: "note" | "warning" | "fault" | "done", urgent: boolean, ...content: readonly Child[]): HTMLElement {
    this.hide(name);
    const notice = h("div", { class: kind, "data-notice": name, role: urgent ? "alert" : "status" }, ...content);
    this.place.append(notice);
    return notice;
  }

  hide(name: string): void {
    this.place.querySelector(`[data-notice="${name}"]`)?.remove();
  }

  /** The site does not prove that it is what it claims to be. */
  falseSite(): void {
    this.show(
      "site",
      "fault",
      true,
      h("p", {}, h("strong", {}, gettext("This site does not prove that it is what it claims to be. Nothing is sent from this page."))),
      h("p", {}, gettext("Compare the fingerprint at the foot of this page with the one on the poster or leaflet. If it differs, close this page. If it is the same, somebody may be meddling with the site: try again later or from another network, and tell the authority in a way you trust.")),
      h("p", {}, h("a", { href: `/${language}/how#fingerprint` }, gettext("What the fingerprint is for"))),
    );
  }

  /** Nothing answers; the page goes on trying. */
  offline(again: () => void): void {
    this.show(
      "site",
      "warning",
      false,
      h("p", {}, gettext("There is no connection to the site just now. Nothing you typed is lost; you can go on writing, and this page keeps trying.")),
      h("p", {}, button(gettext("Try now"), "", again)),
    );
  }

  /** Something else is wrong with the site; `reason` says what. */
  failed(reason: string, again: () => void): void {
    this.show("site", "warning", false, h("p", {}, reason), h("p", {}, gettext("Nothing can be sent yet. Nothing you typed is lost.")), h("p", {}, button(gettext("Try again"), "", again)));
  }

  /** The list is past its last day, or the device's clock is wrong: the person knows what day it is. */
  askDay(before: string | null, use: (day: string) => void): void {
    const field = h("input", { id: "today", type: "date", autocomplete: "off" });
    const go = (): void => {
      if (/^\d{4}-\d\d-\d\d$/.test(field.value)) use(field.value);
      else field.focus();
    };
    this.show(
      "site",
      "warning",
      true,
      h("p", {}, before === null ? gettext("Either this device’s clock is wrong, or the site’s list of recipients is out of date. Nothing is sent until that is clear.") : gettext("On that day too, the site’s list of recipients is out of date. Nothing can be sent before the authority renews it.")),
      before !== null && h("p", {}, this.drafts ? gettext("Save your text as a sealed file and come back later.") : gettext("Come back later.")),
      h("div", { class: "field" }, h("label", { for: field.id }, gettext("What is today’s date?")), field),
      h("p", {}, button(gettext("Use this date"), "", go)),
    );
  }

  /** The list of recipients is newer than the page. */
  newerList(change: { readonly added: readonly string[]; readonly gone: readonly string[] }, recheck: () => void): void {
    const changed = change.added.length > 0 || change.gone.length > 0;
    this.show(
      "newer",
      "note",
      false,
      h("p", {}, gettext("The list of people who receive reports here was renewed after this page was made. The page now goes by the new list.")),
      change.added.length > 0 && h("p", {}, gettext("New on it: {names}.", { names: listed(change.added) })),
      change.gone.length > 0 && h("p", {}, gettext("No longer on it: {names}.", { names: listed(change.gone) })),
      changed && h("p", {}, button(gettext("Check who must not see this"), "", recheck)),
    );
  }
}
