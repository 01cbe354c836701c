/** Sealing and sending, as a person sees it; and what to do when it did not work. */

import type { FileProgress, SendingControl } from "../evidence/types.ts";
import { fill, h } from "../ui/dom.ts";
import { explain, gettext } from "../ui/i18n.ts";
import type { RemoteError } from "../workers/rpc.ts";
import type { Code, Step } from "../workers/reporter_api.ts";
import type { AttachedFiles } from "./attach_types.ts";
import { codeView } from "./code_view.ts";
import { button } from "./steps.ts";

/** The step before the worker's own: the site is still being checked. */
export type Stage = "preparing" | Step;

const STAGES = ["preparing", "sealing", "working", "sending", "checking"] as const;

function stageText(stage: Stage): string {
  switch (stage) {
    case "preparing":
      return gettext("Checking that this site is the right one");
    case "sealing":
      return gettext("Sealing your report on this device");
    case "working":
      return gettext("Doing a sum for the server, which keeps floods of false reports away");
    case "sending":
      return gettext("Sending the sealed report");
    case "waiting":
      return gettext("No answer yet. Nothing is lost: it is sent again by itself.");
    case "checking":
      return gettext("Checking the server’s signed confirmation");
    case "directory-changed":
      return gettext("The list of people who receive reports here changed just now. Your report is sealed again for the new list; whoever you shut out stays shut out.");
  }
}

/** The view while it is sent; `tell` is the listener for its steps. */
export interface SendingView {
  readonly element: HTMLElement;
  readonly tell: (stage: Stage | FileProgress) => void;
}

/** A view of steps, each marked once it is reached; `attached` are the files, where there are any, and `remote` sends them. */
export function sendingView(attached: AttachedFiles | null, remote: SendingControl): SendingView {
  const files = attached?.sending(remote);
  const items = new Map(STAGES.map((stage) => [stage as Stage, h("li", {}, stageText(stage))]));
  const said = h("p", { class: "visually-hidden", role: "status" });
  const extra = h("div", {});
  const bar = h("progress", { max: STAGES.length, "aria-labelledby": "sending-title" });
  const element = h(
    "section",
    { class: "sending", "aria-labelledby": "sending-title" },
    h("h2", { id: "sending-title" }, gettext("Sealing and sending")),
    h("p", {}, attached?.said.awake ?? gettext("Keep this page open. This takes a few seconds, or longer on a slow connection.")),
    extra,
    files?.element,
    bar,
    h("ol", { class: "stages", role: "list" }, [...items.values()]),
    said,
  );
  const tell = (stage: Stage | FileProgress): void => {
    if (typeof stage !== "string") {
      files?.tell(stage);
      return;
    }
    if (stage === "working") files?.element.remove(); // all files are there
    said.textContent = stageText(stage);
    const at = STAGES.findIndex((one) => one === stage);
    if (at < 0) {
      fill(extra, stage === "waiting" ? null : extra.firstElementChild, h("p", { class: "note" }, stageText(stage)));
      element.scrollIntoView({ block: "start" });
      return;
    }
    bar.value = at;
    for (const [index, item] of [...items.values()].entries()) {
      item.dataset["state"] = index < at ? "done" : index === at ? "now" : "later";
      if (index === at) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
  };
  return { element, tell };
}

/** What failed, and what may be done about it. */
export interface Failed {
  readonly error: RemoteError;
  /** Whether the report may have arrived all the same. */
  readonly mayHaveArrived: boolean;
  readonly code: Code | null;
  /** What to do about the files, where there is something to say. */
  readonly advice: string | null | undefined;
}

/** What the buttons of a failure do. */
export interface FailureActions {
  readonly again: () => void;
  readonly back: () => void;
  readonly saveDraft: () => void;
  /** What is tried once when the device is online again; null where that would not help. */
  readonly whenOnline: (() => void) | null;
}

/** Says in words that it did not work, and offers what helps. */
export function failureView(failed: Failed, actions: FailureActions): HTMLElement {
  const { error, mayHaveArrived, code, advice } = failed;
  const title = mayHaveArrived ? gettext("It is not known whether your report arrived") : gettext("Your report is not sent yet");
  const element = h(
    "section",
    { class: "sending failed", "aria-labelledby": "failed-title" },
    h("h2", { id: "failed-title" }, title),
    h(
      "div",
      { class: "warning" },
      h("p", {}, explain(error)),
      advice && h("p", {}, advice),
      h("p", {}, gettext("Everything you wrote is still on this page. Do not close it.")),
      actions.whenOnline !== null && h("p", {}, gettext("When this device is online again, this page tries once more by itself.")),
    ),
    h(
      "div",
      { class: "actions" },
      button(gettext("Try again"), "primary again", actions.again),
      button(gettext("Back to what I wrote"), "go-back", actions.back),
      button(gettext("Save as a sealed file, to go on later"), "quiet save-draft", actions.saveDraft),
    ),
    mayHaveArrived && h("p", { class: "help" }, gettext("Trying again sends the very same sealed report: it cannot arrive twice.")),
    mayHaveArrived && code !== null && keepAnyway(code),
  );
  if (actions.whenOnline !== null) onceOnline(element, actions.whenOnline);
  return element;
}

/** Calls `act` at the first time that the browser says it is online, if `element` still stands on the page then. */
function onceOnline(element: HTMLElement, act: () => void): void {
  globalThis.addEventListener("online", () => { if (element.isConnected) act(); }, { once: true });
}

function keepAnyway(code: Code): HTMLElement {
  return h(
    "details",
    {},
    h("summary", {}, gettext("If you have to leave now: your receipt code")),
    h("p", {}, gettext("If the report has arrived, it can be found under this code.")),
    codeView(code, { heading: "h3", fileName: "receipt.txt", purpose: [gettext("Receipt code of a report that may have arrived")] }),
  );
}
