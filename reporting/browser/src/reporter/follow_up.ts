/** The box to write more in a case: counted, sealed, sent, and kept as it is where sending fails. */

import type { SendingControl } from "../evidence/types.ts";
import type { ShownCase } from "../client/shown.ts";
import { longDay } from "../ui/dates.ts";
import { fill, focusOn, h } from "../ui/dom.ts";
import { gettext, listed, number } from "../ui/i18n.ts";
import { sentenceWords } from "../ui/words.ts";
import { RemoteError } from "../workers/rpc.ts";
import type { Followed, MailboxApi } from "../workers/reporter_api.ts";
import { acknowledgementButton } from "./conversation.ts";
import { faultBox, faultWords } from "./fault_box.ts";
import { FilesPart } from "./files_part.ts";
import { stepLine } from "./progress.ts";

/** What the box asks of the worker. */
export type Follower = Pick<MailboxApi, "followUp" | "answer" | "checkIn" | "ask" | "answerMinutes" | "measureMessage" | "openFile"> & SendingControl;

/** The box of one case. */
export interface FollowUp {
  readonly element: HTMLElement;
  /** What stands in it, unsent. */
  text(): string;
  /** Puts text into it, as after the case was read again. */
  write(text: string): void;
  /** The files that are to go with it. */
  readonly files: FilesPart;
}

interface Parts {
  readonly files: FilesPart;
  readonly sending: HTMLElement;
  readonly field: HTMLTextAreaElement;
  readonly help: HTMLElement;
  readonly count: HTMLElement;
  readonly fault: HTMLElement;
  readonly outcome: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly steps: ReturnType<typeof stepLine>;
}

/**
 * A box to write more in `shown`; `followed` is told of the case as it stands once something was received. `files` are
 * those that were added before the case was read again.
 */
export function followUp(shown: ShownCase, remote: Follower, followed: (shown: ShownCase) => void, files: FilesPart | null = null): FollowUp {
  const parts = makeParts(shown.case, files ?? filesOf(remote));
  const { field } = parts;
  const count = (): void => {
    setFault(parts, "");
    void measure(parts, remote);
  };
  field.addEventListener("input", count);
  const send = (): void => {
    void sendText(parts, remote, shown.case, followed);
  };
  const element = shown.closed === null ? openBox(shown, parts, send) : closedBox(sentenceWords(shown.closed));
  return {
    element,
    files: parts.files,
    text: () => field.value.trim(),
    write: (text) => {
      field.value = text;
      if (text !== "") count();
    },
  };
}

function filesOf(remote: Follower): FilesPart {
  const place = h("div", { class: "follow-up-files" });
  // Of several cases, one is in sight.
  const part = new FilesPart(place, { limits: () => remote.limits(), show: () => place.closest("[hidden]") === null, changed: () => undefined });
  part.watch();
  return part;
}

function makeParts(caseId: string, files: FilesPart): Parts {
  const id = `write-${caseId.slice(0, 12)}`;
  const field = h("textarea", {
    id,
    rows: 6,
    dir: "auto",
    autocomplete: "off",
    // Browsers may send what is typed to a spelling service.
    spellcheck: "false",
    "aria-describedby": `${id}-help ${id}-count ${id}-fault`,
  });
  return {
    files,
    sending: h("div"),
    field,
    help: h("p", { id: `${id}-help`, class: "help" }),
    count: h("p", { id: `${id}-count`, class: "help" }),
    fault: h("p", { id: `${id}-fault`, class: "field-error", role: "alert" }),
    outcome: h("div"),
    button: h("button", { type: "submit", class: "primary" }, gettext("Send")),
    steps: stepLine(),
  };
}

function openBox(shown: ShownCase, parts: Parts, send: () => void): HTMLElement {
  const { field, help, count, fault, outcome, button, steps, files, sending } = parts;
  sayReaders(parts, shown);
  const submit = (event: Event): void => {
    event.preventDefault();
    send();
  };
  return h(
    "form",
    { class: "follow-up no-print", autocomplete: "off", novalidate: true, onsubmit: submit },
    outcome,
    h("label", { for: field.id }, gettext("Your message")),
    help,
    fault,
    field,
    count,
    files.place,
    h("div", { class: "actions" }, button),
    sending,
    steps.element,
  );
}

