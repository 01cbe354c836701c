/** How the files show that are to be sent, and how far they are on their way. */

import { type TemplateResult, html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";

import type { FileProgress } from "../evidence/types.ts";
import { gettext } from "../ui/i18n.ts";
import type { Attaching, Chosen } from "./attaching.ts";
import { MOST_FILES, isCleanable, staysIn } from "./attaching.ts";
import { sizeWords, typeWords } from "./file_words.ts";
import { findingWords } from "./finding_words.ts";
import { checked } from "./page.ts";

const MOST_FINDINGS = 12;

/** The part of the box in which files are chosen. */
export function attachingView(attaching: Attaching): TemplateResult {
  const { chosen, limits } = attaching;
  const pick = (event: Event): void => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement) || target.files === null) return;
    attaching.add([...target.files]);
    target.value = "";
  };
  return html`<div class="attaching">
    <label class="button attach-pick" for="attach"><span>${gettext("Attach files …")}</span></label>
    <input id="attach" class="visually-hidden" type="file" multiple autocomplete="off" @focus=${() => void attaching.ask()} @change=${pick} aria-describedby="attach-limits" />
    <span id="attach-limits" class="small soft">${limits === null
      ? gettext("Or drop them here; at most {number}.", { number: MOST_FILES })
      : gettext("Or drop them here; at most {number}, of {file} each and {entry} together.", { number: MOST_FILES, file: sizeWords(limits.file), entry: sizeWords(limits.entry) })}</span>
    ${chosen.length === 0
      ? nothing
      : html`<ul class="files" aria-label=${gettext("Files to be sent")}>${chosen.map((one) => chosenView(one, attaching))}</ul>
          <p class="small soft">${gettext("Files are sealed on this device when you send. They are not kept with the draft. Names tell things too: rename a file before attaching it.")}</p>`}
  </div>`;
}

function chosenView(one: Chosen, attaching: Attaching): TemplateResult {
  const { file, inspection, fault } = one;
  const remove = (): void => {
    const back = attaching.remove(one.id);
    const undo = (): Promise<void> => {
      back();
      return Promise.resolve();
    };
    attaching.open.context.say(gettext("“{name}” taken out.", { name: file.name }), undo);
  };
  return html`<li class="file">
    <span class="file-name"><bdi translate="no">${file.name}</bdi></span>
    <span class="file-size small soft">${sizeWords(file.size)}${inspection === null ? nothing : html`, ${typeWords(inspection.type)}`}</span>
    <span class="file-ways"><button type="button" class="quiet" aria-label=${gettext("Take {name} out", { name: file.name })} @click=${remove}>×</button></span>
    ${inspection === null ? html`<p class="small" role="status">${gettext("Looking for what it gives away …")}</p>` : tellingView(one, attaching)}
    ${fault === "" ? nothing : html`<p class="small field-error">${fault}</p>`}
  </li>`;
}

/** What it gives away, and what becomes of that. */
function tellingView(one: Chosen, attaching: Attaching): TemplateResult {
  const { inspection, cleaned, kept } = one;
  const findings = inspection?.findings ?? [];
  const notes = inspection?.notes ?? [];
  const left = cleaned?.left ?? [];
  return html`<div class="file-telling small">
    ${findings.length === 0
      ? nothing
      : html`<p>${gettext("It gives away:")}</p>
          <ul>${findings.slice(0, MOST_FINDINGS).map((finding) => html`<li><bdi>${findingWords(finding)}</bdi></li>`)}
            ${findings.length > MOST_FINDINGS ? html`<li>${gettext("and more")}</li>` : nothing}</ul>`}
    ${isCleanable(one)
      ? html`<label class="choice"><input type="checkbox" .checked=${live(kept)} @change=${(event: Event) => { attaching.keep(one.id, checked(event)); }} />
          <span>${gettext("Send it with what it gives away. Otherwise what can be removed of it is removed first.")}</span></label>`
      : findings.length > 0 ? html`<p>${gettext("This cannot be removed here: it is sent as it is.")}</p>` : nothing}
    ${left.length > 0 && !kept ? html`<p>${gettext("Still in it after cleaning:")} ${left.map(findingWords).join("; ")}</p>` : nothing}
    ${staysIn(one) && !kept
      ? html`<label class="choice"><input type="checkbox" data-agree .checked=${live(one.agreed)} @change=${(event: Event) => { attaching.agree(one.id, checked(event)); }} />
          <span>${gettext("Send it although not all that it may give away can be found or removed.")}</span></label>`
      : nothing}
    ${notes.map((note) => html`<p class="soft">${gettext(note)}</p>`)}
  </div>`;
}

/** When sending began, to tell how fast it is. */
export interface Clocked {
  readonly progress: FileProgress;
  readonly began: number;
  readonly from: number;
}

/** How far files are on their way, with what can be done about it. */
export function sendingView({ progress, began, from }: Clocked, hold: (paused: boolean) => void, cancel: () => void): TemplateResult {
  const { file, files, sent, size, state } = progress;
  const paused = state === "paused";
  const speed = (sent - from) / Math.max((Date.now() - began) / 1_000, 0.5);
  const left = speed > 0 && state === "sending" ? Math.ceil((size - sent) / speed) : null;
  return html`<div class="file-progress">
    <label for="files-sent" class="small">${gettext("File {file} of {files}", { file: Math.min(file + 1, files), files })}</label>
    <progress id="files-sent" max=${Math.max(size, 1)} .value=${sent}></progress>
    <span class="small" role="status">${stateWords(state)}</span>
    <span class="small soft">${gettext("{sent} of {size}", { sent: sizeWords(sent), size: sizeWords(size) })}${left === null
      ? nothing
      : html`, ${gettext("{speed} a second, {seconds} s left", { speed: sizeWords(speed), seconds: left })}`}</span>
    <button type="button" @click=${() => { hold(!paused); }}>${paused ? gettext("Go on") : gettext("Pause")}</button>
    <button type="button" @click=${cancel}>${gettext("Cancel")}</button>
  </div>`;
}

function stateWords(state: FileProgress["state"]): string {
  switch (state) {
    case "sealing":
      return gettext("Sealing on this device …");
    case "sending":
      return gettext("Sending …");
    case "waiting":
      return gettext("The server does not answer; trying again …");
    case "paused":
      return gettext("Paused");
    case "done":
      return gettext("All files are sent; the message follows.");
  }
}
