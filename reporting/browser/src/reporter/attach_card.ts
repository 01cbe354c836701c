/** One file as a card: its name and size, what it gives away, what becomes of that, and what else can be done. */

import type { Finding } from "../hidden/types.ts";
import { type Child, fill, h } from "../ui/dom.ts";
import { gettext, number } from "../ui/i18n.ts";
import { sizeWords } from "../ui/sizes.ts";
import type { Choice, Item } from "./attach_item.ts";
import { nameFields } from "./attach_name_fields.ts";
import { byKind, kindWords, kindsLine } from "./attach_words.ts";
import { button } from "./steps.ts";

const VALUES = 3; // of one kind, before the rest is only counted
const LETTERS = 120; // of one value

/** What a card asks of the list. */
export interface CardActions {
  readonly remove: () => void;
  readonly choose: (choice: Choice) => void;
  readonly agree: (agreed: boolean) => void;
  /** Names of the other files. */
  readonly taken: () => readonly string[];
  readonly renamed: () => void;
  readonly blackOut: () => void;
  readonly unredact: () => void;
}

/** The card of one file. */
export class Card {
  readonly element: HTMLElement;
  readonly #name = h("bdi", { translate: "no" });
  readonly #size = h("span", { class: "soft" });
  readonly #found = h("div");
  readonly #result = h("div", { class: "file-result", role: "status" });
  readonly #tools = h("div", { class: "file-tools" });
  readonly #remove: HTMLButtonElement;
  #choices: HTMLElement | null = null;

