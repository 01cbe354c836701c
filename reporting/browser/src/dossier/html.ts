/** Markup as text, for pages that are saved rather than shown. Everything that is not markup is escaped here. */

import { utf8 } from "../protocol/encoding.ts";
import { PAPER_STYLE } from "./paper_style.ts";

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

/** A page to be saved and printed: one file, without scripts, that asks nothing of any server. */
export function paper(title: string, language: string, direction: string, body: Piece): Uint8Array<ArrayBuffer> {
  const head = el(
    "head",
    {},
    empty("meta", { charset: "utf-8" }),
    empty("meta", { "http-equiv": "Content-Security-Policy", content: "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'" }),
    empty("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    empty("meta", { name: "referrer", content: "no-referrer" }),
    el("title", {}, title),
    el("style", {}, PAPER_STYLE),
  );
  const page = el("html", { lang: language, dir: direction === "rtl" ? "rtl" : "ltr" }, head, el("body", {}, el("main", {}, el("h1", {}, title), body)));
  return utf8(`<!doctype html>\n${page.text}`);
}
