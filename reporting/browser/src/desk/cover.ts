/** Being away: who stands in until when, and seeing to the keys when one is back. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { longDay, today } from "../ui/dates.ts";
import { gettext, ngettext } from "../ui/i18n.ts";
import type { Cover, Led } from "../workers/cover_api.ts";
import { RemoteError } from "../workers/rpc.ts";
import { ask } from "./confirm.ts";
import { LongWork } from "./long_work.ts";
import { type Context, type Page, typed } from "./page.ts";
import { INBOX } from "./router.ts";

/** The page. */
export class CoverPage implements Page {
  #covers: readonly Cover[] | null = null;
  #cases: readonly Led[] | null = null;
  readonly #work: LongWork;
  #fault = "";
  #to = "";
  #until = "";

  constructor(readonly context: Context) {
    this.#work = new LongWork(context.repaint);
  }

  get title(): string {
    return gettext("Leave cover");
  }

  entered(): void {
    void this.#load();
    requestAnimationFrame(() => {
      document.querySelector<HTMLElement>("main h1")?.focus();
    });
  }

  left(): Promise<void> {
    this.#work.stop();
    return Promise.resolve();
  }

  /** Runs `work`; what goes wrong is said on the page. */
  async #try(work: () => Promise<void>): Promise<void> {
    this.#fault = "";
    try {
      await work();
    } catch (error) {
      this.#fault = this.context.words(error) ?? "";
    }
    this.context.repaint();
  }

  async #load(): Promise<void> {
    await this.#try(async () => {
      this.#covers = await this.context.remote.covers();
    });
  }

  async #look(): Promise<void> {
    if (this.#work.busy) return;
    const words = (done: number, of: number): string => gettext("Opening: {done} of {of}", { done, of });
    await this.#try(async () => {
      const tell = (done: number, of: number): void => {
        this.#work.tell(done, of);
      };
      this.#cases = (await this.#work.run(words, () => this.context.remote.ledCases(tell))).cases;
    });
  }

  /** Notes what went wrong with one case; whether the others may be tried. */
  #failed(error: unknown): boolean {
    const words = this.context.words(error);
    this.#fault = words ?? "";
    return words !== null && error instanceof RemoteError;
  }

  #possible(): readonly Led[] {
    return (this.#cases ?? []).filter((one) => one.able.includes(this.#to) && one.closed === null);
  }

  #name(id: string): string {
    return this.context.session.people.find((person) => person.id === id)?.label ?? id;
  }

  async #begin(): Promise<void> {
    const cases = this.#possible().map((one) => one.case);
    const [to, until, name] = [this.#to, this.#until, this.#name(this.#to)];
    if (this.#work.busy || cases.length === 0 || until === "") return;
    if (!(await confirmed(name, until, cases.length))) return;
    const { remote } = this.context;
    await this.#try(async () => {
      // First that it ends, then what ends: a page that is closed half way leaves nothing open for ever.
      await remote.beginCover(to, until, cases);
      const words = (done: number, of: number): string => gettext("Letting {name} in: {done} of {of}", { name, done, of });
      const inside: string[] = [];
      const letIn = async (id: string): Promise<void> => {
        await remote.grant(id, to, false).catch((error: unknown) => {
          if (!hasAccess(error)) throw error;
        });
        inside.push(id);
      };
      await this.#work.overAll(cases, words, letIn, (_id, error) => this.#failed(error));
      const fault = this.#fault;
      this.context.list.assigned(await remote.assign(inside, to), to);
      this.#covers = await remote.covers();
      this.#fault = fault;
      this.#cases = null;
      this.context.say(ngettext("{name} stands in for you in one case.", "{name} stands in for you in {number} cases.", inside.length, { name }));
    });
  }

  async #endNow(cover: Cover): Promise<void> {
    const body = gettext("{name} cannot open your cases any more from this moment.", { name: cover.label });
    if ((await ask({ title: gettext("End the cover now?"), body, yes: gettext("End it") })) === null) return;
    await this.#try(async () => {
      await this.context.remote.closeCover(cover.id);
      this.#covers = await this.context.remote.covers();
    });
  }

  /** New epochs without whoever stood in, and the cover off the list once all are made. */
  async #shutOut(cover: Cover): Promise<void> {
    if (this.#work.busy) return;
    const { remote } = this.context;
    const name = cover.label;
    const words = (done: number, of: number): string => gettext("New keys without {name}: {done} of {of}", { name, done, of });
    await this.#try(async () => {
      const done = await this.#work.overAll(cover.given, words, (id) => this.#withoutThem(id, cover.to), (_id, error) => this.#failed(error));
      const fault = this.#fault;
      if (done === cover.given.length) {
        await remote.closeCover(cover.id);
        this.context.say(gettext("What is written from now on, {name} cannot open.", { name }));
      }
      this.#covers = await remote.covers();
      this.#fault = fault;
    });
  }

  async #withoutThem(id: string, member: string): Promise<void> {
    const { remote } = this.context;
    const found = await remote.openCase(id);
    // Whoever was made to lead the case meanwhile was given more than the cover.
    if (found.people.find((one) => one.id === member)?.access === "reader") await remote.withdraw(id, member, false);
  }

  view(): TemplateResult {
    const covers = this.#covers ?? [];
    return html`<div class="handover">
      <a class="back no-print" href=${INBOX}>${gettext("All cases")}</a>
      <h1 tabindex="-1">${gettext("Leave cover")}</h1>
      <p class="lead-line">${gettext("While you are away, a colleague can stand in for you in the cases that you lead: they read and write, and let nobody else in. It ends by itself after the last day.")}</p>
      ${this.#fault === "" ? nothing : html`<p class="fault" role="alert">${this.#fault}</p>`}
      ${covers.map((cover) => (cover.ended ? this.#endedView(cover) : this.#runningView(cover)))}
      ${this.#work.view()}
      ${this.#covers === null || this.#work.busy ? nothing : this.#newView()}
    </div>`;
  }

  #runningView(cover: Cover): TemplateResult {
    return html`<section class="handover-done"><h2>${gettext("{name} stands in for you", { name: cover.label })}</h2>
      <p>${gettext("Until {day}, that day included.", { day: longDay(cover.until) })} <span class="soft">${gettext("By the server's word.")}</span></p>
      <button type="button" @click=${() => void this.#endNow(cover)}>${gettext("End it now")}</button></section>`;
  }

  #endedView(cover: Cover): TemplateResult {
    const number = cover.given.length;
    return html`<section class="handover-done"><h2>${gettext("{name} stood in for you", { name: cover.label })}</h2>
      <p>${gettext("The server shows them your cases no longer. They may still have the keys: new keys make sure that nothing written from now on can be opened with those.")}</p>
      <button type="button" class="primary" aria-disabled=${this.#work.busy ? "true" : nothing} @click=${() => void this.#shutOut(cover)}>
        ${ngettext("New keys for one case", "New keys for {number} cases", number)}</button></section>`;
  }

  #newView(): TemplateResult {
    if (this.#cases === null) {
      return html`<button type="button" class="primary" @click=${() => void this.#look()}>${gettext("Arrange a cover")}</button>`;
    }
    const able = new Set(this.#cases.flatMap((one) => [...one.able]));
    if (able.size === 0) {
      return html`<div class="empty"><h2>${gettext("Nothing to cover")}</h2><p>${gettext("You lead no case in which a colleague could stand in for you.")}</p></div>`;
    }
    const people = this.context.session.people.filter(({ id }) => able.has(id));
    const possible = this.#possible().length;
    const left = this.#cases.length - possible;
    return html`<form class="handover-choice no-print" @submit=${(event: SubmitEvent) => { event.preventDefault(); void this.#begin(); }}>
      <label for="cover-to">${gettext("Who stands in?")}</label>
      <select id="cover-to" required @change=${(event: Event) => { this.#to = typed(event); this.context.repaint(); }}>
        <option value="" .selected=${this.#to === ""}>${gettext("choose …")}</option>
        ${people.map(({ id, label }) => html`<option value=${id} .selected=${id === this.#to}>${label}</option>`)}
      </select>
      <label for="cover-until">${gettext("Last day")}</label>
      <input id="cover-until" type="date" required min=${today()} .value=${this.#until} @input=${(event: Event) => { this.#until = typed(event); this.context.repaint(); }} />
      <button class="primary" aria-disabled=${possible === 0 || this.#until === "" ? "true" : nothing}>${this.#to === "" ? gettext("Arrange it") : ngettext("Arrange it for one case", "Arrange it for {number} cases", possible)}</button>
      ${this.#to === "" || left === 0
        ? nothing
        : html`<p class="small soft">${ngettext("One case is left out: they lead it, or the reporter shut them out, or they have no part in its channel.", "{number} cases are left out: they lead them, or the reporter shut them out, or they have no part in the channel.", left)}</p>`}
    </form>`;
  }
}

/** Whether somebody was not let in because they are in. */
function hasAccess(error: unknown): boolean {
  return error instanceof RemoteError && error.failure.details["kind"] === "already-there";
}

async function confirmed(name: string, until: string, number: number): Promise<boolean> {
  const body = html`<p>${ngettext("{name} will be able to read one case from the first day on, and to write in it, until {day}.", "{name} will be able to read {number} cases from the first day on, and to write in them, until {day}.", number, { name, day: longDay(until) })}</p>
    <p>${gettext("They deal with the cases until then. What they read, they know. When you are back, this page offers new keys.")}</p>`;
  return (await ask({ title: gettext("Let {name} stand in for you?", { name }), body, yes: gettext("Let them stand in") })) !== null;
}
