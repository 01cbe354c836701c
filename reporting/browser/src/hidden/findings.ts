/** Collects what a file gives away: each thing once, short, on one line. */

import { visibleBidi } from "../protocol/encoding.ts";
import type { Finding, Kind } from "./types.ts";

const LENGTH = 160;
const MOST = 200;

/** What was found so far. */
export class Findings {
  readonly #found = new Map<string, Finding>();

  /** Notes `text` as one line; nothing where it is blank, known already, or beyond what anybody reads. */
  add(kind: Kind, text: string): void {
    const value = oneLine(text);
    if (value !== "" && this.#found.size < MOST) this.#found.set(`${kind} ${value}`, { kind, value });
  }

  /** Notes a place, as degrees north and east. */
  place(latitude: number, longitude: number): void {
    if (Number.isFinite(latitude) && Number.isFinite(longitude)) this.add("place", `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`);
  }

  get size(): number {
    return this.#found.size;
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
