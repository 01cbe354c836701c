/** The auditor's page: whether the log continues the one that was seen before, and what staff did. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext, ngettext } from "../ui/i18n.ts";
import { saveFile } from "../ui/keeping.ts";
import type { AuditFilter, AuditLine, AuditLook, KeptCheckpoint } from "../workers/audit_api.ts";
import { keepCheckpoint, keptCheckpoint } from "./audit_kept.ts";
import { NO_FILTER, filterView, isFiltering, linesView } from "./audit_list.ts";
import { ALARM } from "./audit_words.ts";
import { type StateWays, brokenView, goodView } from "./audit_state.ts";
import { ask } from "./confirm.ts";
import type { Context, Page } from "./page.ts";

/** The page. */
export class AuditPage implements Page {
  #look: AuditLook | null = null;
  /** What was kept before this look. */
  #before: KeptCheckpoint | null = null;
  #stored = true;
  #filter: AuditFilter = NO_FILTER;
  #lines: AuditLine[] = [];
  /** Events since the last look that nobody may miss. */
  #alarms: readonly AuditLine[] = [];
  #more = false;
  #busy = "";
  #fault = "";
  #checked = "";
  #turn = Promise.resolve();

  constructor(readonly context: Context) {}

  get title(): string {
    return gettext("Audit log");
  }

  entered(): void {
    void this.#begin();
    requestAnimationFrame(() => {
      document.querySelector<HTMLElement>("main h1")?.focus();
    });
  }

