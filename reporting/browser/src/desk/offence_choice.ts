/** Choosing offences: a list that a search narrows, by words, article or code; what modifies each that is chosen. */

import { type TemplateResult, html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";

import { MAX_OFFENCES, MODIFIERS, MODIFIER_WORDS, type Modifier, OFFENCES, type Offence, offenceKey } from "../protocol/classes.ts";
import { codeWords, offenceWords } from "../ui/class_words.ts";
import { gettext, ngettext } from "../ui/i18n.ts";
import { checked, typed } from "./page.ts";

const ALL: readonly Pick<Offence, "uncac" | "iccs">[] = OFFENCES.map(([uncac, iccs]) => ({ uncac, iccs }));
// Combining marks, which a search leaves out.
const MARKS = /\p{Mn}/gu;

/** `text` for comparing: without case and accents. */
function plain(text: string): string {
  return text.normalize("NFD").replace(MARKS, "").toLowerCase();
}

/** The offences of which the words, the article or the code hold every word that was typed. */
export function matching(search: string): readonly Pick<Offence, "uncac" | "iccs">[] {
  const wanted = plain(search).split(/\s+/u).filter(Boolean);
  return ALL.filter((one) => {
    const text = plain(`${offenceWords(one)} ${codeWords(one)}`);
    return wanted.every((word) => text.includes(word));
  });
}

/** What is chosen, and the search. `changed` is told of every change of what is chosen. */
export class OffenceChoice {
  #search = "";
  readonly #chosen: Map<string, Offence>;

  constructor(
    chosen: readonly Offence[],
    readonly changed: () => void,
    readonly repaint: () => void,
  ) {
    this.#chosen = new Map(chosen.map((one) => [offenceKey(one), one]));
  }

  /** What was chosen, in the order of the list. */
  get chosen(): readonly Offence[] {
    return ALL.flatMap((one) => this.#chosen.get(offenceKey(one)) ?? []);
  }

  view(): TemplateResult {
    const found = matching(this.#search);
    // What was found comes first, for the keyboard; what is chosen never leaves the list.
    const shown = [...found, ...ALL.filter((one) => !found.includes(one) && this.#chosen.has(offenceKey(one)))];
    return html`<fieldset class="offences"><legend>${gettext("What was reported")}</legend>
      <p class="small soft">${gettext("Choose all that fit, at most {limit}. None, where nothing in the list fits.", { limit: MAX_OFFENCES })}</p>
      <label for="offence-search">${gettext("Search by words, article or code")}</label>
      <input id="offence-search" type="search" autocomplete="off" spellcheck="false" aria-describedby="offence-found" .value=${live(this.#search)}
        @input=${(event: Event) => { this.#search = typed(event); this.repaint(); }} @keydown=${(event: KeyboardEvent) => { this.#key(event, found); }}>
      <p class="small soft" id="offence-found" role="status">${this.#foundWords(found.length)}</p>
      <div class="offence-list">${repeat(shown, offenceKey, (one) => this.#lineView(one))}</div>
    </fieldset>`;
  }

  #foundWords(count: number): string {
    if (this.#search.trim() === "") return "";
    if (count === 1) return gettext("One fits. Enter chooses it.");
    return ngettext("{number} fits.", "{number} fit.", count);
  }

  /** Enter chooses the only one that is left, and sends no form; Escape shows all again. */
  #key(event: KeyboardEvent, found: readonly Pick<Offence, "uncac" | "iccs">[]): void {
    if (event.key === "Enter") {
      event.preventDefault();
      const [only] = found;
      if (found.length !== 1 || only === undefined) return;
      this.#set(only, !this.#chosen.has(offenceKey(only)));
      this.#search = "";
      this.repaint();
    } else if (event.key === "Escape" && this.#search !== "") {
      event.stopPropagation();
      this.#search = "";
      this.repaint();
    }
  }

  #set(one: Pick<Offence, "uncac" | "iccs">, on: boolean): void {
    const key = offenceKey(one);
    if (!on) this.#chosen.delete(key);
    else if (this.#chosen.size < MAX_OFFENCES) this.#chosen.set(key, { ...one, attempted: false, legal_person: false, participation: false });
    this.changed();
  }

  #modify(key: string, name: Modifier, on: boolean): void {
    const before = this.#chosen.get(key);
    if (before !== undefined) this.#chosen.set(key, { ...before, [name]: on });
    this.changed();
  }

  #lineView(one: Pick<Offence, "uncac" | "iccs">): TemplateResult {
    const key = offenceKey(one);
    const chosen = this.#chosen.get(key);
    const full = chosen === undefined && this.#chosen.size >= MAX_OFFENCES;
    return html`<div class="offence" data-offence=${key}>
      <label class="choice"><input type="checkbox" autocomplete="off" ?disabled=${full} .checked=${live(chosen !== undefined)} @change=${(event: Event) => { this.#set(one, checked(event)); }} />
        <span>${offenceWords(one)} <span class="choice-help small soft">${codeWords(one)}</span></span></label>
      ${chosen === undefined
        ? nothing
        : html`<div class="modifiers small" role="group" aria-label=${offenceWords(one)}>${MODIFIERS.map((name) => html`<label class="choice"><input type="checkbox" autocomplete="off" .checked=${live(chosen[name])}
            @change=${(event: Event) => { this.#modify(key, name, checked(event)); }} /> <span>${gettext(MODIFIER_WORDS[name])}</span></label>`)}</div>`}
    </div>`;
  }
}
