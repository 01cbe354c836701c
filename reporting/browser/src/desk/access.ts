/** Who can read a case, and letting others in or out; and who deals with it. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { N_ } from "../protocol/errors.ts";
import { explain, gettext } from "../ui/i18n.ts";
import type { DeskApi, DeskCase, Person } from "../workers/desk_api.ts";
import { RemoteError } from "../workers/rpc.ts";
import { assignAll } from "./bulk.ts";
import type { OpenCase } from "./case_context.ts";
import { ask } from "./confirm.ts";
import { typed } from "./page.ts";
import { roleWords } from "./roles.ts";

const ACCESS_WORDS: Readonly<Record<Person["access"], string>> = {
  holder: N_("leads: reads, and can let others in"),
  reader: N_("reads"),
  none: N_("cannot read it"),
  excluded: N_("shut out by the reporter: cannot be given access"),
};
const ORDER: readonly Person["access"][] = ["holder", "reader", "excluded", "none"];

/** Withdraws; where too few would hold the case then, only after the person was told who, and said yes. */
async function withdrawn(remote: DeskApi, caseId: string, member: string): Promise<DeskCase> {
  try {
    return await remote.withdraw(caseId, member, false);
  } catch (error) {
    if (!(error instanceof RemoteError) || error.failure.name !== "FewHolders") throw error;
    const body = html`<p><strong>${explain(error)}</strong></p>
      <p>${gettext("Better: let another colleague lead the case first, and withdraw then.")}</p>`;
    const form = await ask({ title: gettext("One person alone would hold this case"), body, yes: gettext("Withdraw all the same"), danger: true });
    if (form === null) throw error;
    return remote.withdraw(caseId, member, true);
  }
}

/** The people of a case. */
export class AccessPart {
  #fault = "";

  constructor(readonly open: OpenCase) {}

  async #grant(person: Person): Promise<void> {
    const name = person.label;
    const body = html`<p>${gettext("{name} will be able to read everything: the report, the conversation and the team's notes, from the first day on.", { name })}</p>
      <label class="choice"><input type="radio" name="how" value="reader" checked /> <span><strong>${gettext("May read and write")}</strong><br />
        ${gettext("They answer, note and work on it, but let nobody else in.")}</span></label>
      <label class="choice"><input type="radio" name="how" value="lead" /> <span><strong>${gettext("Leads the case, with you")}</strong><br />
        ${gettext("They can also let others in and shut others out, you too.")}</span></label>
      <p class="small soft">${gettext("Access can be withdrawn later. What they have read by then, they know.")}</p>`;
    const form = await ask({ title: gettext("Give {name} access?", { name }), body, yes: gettext("Give access") });
    if (form === null) return;
    const lead = form.get("how") === "lead";
    await this.#act((remote, id) => remote.grant(id, person.id, lead), gettext("{name} has access now.", { name }));
  }

  async #withdraw(person: Person): Promise<void> {
    const name = person.label;
    const body = html`<p>${gettext("{name} will not be able to open anything that is written from now on.", { name })}</p>
      <p>${gettext("It does not undo what is past: they may remember or have kept what they read. If they deal with the case, it is with nobody afterwards.")}</p>`;
    const form = await ask({ title: gettext("Withdraw the access of {name}?", { name }), body, yes: gettext("Withdraw"), danger: true });
    if (form === null) return;
    await this.#act((remote, id) => withdrawn(remote, id, person.id), gettext("{name} is shut out from now on.", { name }));
  }

  async #act(work: Parameters<OpenCase["act"]>[0], done: string): Promise<void> {
    this.#fault = (await this.open.act(work, done)) ?? "";
    this.open.context.repaint();
  }

  async #assign(event: Event): Promise<void> {
    const { context, found } = this.open;
    const member = typed(event);
    this.#fault = (await assignAll(context, [found.case], member === "" ? null : member)) ?? "";
    context.repaint();
  }

  /** Who deals with it: one of those who can read it. */
  assignView(): TemplateResult {
    const { found, context } = this.open;
    const assignee = context.list.line(found.case)?.assignee ?? found.assignee;
    const able = found.people.filter(({ access }) => access === "holder" || access === "reader");
    const label = able.find(({ id }) => id === assignee)?.label ?? gettext("nobody");
    return html`<section class="side-part" aria-labelledby="with-title">
      <h2 id="with-title">${gettext("Who deals with it")}</h2>
      <label class="visually-hidden" for="assignee">${gettext("Who deals with this case?")}</label>
      <select id="assignee" @change=${(event: Event) => void this.#assign(event)}>
        <option value="" .selected=${assignee === null}>${gettext("nobody")}</option>
        ${able.map(({ id, label }) => html`<option value=${id} .selected=${assignee === id}>${id === context.session.member ? gettext("you ({label})", { label }) : label}</option>`)}
      </select>
      <p class="print-only" aria-hidden="true"><bdi>${label}</bdi></p>
    </section>`;
  }

  view(): TemplateResult {
    const { found } = this.open;
    const people = [...found.people].sort((one, other) => ORDER.indexOf(one.access) - ORDER.indexOf(other.access));
    return html`<section class="side-part" aria-labelledby="access-title">
      <h2 id="access-title">${gettext("Who can read it")}</h2>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert">${this.#fault}</p>`}
      <ul class="case-people">${people.map((person) => this.#personView(person))}</ul>
      ${found.holder ? nothing : html`<p class="small soft">${gettext("Only those who lead the case can let others in or out.")}</p>`}
    </section>`;
  }

  #personView(person: Person): TemplateResult {
    const { found, busy, context } = this.open;
    const { access, label, roles } = person;
    const mine = person.id === context.session.member;
    const may = found.holder && found.closed === null && !mine;
    const has = access === "holder" || access === "reader";
    return html`<li data-access=${access}>
      <div><bdi class="person-name">${label}</bdi>${mine ? html` <span class="soft">${gettext("(you)")}</span>` : nothing}
        <span class="small soft">${roles.map(roleWords).join(", ")}</span>
        <span class="access-words">${gettext(ACCESS_WORDS[access])}</span></div>
      ${may && access === "none"
        ? html`<button type="button" class="no-print" aria-disabled=${busy ? "true" : nothing} aria-label=${gettext("Give access: {name}", { name: label })}
            @click=${() => void this.#grant(person)}>${gettext("Give access")}</button>`
        : nothing}
      ${may && has
        ? html`<button type="button" class="quiet no-print" aria-disabled=${busy ? "true" : nothing} aria-label=${gettext("Withdraw: {name}", { name: label })}
            @click=${() => void this.#withdraw(person)}>${gettext("Withdraw")}</button>`
        : nothing}
    </li>`;
  }
}
