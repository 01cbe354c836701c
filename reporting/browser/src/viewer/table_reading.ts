/** Reading tables: CSV and TSV by a reader of our own, spreadsheets by their saved values. */

import { N_ } from "../protocol/errors.ts";
import { parseRows, separatorOf } from "./csv.ts";
import { encodingOf } from "./decoding.ts";
import type { Sheet } from "./grid.ts";
import { NotShown } from "./messages.ts";
import { sheetsOf } from "./sheets.ts";

const MOST_TEXT = 33_554_432;
const MOST_PACKED = 134_217_728;
const TOO_LARGE = N_("This table is too large to be shown here: save it.");
const PLAIN: ReadonlySet<string> = new Set(["text/csv", "text/tab-separated-values"]);

/**
 * The sheets of a table of that type.
 *
 * @throws NotShown it is broken, or larger than is read here
 */
export async function readTable(content: Blob, type: string): Promise<readonly Sheet[]> {
  const plain = PLAIN.has(type);
  if (content.size > (plain ? MOST_TEXT : MOST_PACKED)) throw new NotShown(TOO_LARGE);
  return plain ? [await plainSheet(content, type)] : sheetsOf(content);
}

async function plainSheet(content: Blob, type: string): Promise<Sheet> {
  const bytes = new Uint8Array(await content.arrayBuffer());
  const text = new TextDecoder(encodingOf(bytes.subarray(0, 65_536))).decode(bytes);
  return { name: "", hidden: false, ...parseRows(text, type === "text/csv" ? separatorOf(text) : "\t") };
}