  /** Does `work` after what was asked for before, says so meanwhile, and tells what it throws. */
  #run(words: string, work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(() => this.#runNow(words, work));
    return this.#turn;
  }

  async #runNow(words: string, work: () => Promise<void>): Promise<void> {
    this.#busy = words;
    this.#fault = "";
    this.context.repaint();
    try {
      await work();
    } catch (error) {
      this.#fault = this.context.words(error) ?? "";
    }
    this.#busy = "";
    this.context.repaint();
  }

  async #begin(): Promise<void> {
    await this.#run(gettext("Fetching the log’s checkpoint …"), async () => {
      const kept = keptCheckpoint();
      this.#before = kept;
      this.#checked = "";
      this.#look = await this.context.remote.auditLook(kept);
      if (this.#look.verdict === "broken") return;
      const { lines } = await this.context.remote.auditEvents(this.#look.checkpoint, { ...NO_FILTER, act: ALARM }, null);
      this.#alarms = lines.filter(({ position }) => position >= (kept?.size ?? 0));
      this.#stored = keepCheckpoint(this.#look.checkpoint);
      await this.#load(true);
    });
  }

  async #load(anew: boolean): Promise<void> {
    const look = this.#look;
    if (look === null) return;
    const after = anew ? null : (this.#lines.at(-1)?.position ?? null);
    if (anew) this.#lines = [];
    const { lines, more } = await this.context.remote.auditEvents(look.checkpoint, this.#filter, after);
    this.#lines.push(...lines);
    this.#more = more;
  }

  #show(filter: AuditFilter): void {
    void this.#run(gettext("Fetching events …"), async () => {
      this.#filter = filter;
      await this.#load(true);
    });
  }

  #ways(look: AuditLook): StateWays {
    const name = (state: KeptCheckpoint): string => `checkpoint-${state.size}.txt`;
    return {
      save: () => {
        saveFile(name(look.checkpoint), look.checkpoint.note, "text/plain");
        this.context.say(gettext("Keep the file where this server and its administrators have no say."));
      },
      saveBoth: () => {
        const both = `${this.#before?.note ?? ""}\n\n${look.checkpoint.note}`;
        saveFile("checkpoints.txt", both, "text/plain");
        this.context.say(gettext("Keep the file where this server and its administrators have no say."));
      },
      print: () => {
        for (const part of document.querySelectorAll<HTMLDetailsElement>(".audit-note")) part.open = true;
        print();
      },
      check: () => void this.#check(look),
      startAnew: () => void this.#startAnew(look),
    };
  }

  async #check(look: AuditLook): Promise<void> {
    this.#checked = "";
    await this.#run(gettext("Looking at every event …"), async () => {
      const { events, erased } = await this.context.remote.auditCheck(look.checkpoint, (done, of) => {
        this.#busy = gettext("Looked at {done} of {number} events …", { done, number: of });
        this.context.repaint();
      });
      this.#checked = gettext("All {number} events were looked at: together they give what was signed. Erased with a tombstone: {erased}.", { number: events, erased });
    });
  }

  async #startAnew(look: AuditLook): Promise<void> {
    const body = html`<p>${gettext("The kept checkpoint, which shows that the log was changed, is then gone from this browser. Do this only after both were saved elsewhere, and after somebody explained in writing what happened.")}</p>`;
    if ((await ask({ title: gettext("Forget the log that you saw before?"), body, yes: gettext("Start anew"), danger: true })) === null) return;
    keepCheckpoint(look.checkpoint);
    await this.#begin();
  }

  async #export(form: "json" | "csv"): Promise<void> {
    const look = this.#look;
    if (look === null) return;
    await this.#run(gettext("Making the file …"), async () => {
      const made = await this.context.remote.auditExport(look.checkpoint, this.#filter, form, (done) => {
        this.#busy = ngettext("One event so far …", "{number} events so far …", done);
        this.context.repaint();
      });
      saveFile(made.name, made.bytes, made.type);
      this.context.say(gettext("{name} was handed to the browser to be saved.", { name: made.name }));
    });
  }

  view(): TemplateResult {
    return html`<div class="audit">
      <h1 tabindex="-1">${gettext("Audit log")}</h1>
      <p role="status" class="audit-busy no-print">${this.#busy === "" ? this.#checked : this.#busy}</p>
      ${this.#fault === "" ? nothing : html`<div class="fault" role="alert"><p>${this.#fault}</p><button type="button" @click=${() => void this.#begin()}>${gettext("Try again")}</button></div>`}
      ${this.#look === null ? nothing : this.#lookView(this.#look)}
    </div>`;
  }

  #lookView(look: AuditLook): TemplateResult {
    const before = this.#before;
    if (look.verdict === "broken" && before !== null) return brokenView(look, before, gettext(look.fault), this.#ways(look));
    const wanted = (filter: AuditFilter): void => {
      this.#show(filter);
    };
    return html`${this.#alarms.length === 0 ? nothing : this.#alarmView(wanted)} ${goodView(look, before, this.#stored, this.#ways(look))}
      <section aria-labelledby="audit-events-title"><h2 id="audit-events-title" class="no-print">${gettext("What staff did")}</h2>
        ${filterView(this.#filter, this.context.session.people, wanted)}
        ${this.#lines.length > 0 ? this.#listView(wanted) : this.#emptyView()}
      </section>`;
  }

  #alarmView(wanted: (filter: AuditFilter) => void): TemplateResult {
    const count = ngettext("Since the last look a case was opened at the server’s terminal.", "Since the last look cases were opened at the server’s terminal, {number} times.", this.#alarms.length);
    return html`<div class="warning audit-alarm" role="alert"><p>${count} ${gettext("Whoever did it had a member’s key or the one in the safe. Ask why.")}</p>
      <button type="button" @click=${() => { wanted({ ...NO_FILTER, act: ALARM }); }}>${gettext("Show them")}</button></div>`;
  }

  #listView(wanted: (filter: AuditFilter) => void): TemplateResult {
    const filtered = isFiltering(this.#filter);
    return html`<p class="small soft no-print">${filtered
        ? gettext("Each event here was proved to stand in the log. That the server left none out of this choice is its word; “Check the whole log” and the export of everything look for gaps.")
        : gettext("Each event here was proved to stand in the log, and none was left out. The newest comes first.")}</p>
      <div class="part-actions no-print">
        <button type="button" @click=${() => void this.#export("json")}>${gettext("Export with hashes (JSON)")}</button>
        <button type="button" @click=${() => void this.#export("csv")}>${gettext("Export as a table (CSV)")}</button>
      </div>
      ${linesView(this.#lines, this.#filter, wanted)}
      ${this.#more ? html`<button type="button" class="no-print" @click=${() => void this.#run(gettext("Fetching events …"), () => this.#load(false))}>${gettext("Show older ones")}</button>` : nothing}`;
  }

  #emptyView(): TemplateResult | typeof nothing {
    if (this.#busy !== "" || this.#fault !== "") return nothing;
    return html`<div class="empty"><h2>${gettext("No events")}</h2>
      <p>${isFiltering(this.#filter) ? gettext("Nothing in the log fits. Look at the spelling, or show everything.") : gettext("Nobody has done anything yet.")}</p></div>`;
  }
}
