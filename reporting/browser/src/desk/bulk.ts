/** What is done with several cases at once: saying who deals with them. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, ngettext } from "../ui/i18n.ts";
import type { CaseList, Colleague } from "./case_list.ts";
import type { Context } from "./page.ts";

const NOBODY = "";

/** Assigns cases, and says so with a way back. What went wrong in words, or null. */
export async function assignAll(context: Context, ids: readonly string[], member: string | null): Promise<string | null> {
  const { list, remote, session } = context;
  const before = new Map(ids.map((id) => [id, list.line(id)?.assignee ?? null]));
  try {
    const changed = await remote.assign(ids, member);
    list.assigned(changed, member);
    const name = member === null ? null : (session.people.find(({ id }) => id === member)?.label ?? member);
    const words =
      name === null
        ? ngettext("One case is with nobody now.", "{number} cases are with nobody now.", changed.length)
        : ngettext("One case is with {name} now.", "{number} cases are with {name} now.", changed.length, { name });
    context.say(changed.length === 0 ? gettext("They were with them already; nothing changed.") : words, changed.length === 0 ? undefined : () => putBack(context, changed, before));
    return null;
  } catch (error) {
    return context.words(error);
  }
}

async function putBack({ list, remote }: Context, ids: readonly string[], before: ReadonlyMap<string, string | null>): Promise<void> {
  for (const member of new Set(ids.map((id) => before.get(id) ?? null))) {
    const theirs = ids.filter((id) => (before.get(id) ?? null) === member);
    await remote.assign(theirs, member);
    list.assigned(theirs, member);
  }
}

/** Who may deal with all of these: everybody with a role on each of their channels. */
export function candidates(list: CaseList, people: readonly Colleague[], ids: Iterable<string>): readonly Colleague[] {
  const channels = new Set([...ids].map((id) => list.line(id)?.channel ?? ""));
  return people.filter((person) => [...channels].every((channel) => person.channels.includes(channel)));
}

/** The bar that shows while cases are selected. */
export class BulkBar {
  #fault = "";
  #busy = false;

  constructor(
    readonly context: Context,
    readonly clear: () => void,
  ) {}

  async #submit(event: SubmitEvent, ids: readonly string[]): Promise<void> {
    event.preventDefault();
    if (this.#busy || !(event.target instanceof HTMLFormElement)) return;
    const chosen = new FormData(event.target).get("member");
    this.#busy = true;
    this.#fault = "";
    this.context.repaint();
    const fault = await assignAll(this.context, ids, typeof chosen === "string" && chosen !== NOBODY ? chosen : null);
    this.#busy = false;
    if (fault === null) this.clear();
    else this.#fault = fault;
    this.context.repaint();
  }

  view(selected: ReadonlySet<string>): TemplateResult | typeof nothing {
    if (selected.size === 0) return nothing;
    const ids = [...selected];
    const { list, session } = this.context;
    return html`<form class="bulk" aria-label=${gettext("With the selected cases")} @submit=${(event: SubmitEvent) => void this.#submit(event, ids)}>
      <strong>${ngettext("One case selected", "{number} cases selected", ids.length)}</strong>
      <label for="bulk-member">${gettext("Who deals with them?")}</label>
      <select id="bulk-member" name="member">
        <option value=${session.member}>${gettext("you")}</option>
        ${candidates(list, session.people, ids)
          .filter(({ id }) => id !== session.member)
          .map(({ id, label }) => html`<option value=${id}>${label}</option>`)}
        <option value=${NOBODY}>${gettext("nobody")}</option>
      </select>
      <button class="primary" aria-disabled=${this.#busy ? "true" : nothing}>${gettext("Assign")}</button>
      <button type="button" class="quiet" @click=${() => { this.clear(); }}>${gettext("Clear the selection")}</button>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert">${this.#fault}</p>`}
    </form>`;
  }
}
