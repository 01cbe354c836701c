/** Handing cases over when somebody leaves: which ones hang on them, who is to lead them, one after the other. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, ngettext } from "../ui/i18n.ts";
import type { Led } from "../workers/cover_api.ts";
import { ask } from "./confirm.ts";
import { LongWork } from "./long_work.ts";
import type { Context, Page } from "./page.ts";
import { INBOX, caseAddress } from "./router.ts";
import { NotProved } from "./step_up.ts";

/** The guided page. */
export class HandoverPage implements Page {
  #cases: readonly Led[] | null = null;
  #failed = 0;
  readonly #work: LongWork;
  #fault = "";
  #to = "";
  #all = false;
  /** What could not be handed over, by case. */
  readonly #refused = new Map<string, string>();

  constructor(readonly context: Context) {
    this.#work = new LongWork(context.repaint);
  }

  get title(): string {
    return gettext("Hand over");
  }

  entered(): void {
    requestAnimationFrame(() => {
      document.querySelector<HTMLElement>("main h1")?.focus();
    });
  }

  left(): Promise<void> {
    this.#work.stop();
    return Promise.resolve();
  }

  async #look(): Promise<void> {
    if (this.#work.busy) return;
    this.#fault = "";
    const words = (done: number, of: number): string => gettext("Opening: {done} of {of}", { done, of });
    try {
      const { cases, failed } = await this.#work.run(words, () => this.context.remote.ledCases((done, of) => { this.#work.tell(done, of); }));
      this.#cases = cases;
      this.#failed = failed;
    } catch (error) {
      this.#fault = this.context.words(error) ?? "";
    }
    this.context.repaint();
  }

