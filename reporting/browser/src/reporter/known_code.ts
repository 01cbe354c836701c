/** Sending under a receipt code that the person has already, so that reports lie in one mailbox. */

import { h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import type { Code, ReportApi } from "../workers/reporter_api.ts";
import { codeField } from "./code_field.ts";
import { button } from "./steps.ts";

/** The part to type a code into; `use` gets it. `known`: one was typed before. */
export function knownCode(remote: ReportApi, known: boolean, use: (code: Code) => void): HTMLElement {
  const said = h("p", { role: "status" }, known ? gettext("It will be under the receipt code that you typed.") : "");
  const read = async (): Promise<void> => {
    const code = await field.read();
    if (code === null) return;
    use(code);
    field.clear();
    said.textContent = gettext("It will be under the receipt code that you typed.");
  };
  const field = codeField(remote, {
    id: "known-code",
    label: gettext("Your receipt code"),
    help: gettext("The new report then stands beside your earlier ones in the same mailbox. The people on the cases cannot tell that they come from one person; the server can."),
    onEnter: () => void read(),
  });
  return h(
    "details",
    { class: "known-code", open: known },
    h("summary", {}, gettext("I already have a receipt code")),
    field.element,
    button(gettext("Use this code"), "use-code", () => void read()),
    said,
  );
}
