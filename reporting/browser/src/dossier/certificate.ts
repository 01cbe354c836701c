/** `<case-certificate>`: a certificate that one reported, for others, without what one reported. */

import type { ShownCase } from "../client/shown.ts";
import { type Child, fill, focusOn, h } from "../ui/dom.ts";
import { longDay } from "../ui/dates.ts";
import { gettext, learn } from "../ui/i18n.ts";
import { saveFile } from "../ui/keeping.ts";
import type { CertificateMade } from "../workers/reporter_api.ts";
import { certificatePaper } from "./certificate_paper.ts";
import { acknowledgementOf } from "./chronology.ts";
import { possible } from "./choice.ts";
import type { CaseCertificate, CertificatePage } from "./types.ts";

/** The way to a certificate. What it holds is in this element alone, and goes with it. */
export class CaseCertificateElement extends HTMLElement implements CaseCertificate {
  begin(page: CertificatePage): void {
    learn(page.texts);
    const heading = h("h3", {}, gettext("A certificate for somebody else"));
    const cases = possible(page.cases);
    fill(
      this,
      heading,
      h("p", {}, gettext("The site can certify that it received a report from the holder of your code, and on which day. Anybody can check that. It does not say what you reported.")),
      cases.length === 0 ? h("p", {}, gettext("The site's signed acknowledgement is missing, and without it there is nothing to prove. Look again later.")) : formOf(page, cases),
    );
    focusOn(heading);
  }
}

/** The parts of the form. */
interface Form {
  readonly cases: readonly ShownCase[];
  readonly choices: readonly HTMLInputElement[];
  readonly name: HTMLInputElement;
  readonly channel: HTMLInputElement;
  readonly button: HTMLButtonElement;
  readonly outcome: HTMLElement;
}

function formOf(page: CertificatePage, cases: readonly ShownCase[]): HTMLElement {
  const choices = cases.map((_one, place) => h("input", { type: "radio", name: "certified", id: `certificate-case-${place}`, autocomplete: "off" }));
  if (choices[0] !== undefined) choices[0].checked = true;
  const name = h("input", { id: "certificate-name", type: "text", dir: "auto", autocomplete: "off", spellcheck: "false", maxlength: 200, "aria-describedby": "certificate-name-help" });
  const channel = h("input", { id: "certificate-channel", type: "checkbox", autocomplete: "off", "aria-describedby": "certificate-channel-help" });
  const button = h("button", { type: "submit", class: "primary" }, gettext("Make the certificate"));
  const form: Form = { cases, choices, name, channel, button, outcome: h("div", { role: "status" }) };
  const [shows, label] = [h("div"), h("label", { for: channel.id })];
  const show = (): void => {
    fill(form.outcome);
    fill(label, gettext("Name the channel: {title}", { title: chosenOf(form)?.title ?? "" }));
    fill(shows, showing(form));
  };
  for (const input of [...choices, name, channel]) input.addEventListener("input", show);
  show();
  const submit = (event: Event): void => {
    event.preventDefault();
    void make(page, form);
  };
  return h(
    "form",
    { class: "certificate-form no-print", autocomplete: "off", novalidate: true, onsubmit: submit },
    cases.length > 1 && casesBox(form),
    h("div", { class: "field" }, h("label", { for: name.id }, gettext("The name it is made out to, if you want one on it")), h("p", { class: "help", id: "certificate-name-help" }, gettext("The name goes into the file, and is not sent to the site. Nobody checks it. Left empty, the certificate names nobody.")), name),
    h("div", { class: "choice" }, channel, label),
    h("p", { class: "help", id: "certificate-channel-help" }, gettext("The channel's title may tell what you reported.")),
    h("div", { class: "warning" }, shows),
    h("div", { class: "actions" }, button),
    form.outcome,
  );
}

function casesBox({ cases, choices }: Form): HTMLElement {
  const rows = cases.map((shown, place) => {
    const words = gettext("{title}, {day}", { title: shown.title, day: longDay(acknowledgementOf(shown)?.day ?? "") });
    return h("div", { class: "choice" }, choices[place], h("label", { for: `certificate-case-${place}`, dir: "auto" }, words));
  });
  return h("fieldset", {}, h("legend", {}, gettext("Which report?")), rows);
}

function chosenOf({ cases, choices }: Form): ShownCase | undefined {
  return cases[choices.findIndex((one) => one.checked)];
}

/** What it shows and gives away, as the form stands. */
function showing(form: Form): Child {
  const chosen = chosenOf(form);
  const day = longDay(chosen === undefined ? "" : (acknowledgementOf(chosen)?.day ?? ""));
  const lines = [
    gettext("It shows that a report was received at this site on {day}, and the day on which you ask for it.", { day }),
    form.channel.checked && gettext("It shows the channel."),
    form.name.value.trim() === "" ? gettext("It names nobody. If it is found with you, it points to you.") : gettext("It shows the name: whoever gets it takes that person for the one who reported."),
    gettext("Where few reports came in on that day, or on the channel if it is named, the people of the office can tell which case it must be."),
    gettext("Otherwise nobody can tell from the certificate which report it is of, without your code. But a site that is dishonest at the moment you ask can note it, and nobody would see that."),
    gettext("The site sees that somebody with your code asks for one. It keeps no list of certificates, and cannot take one back."),
  ];
  return [h("p", {}, h("strong", {}, gettext("What it shows, and what it gives away"))), h("ul", {}, lines.map((line) => line !== false && h("li", {}, line)))];
}

async function make(page: CertificatePage, form: Form): Promise<void> {
  const { name, channel, button, outcome } = form;
  const chosen = chosenOf(form);
  if (chosen === undefined || button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  fill(outcome, h("p", {}, gettext("Asking the site …")));
  try {
    fill(outcome, doneBox(await page.remote.certify(chosen.case, name.value, channel.checked), chosen.title));
  } catch (error) {
    fill(outcome, page.fault(error));
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

function doneBox(made: CertificateMade, title: string): HTMLElement {
  const paper = certificatePaper(made, title, document.documentElement.dir);
  const save = (ending: string, content: Uint8Array, type: string, label: string): HTMLElement =>
    h("button", { type: "button", class: `save-${ending}`, onclick: () => { saveFile(`certificate-${made.issued}.${ending}`, content, type); } }, label);
  return h(
    "div",
    { class: "done" },
    h("p", {}, h("strong", {}, gettext("The certificate is made, and its signature holds."))),
    h("p", {}, gettext("A report was received on {day}.", { day: longDay(made.received) }), made.name !== "" && [" ", gettext("Made out to:"), " ", h("bdi", {}, made.name)]),
    h("div", { class: "actions" }, save("html", paper, "text/html;charset=utf-8", gettext("Save the page")), save("json", made.file, "application/json", gettext("Save the data"))),
    h("p", { class: "help" }, gettext("Either file is enough, and either can be checked. Open the page to print it; a print alone proves nothing. Both stay on this device, among its downloads, after this page is wiped.")),
  );
}
