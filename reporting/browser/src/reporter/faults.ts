/** What is wrong with what was written: a summary at the top, linked to the fields, and a sentence at each. */

import { focusOn, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import type { FieldError } from "../workers/reporter_api.ts";
import type { Fields } from "./fields.ts";

/** Shows faults of the form, and takes them away again. */
export class Faults {
  #summary: HTMLElement | null = null;

  /** `place` is where the summary stands; `go` brings a field into view, with the focus on it. */
  constructor(
    private readonly fields: Fields,
    private readonly place: HTMLElement,
    private readonly go: (field: HTMLElement) => void,
  ) {
    fields.root.addEventListener("input", ({ target }) => {
      const question = target instanceof Element ? target.closest("[data-question]") : null;
      for (const field of question?.querySelectorAll("[aria-invalid]") ?? []) this.#forget(field);
    });
  }

  /** Takes away what was said before. */
  clear(): void {
    this.#summary?.remove();
    this.#summary = null;
    for (const field of this.fields.root.querySelectorAll("[aria-invalid]")) this.#forget(field);
  }

  /** A fault that is being mended is no longer said; the next look at the whole finds what is left. */
  #forget(field: Element): void {
    field.removeAttribute("aria-invalid");
    const described = (field.getAttribute("aria-describedby") ?? "").split(" ");
    const kept = described.filter((id) => !id.startsWith("fault-"));
    if (kept.join("") === "") field.removeAttribute("aria-describedby");
    else field.setAttribute("aria-describedby", kept.join(" "));
    for (const id of described.filter((one) => !kept.includes(one))) document.getElementById(id)?.remove();
    this.#summary?.querySelector(`a[href="#${CSS.escape(field.id)}"]`)?.closest("li")?.remove();
    if (this.#summary?.querySelector("li") === null) {
      this.#summary.remove();
      this.#summary = null;
    }
  }

  /** Says every fault at the top, the focus there, and each at its field, then `more`. Nothing that was typed is touched. */
  show(errors: readonly FieldError[], more: HTMLElement | null = null): void {
    this.clear();
    const heading = h("h2", { id: "faults-title" }, gettext("Please look at this again"));
    const items = errors.map((error, index) => h("li", {}, this.#one(error, index)));
    this.#summary = h(
      "div",
      { class: "fault summary", role: "region", "aria-labelledby": heading.id },
      heading,
      h("p", {}, gettext("Everything you typed is still there.")),
      h("ul", {}, items),
      more,
    );
    this.place.append(this.#summary);
    focusOn(heading);
  }

  #one(error: FieldError, index: number): HTMLElement | string {
    const sentence = this.sentence(error);
    const field = this.fields.fieldAt(error.pointer);
    if (field === null) return sentence;
    const fault = h("p", { class: "field-error", id: `fault-${index}` }, sentence);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", [fault.id, field.getAttribute("aria-describedby") ?? ""].join(" ").trim());
    (field.closest(".choices") ?? field).before(fault);
    const [, id = ""] = error.pointer.split("/");
    const name = this.fields.nameOf(id);
    const link = h("a", { href: `#${field.id}` }, name === id ? sentence : `${name} ${sentence}`);
    link.addEventListener("click", (event) => {
      event.preventDefault(); // the address would gain a history entry
      this.go(field);
    });
    return link;
  }

  /** The sentence of a fault, in which a question is named by its text. */
  sentence({ message, values }: FieldError): string {
    const { question } = values;
    if (typeof question !== "string") return gettext(message, values);
    return gettext("This is the one question that needs an answer.");
  }
}
