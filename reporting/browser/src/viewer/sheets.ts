/** Spreadsheets as values: what was saved in the cells, of OOXML and OpenDocument. No formula is calculated. */

import { DOMParser, type Document } from "@xmldom/xmldom";

import type { Part, Sheet } from "./grid.ts";
import { BROKEN, NotShown } from "./messages.ts";
import { openDocumentSheets } from "./sheets_odf.ts";
import { workbookSheets } from "./sheets_ooxml.ts";
import { type Member, membersOf, unpack } from "./zip.ts";

const MOST_XML = 33_554_432; // bytes of one member

/**
 * The sheets of a spreadsheet, in its order.
 *
 * @throws NotShown it is broken, encrypted or larger than is read here
 */
export async function sheetsOf(file: Blob): Promise<Sheet[]> {
  const members = new Map<string, Member>((await membersOf(file)).map((member) => [member.name, member]));
  const part: Part = async (name) => {
    const member = members.get(name);
    return member === undefined ? null : parsed(await unpack(file, member, MOST_XML));
  };
  const sheets = members.has("xl/workbook.xml") ? await workbookSheets(part) : await openDocumentSheets(part);
  if (sheets === null || sheets.length === 0) throw new NotShown(BROKEN);
  return sheets;
}

/** Entities of a document's own are not expanded; whatever is no XML ends here. */
function parsed(bytes: Uint8Array): Document {
  const fail = (): never => {
    throw new NotShown(BROKEN);
  };
  const text = new TextDecoder().decode(bytes).replace(/^\ufeff/, "");
  if (text.includes("<!DOCTYPE")) fail(); // no office writes one
  try {
    return new DOMParser({ onError: (level) => { if (level !== "warning") fail(); } }).parseFromString(text, "text/xml");
  } catch {
    return fail();
  }
}