function sayReaders({ help }: Parts, { holders }: ShownCase): void {
  const names = listed(holders.map(({ label }) => label));
  help.textContent = gettext("It is sealed on your device to those who hold this case ({names}) and to whomever they let read it.", { names });
}

function closedBox(reason: string): HTMLElement {
  return h("div", { class: "warning" }, h("p", {}, h("strong", {}, gettext("You cannot write here now."))), h("p", {}, reason));
}

function setFault({ field, fault }: Parts, words: string): void {
  fault.textContent = words;
  if (words === "") field.removeAttribute("aria-invalid");
  else {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
}

async function measure({ field, count }: Parts, remote: Follower): Promise<void> {
  const { value } = field;
  const size = await remote.measureMessage(value).catch(() => null);
  if (size === null || field.value !== value) return; // ended, or typed on meanwhile
  const over = size.used - size.limit;
  count.classList.toggle("over", over > 0);
  if (value === "") count.textContent = "";
  else if (over > 0) count.textContent = gettext("{over} bytes too long for one message. Send it in parts.", { over: number(over) });
  else count.textContent = gettext("{used} of {limit} bytes", { used: number(size.used), limit: number(size.limit) });
}

async function sendText(parts: Parts, remote: Follower, caseId: string, followed: (shown: ShownCase) => void): Promise<void> {
  const { field, steps, files, sending } = parts;
  if (field.readOnly) return;
  if (field.value.trim() === "") {
    setFault(parts, files.some !== null ? gettext("Write a few words about your files.") : gettext("There is nothing to send."));
    return;
  }
  setFault(parts, "");
  if ((await files.some?.ready()) === false) return;
  busy(parts, true);
  fill(parts.outcome);
  const way = files.some?.sending(remote);
  fill(sending, way?.element);
  try {
    const received = await remote.followUp(caseId, field.value, files.outgoing, (told) => {
      if (typeof told === "string") steps.tell(told);
      else way?.tell(told);
    });
    showSent(parts, received);
    followed(received.shown);
  } catch (error) {
    showFailure(parts, error);
  } finally {
    busy(parts, false);
    fill(sending);
    steps.say("");
  }
}

function busy({ field, button, files }: Parts, sending: boolean): void {
  field.readOnly = sending;
  files.place.hidden = sending;
  if (sending) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}

function showSent(parts: Parts, received: Followed): void {
  const { field, count, outcome, files } = parts;
  sayReaders(parts, received.shown);
  files.wipe();
  field.value = "";
  count.textContent = "";
  const box = h(
    "div",
    { class: "done", role: "status", tabindex: "-1" },
    h("p", {}, h("strong", {}, gettext("Sent."))),
    h("p", {}, gettext("Received on {day}. The site has signed for it, and the signature holds.", { day: longDay(received.day) })),
    h("p", {}, acknowledgementButton(received.day, received.acknowledgement)),
  );
  fill(outcome, box);
  focusOn(box);
}

function showFailure({ outcome, files }: Parts, error: unknown): void {
  if (error instanceof RemoteError && error.failure.name === "Canceled" && error.failure.details["mayHaveArrived"] !== true) {
    const note = h("p", { class: "note", role: "status", tabindex: "-1" }, files.some?.said.stoppedMessage);
    fill(outcome, note);
    focusOn(note);
    return;
  }
  const more = [files.some !== null ? gettext("What you wrote and your files still stand below.") : gettext("What you wrote still stands below.")];
  const advice = error instanceof RemoteError ? files.some?.advice(error.failure.details["kind"]) : null;
  if (typeof advice === "string") more.push(advice);
  if (error instanceof RemoteError && (error.failure.details["mayHaveArrived"] === true || error.failure.name === "Error")) {
    more.push(gettext("It may have arrived all the same. Send it again without changing it: then it cannot arrive twice."));
  }
  const box = faultBox(faultWords(error), ...more);
  fill(outcome, box);
  focusOn(box);
}
