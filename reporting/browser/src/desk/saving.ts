/** Taking a file out of the desk: with a word on what it is, as a whole where it fits, else as a stream to the disk. */

import { type TemplateResult, html } from "lit/html.js";

import { safeName } from "../client/file_names.ts";
import type { ShownFile } from "../evidence/types.ts";
import { gettext } from "../ui/i18n.ts";
import { WHOLE, saveBlob } from "../ui/keeping.ts";
import type { Judgement } from "../viewer/judging.ts";
import { ask } from "./confirm.ts";
import { sizeWords, typeWords } from "./file_words.ts";
import { uniqueView } from "./risk_note.ts";
import { labelsView } from "./viewing.ts";

interface Picker {
  showSaveFilePicker(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

/** Whether this browser can write to the disk while a file is being opened. */
export function canStream(): boolean {
  return "showSaveFilePicker" in globalThis;
}

/** What to do where a file is too large for this browser. */
export function terminalWords(): string {
  return gettext("This browser cannot save a file of more than {size}. Use “reporting desk save” at the terminal, or a browser that writes while it opens (Chromium, Edge).", { size: sizeWords(WHOLE) });
}

/** Asks whether a file is to leave the desk, once it is known what it is. */
export async function askToSave(file: ShownFile, judgement: Judgement): Promise<boolean> {
  const body = html`<p>${gettext("By its content it is: {type}.", { type: typeWords(judgement.type) })}</p>
    ${labelsView(judgement)} ${outsideView()}`;
  return (await ask({ title: gettext("Save “{name}”?", { name: file.name }), body, yes: gettext("Save") })) !== null;
}

/** Asks the same of a file that is too large to be looked into first. */
export async function askToStream(file: ShownFile): Promise<boolean> {
  const body = html`<p>${gettext("This file has {size}. It is written to the disk while it is being opened, and what it is by its content is told afterwards. If it proves not to be the one that was sealed, or the desk locks meanwhile, it is dropped.", { size: sizeWords(file.size) })}</p>
    ${outsideView()}`;
  return (await ask({ title: gettext("Save “{name}”?", { name: file.name }), body, yes: gettext("Choose where") })) !== null;
}

function outsideView(): TemplateResult {
  return html`${uniqueView()}<p>${gettext("Outside the desk nothing protects it. Opened in another program it may run what it carries, and may tell others that it was opened: open it on a device without a network.")}</p>
    <p class="small soft">${gettext("The history of the case keeps that you saved it.")}</p>`;
}

/** Where the person wants it; null where they changed their mind. */
export async function chooseWhere(file: ShownFile): Promise<FileSystemFileHandle | null> {
  try {
    return await (globalThis as unknown as Picker).showSaveFilePicker({ suggestedName: safeName(file.name) });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    throw error;
  }
}

/**
 * A stream for the worker that ends up in a file on the disk. The file's own stream stays here: where `signal` aborts, or
 * the worker is ended or fails, it is aborted, and the browser drops what was written.
 */
export function intoFile(file: WritableStream<Uint8Array>, signal: AbortSignal): { target: WritableStream<Uint8Array>; written: Promise<void> } {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const written = readable.pipeTo(file, { signal });
  written.catch(() => undefined); // whoever waits for it is told; a lock waits for nothing
  return { target: writable, written };
}

/** Hands a whole file to the browser. Its type is told to nobody: the browser would open some by itself. */
export function handOver(file: ShownFile, content: Blob): void {
  saveBlob(safeName(file.name), content.slice(0, content.size, "application/octet-stream"));
}
