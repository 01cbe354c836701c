/** What reading spreadsheets of either kind is made of: parts, elements, and cells at their places. */

import type { Document, Element } from "@xmldom/xmldom";

import { MOST_COLUMNS, MOST_ROWS } from "./csv.ts";

/** One sheet. */
export interface Sheet {
  readonly name: string;
  /** Whether the program that made it does not show it. */
  readonly hidden: boolean;
  readonly rows: readonly (readonly string[])[];
  /** Whether there are rows or columns beyond what is read. */
  readonly more: boolean;
}

/** A member of the package as a document; null where there is none. */
export type Part = (name: string) => Promise<Document | null>;

/** The children that are elements of that local name. */
export function children(parent: Element | Document, name: string): Element[] {
  const found: Element[] = [];
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === 1 && (node as Element).localName === name) found.push(node as Element);
  }
  return found;
}

/** All elements of that local name below `parent`. */
export function all(parent: Element | Document, name: string): Element[] {
  return [...parent.getElementsByTagNameNS("*", name)];
}

/** Collects cells at their places, within the limits. */
export class Grid {
  readonly rows: string[][] = [];
  more = false;

  /** Puts `text` where it belongs; what lies beyond the limits is left out, and said. */
  put(row: number, column: number, text: string): void {
    if (text === "") return;
    if (row >= MOST_ROWS || column >= MOST_COLUMNS) {
      this.more = true;
      return;
    }
    while (this.rows.length <= row) this.rows.push([]);
    const cells = this.rows[row] ?? [];
    while (cells.length < column) cells.push("");
    cells[column] = text;
  }
}
