/** Markup as text, for pages that are saved rather than shown. Everything that is not markup is escaped here. */

/** Markup that was made here. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What an element may hold. */
export type Piece = Markup | string | false | readonly Piece[];

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (mark) => ESCAPES[mark] ?? "");
}

function flat(piece: Piece): string {
  if (piece === false) return "";
  if (typeof piece === "string") return escaped(piece);
  if (piece instanceof Markup) return piece.text;
  return piece.map(flat).join("");
}

/** An element with attributes and children, on a line of its own. */
export function el(tag: string, attributes: Readonly<Record<string, string>>, ...children: readonly Piece[]): Markup {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return new Markup(`<${tag}${written.join("")}>${flat(children)}</${tag}>\n`);
}

/** An element that holds nothing. */
export function empty(tag: string, attributes: Readonly<Record<string, string>>): Markup {
  return new Markup(flat(el(tag, attributes)).replace(`</${tag}>`, ""));
}

/** Names, numbers and hashes within a sentence of another direction. */
export function bdi(text: string): Markup {
  return new Markup(`<bdi>${escaped(text)}</bdi>`);
}
