/** `<sealed-mailbox>`: asks for a receipt code, opens what lies under it, and forgets it all on leaving. */

import type { ShownCase } from "../client/shown.ts";
import { today } from "../ui/dates.ts";
import { fill, focusOn, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { workerOf } from "../ui/trusted.ts";
import { type Connection, connect } from "../workers/rpc.ts";
import type { MailboxApi } from "../workers/reporter_api.ts";
import { type CaseView, caseTitle, caseView, idOf, standing } from "./case_view.ts";
import { type CodeField, codeField } from "./code_field.ts";
import { proofParts } from "./dossier_part.ts";
import { TAKE_ELSEWHERE } from "./elsewhere.ts";
import { faultBox, faultWords } from "./fault_box.ts";
import { watchLeaving } from "./leaving.ts";
import { newsPart } from "./news_part.ts";
import { Notices } from "./notices.ts";
import { Opening } from "./opening.ts";
import { type StepLine, stepLine } from "./progress.ts";
import { tabs } from "./tabs.ts";

/** What is asked for the code with. */
interface Asking {
  readonly field: CodeField;
  readonly steps: StepLine;
  readonly outcome: HTMLElement;
}

/** The mailbox of one receipt code. Everything it holds is in this element and in its worker, and nowhere else. */
export class SealedMailbox extends HTMLElement {
  #connection: Connection<MailboxApi> | null = null;
  #opening: Opening | null = null;
  #views: readonly CaseView[] = [];
  #busy = false;

  /** Called by the browser. */
  connectedCallback(): void {
    if (this.#connection !== null) return;
    this.#connection = connect<MailboxApi>(workerOf("mailbox"));
    watchLeaving({
      unsent: () => this.#views.some(({ box, risk, begun }) => box.text() !== "" || box.files.some !== null || risk.unsent() || begun.unsent()),
      wipe: () => {
        this.#wipe();
      },
    });
    this.#ask();
  }

  get #remote(): MailboxApi {
    if (this.#connection === null) throw new Error("the mailbox was wiped");
    return this.#connection.remote;
  }

  #wipe(): void {
    this.#connection?.end();
    for (const { box } of this.#views) box.files.wipe();
    this.#views = [];
    this.replaceChildren();
  }

  /** Shows the field for the code, and loads meanwhile whatever opening needs. */
  #ask(): void {
    const open = (): void => {
      void this.#open(asking);
    };
    const field = codeField(this.#remote, {
      id: "code",
      label: gettext("Your receipt code"),
      onEnter: open,
    });
    const asking: Asking = { field, steps: stepLine(), outcome: h("div") };
    const place = h("div");
    const submit = (event: Event): void => {
      event.preventDefault();
      open();
    };
    fill(
      this,
      this.querySelector(".lead"),
      place,
      h(
        "form",
        { class: "code-form", autocomplete: "off", novalidate: true, onsubmit: submit },
        asking.outcome,
        field.element,
        h("div", { class: "actions" }, h("button", { type: "submit", class: "primary" }, gettext("Open"))),
        asking.steps.element,
      ),
    );
    this.#verify(new Notices(place, false));
  }

  /** Loads and verifies, while the code is typed, all that opening needs; what is wrong is said in `notices`. */
  #verify(notices: Notices): void {
    this.#opening = new Opening(this.#remote, notices, ({ newer }) => {
      if (newer) notices.newerList({ added: [], gone: [] }, () => undefined);
    });
    this.#opening.start();
  }

  async #open({ field, steps, outcome }: Asking): Promise<void> {
    const notice = this.querySelector<HTMLElement>('[data-notice="site"]');
    if (notice !== null) {
      focusOn(notice);
      return;
    }
    await this.#once(async () => {
      fill(outcome);
      steps.say(gettext("Getting ready …"));
      try {
        await this.#opening?.whenOpened();
        const code = await field.read();
        if (code === null) return;
        const cases = await this.#remote.readMailbox(steps.tell);
        if (cases.length === 0) fill(outcome, nothingBox());
        else {
          field.clear();
          this.#show(cases);
          return;
        }
      } catch (error) {
        fill(outcome, faultBox(faultWords(error), gettext("Your code still stands below.")));
      } finally {
        steps.say("");
      }
      const [box] = outcome.children;
      if (box instanceof HTMLElement) focusOn(box);
    });
  }

  /** Runs `act` unless something runs already: a second press of a button does nothing. */
  async #once(act: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await act();
    } finally {
      this.#busy = false;
    }
  }

  /** Shows the cases in the place of all else; what was written in their boxes before goes into them again. */
  #show(cases: readonly ShownCase[], missing = 0): void {
    const before = new Map(this.#views.map((view) => [view.id, view]));
    const selected = this.#views.find(({ element }) => element.closest("[hidden]") === null)?.id ?? "";
    const views = cases.map((shown) => caseView(shown, this.#remote, this.#opening?.today ?? today(), before.get(idOf(shown)) ?? null));
    this.#views = views;
    const items = views.map(({ id, element }, place) => ({ id, panel: element, ...labelOf(cases[place]) }));
    const [only] = views;
    const body = views.length === 1 && only !== undefined ? only.element : tabs(gettext("Your cases"), items, selected);
    const proofs = proofParts(() => this.#views.map((view) => view.current()), this.#remote, () => this.#opening?.today ?? today());
    body.addEventListener(TAKE_ELSEWHERE, (event) => {
      if (event instanceof CustomEvent && typeof event.detail === "string") proofs.take(event.detail);
    });
    fill(this, this.#bar(), missing > 0 && missingBox(), body, proofs.elements, newsPart(this.#remote));
    const heading = this.querySelector<HTMLElement>("div:not([hidden]) > .case .case-title, .case .case-title");
    if (heading !== null) focusOn(heading);
  }

  #bar(): HTMLElement {
    const steps = stepLine();
    const outcome = h("div");
    const again = (): void => {
      void this.#again(steps, outcome);
    };
    const leave = (): void => {
      this.#wipe();
      location.replace(location.pathname);
    };
    return h(
      "div",
      { class: "mailbox-bar no-print" },
      h(
        "div",
        { class: "actions" },
        h("button", { type: "button", onclick: again }, gettext("Look again")),
        h("button", { type: "button", onclick: leave }, gettext("Leave and wipe")),
      ),
      steps.element,
      outcome,
    );
  }

  /** Reads the mailbox once more. What was shown stays where that fails, or where the server hides it now. */
  async #again(steps: StepLine, outcome: HTMLElement): Promise<void> {
    await this.#once(async () => {
      fill(outcome);
      try {
        const cases = await this.#remote.readMailbox(steps.tell);
        const ids = cases.map(idOf);
        const missing = this.#views.filter(({ id }) => !ids.includes(id)).length;
        if (cases.length > 0) this.#show(cases, missing);
        else fill(outcome, missingBox(), h("p", {}, gettext("What stands below is from before.")));
      } catch (error) {
        fill(outcome, faultBox(faultWords(error), gettext("What stands below is from before.")));
      } finally {
        steps.say("");
      }
    });
  }
}

function labelOf(shown: ShownCase | undefined): { title: string; detail: string } {
  return shown === undefined ? { title: "", detail: "" } : { title: caseTitle(shown), detail: standing(shown) };
}

/** Nothing is under this code: that is never *no reports*, since one wrong code in sixteen looks right. */
function nothingBox(): HTMLElement {
  return h(
    "div",
    { class: "warning", role: "alert", tabindex: "-1" },
    h("p", {}, h("strong", {}, gettext("There is nothing under this code: check it."))),
    h("p", {}, gettext("One wrong code in sixteen looks right. Compare each word or group with what you wrote down, and their order.")),
    h("p", {}, gettext("A code opens only what was sent to this site. If all of it is right, the report did not arrive, or the server hides it.")),
  );
}

function missingBox(): HTMLElement {
  return h(
    "div",
    { class: "warning", role: "alert" },
    h("p", {}, h("strong", {}, gettext("The server no longer shows something that it showed before."))),
    h("p", {}, gettext("Look again later. If it stays so, keep your acknowledgement and reach the office in another way.")),
  );
}