  constructor(
    readonly item: Item,
    place: string,
    private readonly actions: CardActions,
  ) {
    this.#remove = button(gettext("Remove"), "quiet remove-file", actions.remove);
    const title = h("h3", { id: `file-${place}`, class: "file-title", tabindex: -1 }, this.#name, " ", this.#size);
    this.element = h("li", { class: "file-card", "aria-labelledby": title.id }, h("div", { class: "file-head" }, title, this.#remove), this.#found, this.#result, this.#tools);
    this.update();
  }

  focus(): void {
    this.element.scrollIntoView({ block: "nearest" });
    this.element.querySelector<HTMLElement>(".file-title")?.focus();
  }

  /** Shows the file as it stands now. */
  update(): void {
    const { item } = this;
    this.#name.textContent = item.name;
    this.#remove.setAttribute("aria-label", gettext("Remove {name}", { name: item.name }));
    this.#size.textContent = sizeWords(item.size);
    this.element.dataset["state"] = item.undecided ? "undecided" : item.state;
    fill(this.#result, this.#resultOf());
  }

  /** Shows what looking into the file found; once, since a choice that has the focus stands there. */
  showFound(): void {
    const { item, actions } = this;
    const { findings, cleaning } = item.inspection;
    this.#choices = cleaning === "none" || findings.length === 0 ? null : choices(item, this.element.getAttribute("aria-labelledby") ?? "", actions.choose);
    fill(this.#found, findings.length > 0 && [h("h4", {}, gettext("What this file gives away")), findingList(findings)], this.#choices);
    const update = (): void => {
      actions.renamed();
      this.update();
    };
    fill(this.#tools, nameFields(item, actions.taken, update), this.#pictureTools());
    this.update();
  }

  #pictureTools(): Child {
    const { item, actions } = this;
    if (!["image/jpeg", "image/png", "image/webp"].includes(item.inspection.type)) return null;
    return h(
      "p",
      { class: "picture-tools" },
      button(item.redacted ? gettext("Black out more") : gettext("Black out parts of this picture"), "quiet black-out", actions.blackOut),
      item.redacted && button(gettext("Take the black parts away again"), "quiet unredact", actions.unredact),
    );
  }

  #resultOf(): Child {
    const { item, actions } = this;
    switch (item.state) {
      case "waiting":
      case "looking":
        return busy(gettext("Looking what this file gives away …"));
      case "cleaning":
        return busy(gettext("Removing it …"));
      case "unreadable":
        return h("p", { class: "fault" }, gettext("This file changed after you picked it, or this browser can no longer read it. Remove it here, and add it again."));
      case "ready":
        return [outcome(item), notes(item), item.choice === "remove" && item.uncleanable && decision(item, actions)];
    }
  }
}

function busy(words: string): Child {
  return [h("p", {}, words), h("progress", { "aria-hidden": "true" })];
}

function findingList(findings: readonly Finding[]): HTMLElement {
  const rows = byKind(findings).map(({ kind, values }) => h("li", {}, h("span", { class: "finding-kind" }, kindWords(kind)), values.length > 0 && [": ", valuesOf(values)]));
  return h("ul", { class: "findings" }, rows);
}

function valuesOf(values: readonly string[]): Child {
  const shown = values.slice(0, VALUES).map((value, place) => [place > 0 && "; ", h("bdi", { translate: "no" }, shortened(value))]);
  const more = values.length - VALUES;
  return [shown, more > 0 && [" ", gettext("and {number} more", { number: number(more) })]];
}

function shortened(value: string): string {
  const letters = Array.from(value); // a letter outside of the first plane is not cut in two
  return letters.length > LETTERS ? `${letters.slice(0, LETTERS).join("")} …` : value;
}

function choices(item: Item, id: string, choose: (choice: Choice) => void): HTMLElement {
  const one = (choice: Choice, label: string, help: string | null): HTMLElement => {
    const field = h("input", { type: "radio", name: `${id}-choice`, id: `${id}-${choice}`, autocomplete: "off", onchange: () => { choose(choice); } });
    field.checked = item.choice === choice;
    return h("label", { class: "choice", for: field.id }, field, h("span", {}, label, help !== null && h("span", { class: "help" }, help)));
  };
  return h(
    "fieldset",
    { class: "file-choice" },
    h("legend", { class: "visually-hidden" }, gettext("What becomes of that?")),
    h(
      "div",
      { class: "choices" },
      one("remove", gettext("Remove this before sending"), null),
      one("keep", gettext("Keep it, because it may be evidence"), gettext("It can help to prove where and when a file was made. Whoever opens your report can then read all of it, and it may lead to you.")),
    ),
  );
}

function outcome(item: Item): Child {
  const { inspection, choice, removed, left } = item;
  if (choice === "keep") return h("p", {}, gettext("Nothing is removed. Whoever opens it can read all that stands above."));
  if (inspection.cleaning === "none") return !item.uncleanable ? h("p", {}, gettext("This is text and goes out as it is. Marks that nobody sees were not looked for in it.")) : null;
  return [
    removed.length > 0 && h("p", { class: "file-removed" }, item.clean ? gettext("All that stands above is removed from what is sent. The file on your device stays as it is.") : gettext("Removed: {what}.", { what: kindsLine(removed) })),
    left.length > 0 && h("p", { class: "file-left" }, gettext("Could not be removed: {what}.", { what: kindsLine(left) })),
    item.clean && inspection.findings.length === 0 && h("p", { class: "file-removed" }, gettext("No hidden traces were found in it.")),
  ];
}

function notes(item: Item): Child {
  const redacted = item.redacted && gettext("Parts are blacked out. The picture was made anew; keep the one on your device, it may be needed as proof.");
  const asked = item.choice === "remove" && item.uncleanable; // then they stand beside the decision
  const said = asked || (item.inspection.cleaning === "none" && !item.uncleanable) ? [] : item.inspection.notes;
  return [redacted && h("p", { class: "help" }, redacted), said.map((note) => h("p", { class: "help" }, gettext(note)))];
}

function decision(item: Item, { agree, remove }: CardActions): Child {
  const stays = item.inspection.notes.map((note) => h("p", { class: "file-stays" }, gettext(note)));
  if (item.agreed) {
    return [stays, h("p", { class: "file-decided" }, gettext("You decided to send it as it is."), " ", button(gettext("Change"), "quiet", () => { agree(false); }))];
  }
  return h(
    "div",
    { class: "warning" },
    h("p", {}, h("strong", {}, whatStays(item))),
    stays,
    h("p", {}, gettext("Decide whether it goes out all the same.")),
    h("p", { class: "file-decision" }, button(gettext("Send it as it is"), "agree", () => { agree(true); }), button(gettext("Leave it out"), "leave-out", remove)),
  );
}

function whatStays({ cleaned, left }: Item): string {
  if (cleaned === null) return gettext("This file may tell who made it, where and when, and nothing of that is removed.");
  return left.length > 0 ? gettext("Not everything could be removed from this file.") : gettext("Something may stay in this file that this page can neither see nor remove.");
}
