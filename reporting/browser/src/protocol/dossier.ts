/**
 * Dossiers: what a reporter takes out of their mailbox, signed with their key for each case.
 *
 * This side writes them; `reporting/protocol/dossier.py`, which says what the bytes are, reads them too.
 */

import { type Json, type JsonObject, b64encode, concat, dumpJson, utf8 } from "./encoding.ts";
import type { SigningKey } from "./signing.ts";

export const FORMAT = "reporting/dossier/v1";
const DATA = utf8("reporting/v1/dossier\0");
const PAGE = utf8("reporting/v1/dossier-page\0");

/** Keys for cases, in the order of the dossier. */
export type CaseKeys = ReadonlyMap<string, SigningKey>;

/** What is signed: the data, or the page that carries it. */
export type Part = "data" | "page";

/** What a dossier says, as the one line that is signed. @throws Malformed half of a character, which no UTF-8 can carry */
export function statementBytes(statement: JsonObject): Uint8Array<ArrayBuffer> {
  return dumpJson(statement);
}

/** The file of data of a statement, signed. */
export function signData(statement: Uint8Array, keys: CaseKeys): Uint8Array<ArrayBuffer> {
  return concat(utf8('{"dossier":'), statement, utf8(',\n"signatures":'), signatures(concat(DATA, statement), keys), utf8("}\n"));
}

/** A page that carries the file of data ({@link embedded}), signed as a whole. */
export function signPage(page: Uint8Array, keys: CaseKeys): Uint8Array<ArrayBuffer> {
  return concat(page, utf8("<!-- reporting/v1/dossier-page "), signatures(concat(PAGE, page), keys), utf8(" -->\n"));
}

/** The element in which a page carries the file of data. */
export function embedded(data: Uint8Array): string {
  return `<pre id="dossier-data" hidden>${b64encode(data)}</pre>`;
}

function signatures(message: Uint8Array, keys: CaseKeys): Uint8Array {
  const lines: Json = [...keys].map(([id, key]) => ({ case: id, signature: b64encode(key.sign(message)) }));
  return dumpJson(lines);
}