  /** The cases that are to be handed over, those first that nobody else leads. */
  #wanted(): readonly Led[] {
    const cases = this.#cases ?? [];
    return this.#all ? cases : cases.filter(({ others }) => others.length === 0);
  }

  #canLead(one: Led): boolean {
    return one.able.includes(this.#to) && one.closed === null;
  }

  async #handOver(): Promise<void> {
    const cases = this.#wanted().filter((one) => this.#canLead(one));
    if (this.#work.busy || cases.length === 0) return;
    const to = this.#to;
    const name = this.#name(to);
    if (!(await confirmed(name, cases.length))) return;
    this.#fault = "";
    this.#refused.clear();
    const words = (done: number, of: number): string => gettext("Handing over to {name}: {done} of {of}", { name, done, of });
    const handed = await this.#work.overAll(cases, words, (one) => this.#give(one, to, name), (one, error) => this.#failedAt(one, error));
    if (handed > 0) this.context.say(ngettext("{name} leads one more case.", "{name} leads {number} more cases.", handed, { name }));
    this.context.repaint();
  }

  async #give(one: Led, to: string, name: string): Promise<void> {
    const found = await this.context.remote.grant(one.case, to, true);
    this.context.list.opened(found);
    if (found.holders.some(({ id }) => id === to)) this.#led(one, name);
  }

  /** Notes what went wrong; whether the others may be tried. */
  #failedAt(one: Led, error: unknown): boolean {
    const words = this.context.words(error);
    if (words === null) return false; // locked, or signed out: whoever comes back looks again
    if (error instanceof NotProved) {
      this.#fault = words;
      return false;
    }
    this.#refused.set(one.case, words);
    return true;
  }

  #led(one: Led, name: string): void {
    const after = { ...one, others: [...one.others, name], able: one.able.filter((id) => id !== this.#to) };
    this.#cases = (this.#cases ?? []).map((other) => (other.case === one.case ? after : other));
  }

  #name(id: string): string {
    return this.context.session.people.find((person) => person.id === id)?.label ?? id;
  }

  view(): TemplateResult {
    return html`<div class="handover">
      <a class="back no-print" href=${INBOX}>${gettext("All cases")}</a>
      <h1 tabindex="-1">${gettext("Hand over")}</h1>
      <p class="lead-line">${gettext("Before somebody's account is closed, another person at work has to lead each case that they led alone. Else nobody could let others in any more, and only the key in the safe would open it.")}</p>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert">${this.#fault}</p>`}
      ${this.#cases === null ? this.#firstView() : this.#casesView(this.#cases)}
      ${this.#work.view()}
    </div>`;
  }

  #firstView(): TemplateResult | typeof nothing {
    if (this.#work.busy) return nothing;
    return html`<ol class="steps-ahead"><li>${gettext("Your cases are opened on this device, to see who else leads them.")}</li>
        <li>${gettext("You choose who is to lead them.")}</li>
        <li>${gettext("When none is left, the administrator can close your account.")}</li></ol>
      <button type="button" class="primary" @click=${() => void this.#look()}>${gettext("Look through my cases")}</button>`;
  }

  #casesView(cases: readonly Led[]): TemplateResult {
    const alone = cases.filter(({ others }) => others.length === 0).length;
    return html`${this.#failed === 0
        ? nothing
        : html`<p class="warning">${ngettext("One case could not be opened. Look at it yourself: it may need the key in the safe.", "{number} cases could not be opened. Look at them yourself: they may need the key in the safe.", this.#failed)}</p>`}
      ${alone === 0 ? doneView(cases.length, this.#failed) : html`<h2>${ngettext("One case hangs on you alone", "{number} cases hang on you alone", alone)}</h2>`}
      ${cases.length === 0 ? nothing : html`${this.#choiceView(cases)} ${this.#listView()}`}`;
  }

  #choiceView(cases: readonly Led[]): TemplateResult {
    const able = new Set(cases.flatMap((one) => [...one.able]));
    const people = this.context.session.people.filter(({ id }) => able.has(id));
    const possible = this.#wanted().filter((one) => this.#canLead(one)).length;
    const { busy } = this.#work;
    return html`<form class="handover-choice no-print" @submit=${(event: SubmitEvent) => { event.preventDefault(); void this.#handOver(); }}>
      <label for="successor">${gettext("Who is to lead them?")}</label>
      <select id="successor" .value=${this.#to} @change=${(event: Event) => { this.#choose((event.target as HTMLSelectElement).value); }}>
        <option value="">${gettext("choose …")}</option>
        ${people.map(({ id, label }) => html`<option value=${id} .selected=${id === this.#to}>${label}</option>`)}
      </select>
      <label class="choice"><input type="checkbox" .checked=${this.#all} @change=${(event: Event) => { this.#all = (event.target as HTMLInputElement).checked; this.context.repaint(); }} />
        <span>${gettext("Also those that others lead with me")}</span></label>
      <button class="primary" aria-disabled=${busy || possible === 0 ? "true" : nothing}>${this.#to === "" ? gettext("Hand over") : ngettext("Hand over one case", "Hand over {number} cases", possible)}</button>
    </form>`;
  }

  #choose(to: string): void {
    this.#to = to;
    this.#refused.clear();
    this.context.repaint();
  }

  #listView(): TemplateResult {
    const shown = this.#wanted();
    if (shown.length === 0) return html``;
    return html`<ul class="handover-cases">${shown.map((one) => html`<li data-alone=${one.others.length === 0 ? "true" : "false"}>
      <a href=${caseAddress(one.case)}>${gettext("Case")} <span class="code">${one.case.slice(0, 8)}</span></a>
      <span class="small soft"><bdi>${one.title}</bdi></span>
      <span class="handover-summary"><bdi>${one.summary}</bdi></span>
      <span class="small">${one.others.length === 0 ? gettext("Nobody else leads it.") : gettext("Also led by: {names}", { names: one.others.join(", ") })}</span>
      ${this.#hindrance(one)}</li>`)}</ul>`;
  }

  #hindrance(one: Led): TemplateResult | typeof nothing {
    const said = (words: string): TemplateResult => html`<span class="small handover-hindrance">${words}</span>`;
    const refused = this.#refused.get(one.case);
    if (refused !== undefined) return said(refused);
    if (one.closed !== null) return said(gettext(one.closed.message, one.closed.values));
    if (this.#to === "" || this.#canLead(one)) return nothing;
    if (one.others.includes(this.#name(this.#to))) return nothing;
    const name = this.#name(this.#to);
    if (one.excluded.includes(this.#to)) return said(gettext("The reporter shut {name} out: choose somebody else for it.", { name }));
    return said(gettext("{name} has no part in its channel: choose somebody else for it.", { name }));
  }
}

function doneView(led: number, failed: number): TemplateResult {
  if (led === 0 && failed === 0) {
    return html`<div class="empty"><h2>${gettext("Nothing hangs on you")}</h2>
      <p>${gettext("You lead no case. The administrator can close your account whenever that is wanted.")}</p></div>`;
  }
  return html`<div class="handover-done" role="status"><h2>${gettext("Nothing hangs on you alone")}</h2>
    <p>${gettext("Every case that you lead, another person at work leads too. Tell the administrator that your account can be closed. After that, a colleague withdraws your access in each case, so that nothing new is sealed to you.")}</p></div>`;
}

async function confirmed(name: string, number: number): Promise<boolean> {
  const body = html`<p>${ngettext("{name} will be able to read one case from the first day on, and to let others in and shut others out.", "{name} will be able to read {number} cases from the first day on, and to let others in and shut others out.", number, { name })}</p>
    <p>${gettext("You go on leading them until your account is closed. Keep this page open until it is done; what is done stays done if you stop.")}</p>`;
  return (await ask({ title: gettext("Hand over to {name}?", { name }), body, yes: gettext("Hand over") })) !== null;
}
