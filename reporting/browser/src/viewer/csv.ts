/** Tables in plain text: CSV by RFC 4180 with the separators that programs use, and TSV. */

/** At most so much of a table is read. */
export const MOST_ROWS = 20_000;
export const MOST_COLUMNS = 200;

const SEPARATORS = [",", ";", "\t", "|"] as const;

/** The separator that most lines of the beginning have equally often; a comma where none does. */
export function separatorOf(text: string): string {
  const lines = text.slice(0, 65_536).split(/\r\n|\n|\r/, 20).filter((line) => line !== "");
  let best = { separator: ",", score: 0 };
  for (const separator of SEPARATORS) {
    const counts = lines.map((line) => line.split(separator).length - 1);
    const first = counts[0] ?? 0;
    const score = first === 0 ? 0 : counts.filter((count) => count === first).length * Math.min(first, 10);
    if (score > best.score) best = { separator, score };
  }
  return best.separator;
}

/** Rows of cells, as far as {@link MOST_ROWS}; `more` where there are others. Nothing in it is a formula: text stays text. */
export function parseRows(text: string, separator: string): { readonly rows: string[][]; readonly more: boolean } {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const cell = text[at] === '"' ? quoted(text, at + 1) : plain(text, at, separator);
    if (row.length < MOST_COLUMNS) row.push(cell.text);
    at = cell.end;
    if (text.startsWith(separator, at)) {
      at += separator.length;
      if (at < text.length) continue;
      row.push("");
    }
    rows.push(row);
    row = [];
    at += text.startsWith("\r\n", at) ? 2 : 1;
    if (rows.length === MOST_ROWS) return { rows, more: at < text.length };
  }
  return { rows, more: false };
}

interface Cell {
  readonly text: string;
  readonly end: number;
}

function plain(text: string, from: number, separator: string): Cell {
  let end = from;
  while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end++;
  return { text: text.slice(from, end), end };
}

/** Up to the closing quote; what a broken writer put behind it belongs to the cell. */
function quoted(text: string, from: number): Cell {
  let found = "";
  let at = from;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close === -1) return { text: found + text.slice(at), end: text.length };
    found += text.slice(at, close);
    at = close + 1;
    if (text[at] !== '"') break;
    found += '"';
    at++;
  }
  let end = at;
  while (end < text.length && !SEPARATORS.some((one) => one === text[end]) && text[end] !== "\n" && text[end] !== "\r") end++;
  return { text: found + text.slice(at, end), end };
}
