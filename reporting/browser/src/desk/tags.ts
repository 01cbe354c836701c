/** Tags of a case: sealed, for the team alone; every change can be taken back. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";
import type { OpenCase } from "./case_context.ts";

/** The tags, and the field that adds one. */
export class TagsPart {
  #fault = "";

  constructor(readonly open: OpenCase) {}

  async #set(tags: readonly string[], done: string): Promise<void> {
    const before = this.open.found.tags;
    this.#fault = "";
    const undo = async (): Promise<void> => {
      const fault = await this.open.act((remote, id) => remote.setTags(id, before), gettext("Taken back."));
      if (fault !== null) this.#refuse(fault);
    };
    const fault = await this.open.act((remote, id) => remote.setTags(id, tags), done, undo);
    if (fault !== null) this.#refuse(fault);
  }

  #refuse(words: string): void {
    this.#fault = words;
    this.open.context.repaint();
  }

  async #add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const field = event.target instanceof HTMLFormElement ? event.target.elements.namedItem("tag") : null;
    if (!(field instanceof HTMLInputElement) || this.open.busy) return;
    const tag = field.value.trim();
    const { tags } = this.open.found;
    if (tag === "" || tags.includes(tag)) return;
    await this.#set([...tags, tag], gettext("Tag “{tag}” added.", { tag }));
    if (this.#fault === "") field.value = "";
    field.focus();
  }

  view(): TemplateResult {
    const { found, busy, context } = this.open;
    const known = [...new Set(context.list.lines.flatMap(({ tags }) => tags))].sort();
    return html`<section class="side-part" aria-labelledby="tags-title">
      <h2 id="tags-title">${gettext("Tags")}</h2>
      ${found.tags.length === 0
        ? html`<p class="soft small">${gettext("None. Tags are sealed; only those who can read the case see them.")}</p>`
        : html`<ul class="tags">${found.tags.map((tag) => this.#tagView(tag))}</ul>`}
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert">${this.#fault}</p>`}
      ${found.closed !== null
        ? nothing
        : html`<form class="no-print tag-form" @submit=${(event: SubmitEvent) => void this.#add(event)}>
            <label for="tag" class="visually-hidden">${gettext("New tag")}</label>
            <input id="tag" type="text" maxlength="40" dir="auto" autocomplete="off" spellcheck="false" list="known-tags" placeholder=${gettext("New tag")} />
            <datalist id="known-tags">${known.map((tag) => html`<option value=${tag}></option>`)}</datalist>
            <button aria-disabled=${busy ? "true" : nothing}>${gettext("Add")}</button>
          </form>`}
    </section>`;
  }

  #tagView(tag: string): TemplateResult {
    const { found } = this.open;
    const remove = (): void => {
      if (!this.open.busy) void this.#set(found.tags.filter((one) => one !== tag), gettext("Tag “{tag}” taken away.", { tag }));
    };
    return html`<li><bdi class="tag" translate="no">${tag}</bdi>${found.closed !== null
      ? nothing
      : html`<button type="button" class="quiet no-print" @click=${remove} aria-label=${gettext("Take the tag “{tag}” away", { tag })}>×</button>`}</li>`;
  }
}
