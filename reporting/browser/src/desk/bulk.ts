/** What is done with several cases at once: saying who deals with them. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, ngettext } from "../ui/i18n.ts";
import { RemoteError } from "../workers/rpc.ts";
import type { Context } from "./page.ts";

const NOBODY = "";

/** Assigns cases, and says so with a way back. What went wrong in words, or null. */
export async function assignAll(context: Context, ids: readonly string[], member: string | null): Promise<string | null> {
  const { list, remote, session } = context;
  const before = new Map(ids.map((id) => [id, list.line(id)?.assignee ?? null]));
  const name = member === null ? null : (session.people.find(({ id }) => id === member)?.label ?? member);
  try {
    const changed = await remote.assign(ids, member);
    list.assigned(changed, member);
    const words =
      name === null
        ? ngettext("One case is with nobody now.", "{number} cases are with nobody now.", changed.length)
        : ngettext("One case is with {name} now.", "{number} cases are with {name} now.", changed.length, { name });
    context.say(changed.length === 0 ? gettext("They were with them already; nothing changed.") : words, changed.length === 0 ? undefined : () => putBack(context, changed, before));
    return null;
  } catch (error) {
    if (name === null || !lacksAccess(error)) return context.words(error);
    return gettext("{name} cannot read one of these cases yet: open it and give access first. Nothing was changed.", { name });
  }
}

/** Whether the server refuses because the member was not granted one of the cases: it names which, by its place. */
function lacksAccess(error: unknown): boolean {
  if (!(error instanceof RemoteError) || error.failure.details["kind"] !== "invalid") return false;
  return /^\/cases\/\d+$/.test(String(error.failure.values["field"]));
}

async function putBack({ list, remote }: Context, ids: readonly string[], before: ReadonlyMap<string, string | null>): Promise<void> {
  for (const member of new Set(ids.map((id) => before.get(id) ?? null))) {
    const theirs = ids.filter((id) => (before.get(id) ?? null) === member);
    await remote.assign(theirs, member);
    list.assigned(theirs, member);
  }
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
    return html`<form class="bulk" aria-label=${gettext("With the selected cases")} @submit=${(event: SubmitEvent) => void this.#submit(event, ids)}>
      <strong>${ngettext("One case selected", "{number} cases selected", ids.length)}</strong>
      <label for="bulk-member">${gettext("Who deals with them?")}</label>
      <select id="bulk-member" name="member">
        <option value=${this.context.session.member}>${gettext("you")}</option>
        <option value=${NOBODY}>${gettext("nobody")}</option>
      </select>
      <button class="primary" aria-disabled=${this.#busy ? "true" : nothing}>${gettext("Assign")}</button>
      <button type="button" class="quiet" @click=${() => { this.clear(); }}>${gettext("Clear the selection")}</button>
      <span class="small soft">${gettext("For a colleague, open the case: it shows who can read it.")}</span>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert">${this.#fault}</p>`}
    </form>`;
  }
}
