/** Collects what a file gives away: each thing once, short, on one line. */

import { visibleBidi } from "../protocol/encoding.ts";
import type { Finding, Kind } from "./types.ts";

const LENGTH = 160;
const MOST = 200;
const PLACE = /^\s*([+-]\d{1,3}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)[^:]*$/u; // ISO 6709

/** What was found so far. */
export class Findings {
  readonly #found = new Map<string, Finding>();
  #told = 0;

  /** Notes `text` as one line; nothing where it is blank, known already, or beyond what anybody reads. */
  add(kind: Kind, text: string): void {
    const value = oneLine(text);
    if (value !== "") this.#told++;
    if (value !== "" && this.#found.size < MOST) this.#found.set(`${kind} ${value}`, { kind, value });
  }

  /** Notes a place, as degrees north and east. */
  place(latitude: number, longitude: number): void {
    if (Number.isFinite(latitude) && Number.isFinite(longitude)) this.add("place", `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`);
  }

  /** Notes a text that may be a place as devices write it; then as degrees. */
  words(kind: Kind, text: string): void {
    const place = PLACE.exec(text);
    if (place === null) this.add(kind, text);
    else this.place(Number(place[1]), Number(place[2]));
  }

  /** How often something was noted, known already or not. */
  get told(): number {
    return this.#told;
  }

  get list(): readonly Finding[] {
    return [...this.#found.values()];
  }
}

/** Without controls, blanks at its ends and more than anybody reads. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- controls are what is looked for
  const line = visibleBidi(text.slice(0, 8 * LENGTH).replace(/[\u0000-\u001f\u007f-\u009f\s]+/gu, " ").trim());
  return line.length > LENGTH ? `${line.slice(0, LENGTH - 1)}…` : line;
}
