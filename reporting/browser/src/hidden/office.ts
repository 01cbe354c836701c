/** What documents of offices have in common, whoever wrote them. */

import { N_ } from "../protocol/errors.ts";
import { TooLarge } from "./types.ts";
import type { Element } from "./xml.ts";

/** Documents are held in memory as a whole, some times over. */
export const MOST_BYTES = 64 * 1024 * 1024;

export const HIDDEN_GOES = N_(
  "Cleaning removes what a reader does not see at once: comments, deleted text, hidden text, notes of the speaker, and hidden sheets, rows, columns and slides. If these matter, keep the file as it is.",
);
export const FORMULAS_GO = N_("Formulas that use hidden cells or other files become the values that they show.");
export const EMBEDDED_GO = N_("Files inside this document are removed; their pictures stay. If they matter, attach them as files of their own.");
export const MACROS_GO = N_("This document holds macros, which are programs. They are removed.");
export const CHARTS_KEEP = N_("Charts in this document keep the values that they were drawn from, also those of hidden cells.");
export const FORMS_STAY = N_("This document holds a form or variables. What they are called and hold stays in it.");
export const CROPPED = N_("Of a picture or page only a part is shown. What was cut off stays in the file, and can be seen again. Cut the picture itself, or send a picture of what is shown.");
export const SIGNATURE_BREAKS = N_("This document is signed. Cleaning removes the signature, which tells who signed.");

/** Refuses what is too large to be held in memory. */
export async function whole(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > MOST_BYTES) throw new TooLarge();
  return new Uint8Array(await file.arrayBuffer());
}

/** Where on some computer or network a file lies; such places hold names of persons. */
const PLACE = /\b[a-z]:[\\/]|\\\\|\bfile:|\/(?:users|home|volumes|media|mnt|documents and settings)\//i;
const FILE_NAME = /\.[a-z]\w{1,4}$/i;

/** Whether `text` tells where a file lies. */
export function isPlace(text: string): boolean {
  return PLACE.test(text);
}

/** Whether `text` tells where a file lies or what it is called. */
export function isFile(text: string): boolean {
  return isPlace(text) || FILE_NAME.test(text.trim());
}

/** Whether an address may stay: one that is there to be followed by any reader. */
export function isWeb(address: string): boolean {
  return /^(?:https?|mailto|tel):/i.test(address);
}

/** Whether a switch is on: there, and not said to be off. */
export function isOn(element: Element | undefined): boolean {
  if (element === undefined) return false;
  return !["0", "false", "off"].includes(element.get("val") ?? "");
}

/** The first element of that path of local names, each directly within the one before. */
export function within(element: Element, ...path: readonly string[]): Element | undefined {
  let found: Element | undefined = element;
  for (const name of path) found = found?.elements(name)[0];
  return found;
}
