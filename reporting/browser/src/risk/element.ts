/** `<own-risk>`: a few points to tick, advice from this device, and sharing it only where somebody wants to. */

import type { Factor } from "../protocol/risk.ts";
import { fill, focusOn, h } from "../ui/dom.ts";
import { gettext, learn } from "../ui/i18n.ts";
import { factorWords } from "../ui/risk_words.ts";
import { GROUPS, ORDER, adviceForAll, adviceOn } from "./advice.ts";
import type { OwnRisk, RiskPage } from "./types.ts";

/** One's own risk. What is ticked is in this element alone, and goes with it. */
export class OwnRiskElement extends HTMLElement implements OwnRisk {
  #text: HTMLTextAreaElement | null = null;

  get unsent(): boolean {
    return (this.#text?.value ?? "") !== "";
  }

  begin(page: RiskPage): void {
    learn(page.texts);
    const result = h("div");
    const submit = (event: Event): void => {
      event.preventDefault();
      this.#advise(page, result);
    };
    const lead = h("p", {}, gettext("Tick what fits. You can leave out whatever you like. What you tick stays on this device."));
    fill(
      this,
      h(
        "form",
        { class: "own-risk no-print", autocomplete: "off", novalidate: true, onsubmit: submit },
        lead,
        GROUPS.map(([title, factors]) => h("fieldset", {}, h("legend", {}, gettext(title)), factors.map(boxOf))),
        h("div", { class: "actions" }, h("button", { type: "submit" }, gettext("Show what can help"))),
      ),
      result,
    );
    focusOn(lead);
  }

  #ticked(): Factor[] {
    const names = [...this.querySelectorAll<HTMLInputElement>("input:checked")].map(({ name }) => name);
    return ORDER.filter((factor) => names.includes(factor));
  }

  #advise(page: RiskPage, result: HTMLElement): void {
    const ticked = this.#ticked();
    const heading = h("h4", {}, gettext("What can help"));
    fill(
      result,
      heading,
      ticked.length === 0 && h("p", {}, gettext("You ticked nothing. That can change: come back when it does.")),
      ticked.map((factor) => h("div", { class: factor === "violence" ? "advice advice-first" : "advice", "data-factor": factor }, h("h5", {}, factorWords(factor)), adviceOn(factor).map((words) => h("p", {}, words)))),
      h("div", { class: "advice" }, h("h5", {}, gettext("In any case")), adviceForAll().map((words) => h("p", {}, words))),
      h("p", { class: "help" }, gettext("This is general advice from this device. It cannot know what others know or plan, and it is no legal advice.")),
      page.mayShare() && this.#sharing(page),
    );
    focusOn(heading);
  }

  /** Sharing what is ticked when the button is pressed, and what is written. */
  #sharing(page: RiskPage): HTMLElement {
    const text = h("textarea", { id: `${this.id}-text`, rows: 3, dir: "auto", autocomplete: "off", spellcheck: "false", maxlength: 4_000, "aria-describedby": `${this.id}-help` });
    text.value = this.#text?.value ?? "";
    this.#text = text;
    const [outcome, steps] = [h("div"), h("p", { class: "help", role: "status" })];
    const section = h("form", { class: "own-risk-share no-print", autocomplete: "off", novalidate: true });
    let sending = false;
    section.addEventListener("submit", (event) => {
      event.preventDefault();
      if (sending) return;
      sending = true;
      text.readOnly = true;
      fill(outcome);
      void this.#share(page, text.value, { outcome, steps, section }).finally(() => {
        sending = false;
        text.readOnly = false;
        fill(steps);
      });
    });
    fill(
      section,
      h("h4", {}, gettext("Share it, if you want")),
      h("p", {}, gettext("It can help those who handle your case to avoid what could give you away. Nothing is shared unless you press the button.")),
      outcome,
      h("label", { for: text.id }, gettext("Something to add, if you want")),
      text,
      h("p", { id: `${this.id}-help`, class: "help" }, gettext("What you ticked and what you write here is sealed on this device, like all that you write here. It cannot be taken back.")),
      h("div", { class: "actions" }, h("button", { type: "submit" }, gettext("Share this with those who handle my case"))),
      steps,
    );
    return section;
  }

  async #share(page: RiskPage, text: string, { outcome, steps, section }: Readonly<Record<"outcome" | "steps" | "section", HTMLElement>>): Promise<void> {
    try {
      await page.share(this.#ticked(), text, (words) => { fill(steps, words); });
      this.#text = null;
      const done = h("div", { class: "done", role: "status" }, h("p", {}, gettext("It is shared with those who handle your case. It stands above, in what was written.")));
      section.replaceWith(done);
      focusOn(done);
    } catch (error) {
      const box = page.fault(error);
      fill(outcome, box);
      focusOn(box);
    }
  }
}

function boxOf(factor: Factor): HTMLElement {
  return h("label", { class: "choice" }, h("input", { type: "checkbox", name: factor, autocomplete: "off" }), " ", h("span", {}, factorWords(factor)));
}
