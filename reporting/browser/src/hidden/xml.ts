/**
 * XML as documents of offices hold it: read strictly into a light tree, changed there, written again.
 *
 * Own, because a DOM in JavaScript (xmldom) took a hundred times a part's size in memory and 2 MB a second: a
 * spreadsheet of every day would have ended the tab. What is not touched is written as it was read. There are
 * no entities but the five of XML itself, so none can multiply; comments and processing instructions are not
 * kept, since nobody sees them. Names are compared without their prefix, which a program may choose.
 */

import { N_ } from "../protocol/errors.ts";
import { type Data, joined } from "./bytes.ts";
import { CannotClean, Damaged } from "./types.ts";

/** A piece of text, escaped as it stands in the file, or an element. */
export type Node = string | Element;

const DEEPEST = 500;
/** Beyond this a part would need more memory than a tab may have. */
const MOST_ELEMENTS = 6_000_000;

/** One element. Its attributes are looked at when they are asked for. */
export class Element {
  children: Node[] = [];
  /** The name without its prefix. */
  readonly local: string;
  #written: string;

  /** `attributes` as they stand in the file. */
  constructor(
    readonly name: string,
    attributes = "",
  ) {
    this.#written = "";
    if (UNUSUAL.test(attributes)) this.attributes = attributesOf(attributes);
    else this.#written = attributes;
    this.local = localName(name);
  }

  /** As they stand in a file. */
  get written(): string {
    return this.#written;
  }

  /** Names and escaped values in turn. */
  get attributes(): readonly string[] {
    return attributesOf(this.#written);
  }

  set attributes(pairs: readonly string[]) {
    let written = "";
    for (let at = 0; at < pairs.length; at += 2) written += ` ${pairs[at] ?? ""}="${pairs[at + 1] ?? ""}"`;
    this.#written = written;
  }

  /** The value of the first attribute of that local name (or, with a colon, that name), or null. */
  get(wanted: string): string | null {
    const written = this.#written;
    const start = `${wanted}="`;
    // Within a value no quotation mark stands: what is found so is an attribute, or the end of the name of one.
    for (let at = written.indexOf(start); at !== -1; at = written.indexOf(start, at + 1)) {
      const before = written[at - 1];
      const fits = before === " " || (before === ":" && !wanted.includes(":") && !written.endsWith("xmlns:", at));
      const from = at + start.length;
      if (fits) return unescape(written.slice(from, written.indexOf('"', from)));
    }
    return null;
  }

  /** Gives the attribute, which it has or not, this value. */
  set(wanted: string, value: string): void {
    const changed = [...this.attributes];
    const at = place(changed, wanted);
    if (at === -1) changed.push(wanted, escape(value));
    else changed[at + 1] = escape(value);
    this.attributes = changed;
  }

  /** Drops the attributes that `which` names, by their full name and value. */
  drop(which: (name: string, value: string) => boolean): void {
    if (this.#written === "") return;
    const pairs = this.attributes;
    const kept: string[] = [];
    for (let at = 0; at < pairs.length; at += 2) {
      const [name = "", value = ""] = [pairs[at], pairs[at + 1]];
      if (!which(name, value)) kept.push(name, value);
    }
    if (kept.length !== pairs.length) this.attributes = kept;
  }

  /** The elements directly within, of that local name where one is given. */
  elements(wanted?: string): Element[] {
    return this.children.filter((child): child is Element => typeof child !== "string" && (wanted === undefined || child.local === wanted));
  }

  /** Every element within, itself first, in the order of the file. */
  *all(): Generator<Element> {
    yield this;
    for (const child of this.children) if (typeof child !== "string") yield* child.all();
  }

  /** The text within, as a reader sees it. */
  get text(): string {
    return this.children.map((child) => (typeof child === "string" ? unescape(child) : child.text)).join("");
  }
}

/** Attributes that are not written as programs write them: one blank before each, nothing around what is equal. */
const UNUSUAL = /['\t\r\n]|\s=|=\s| {2}/;

function place(pairs: readonly string[], wanted: string): number {
  const whole = wanted.includes(":");
  for (let at = 0; at < pairs.length; at += 2) {
    const name = pairs[at] ?? "";
    if (name === wanted || (!whole && !name.startsWith("xmlns:") && localName(name) === wanted)) return at;
  }
  return -1;
}

/** A name without its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi;

function unescape(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(REFERENCE, (whole, hexadecimal?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = hexadecimal === undefined ? Number(decimal) : parseInt(hexadecimal, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** `text` as it may stand in a file, within an element or an attribute. */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const TAG = /<([^\s<>/="'&!?]+)((?:\s+[^\s<>/="'&]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ATTRIBUTE = /([^\s<>/="'&]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const CLOSING = /<\/([^\s<>/]+)\s*>/y;
const DOCTYPE = /<!DOCTYPE[^<>[\]]*>/y;

const DEFINITIONS = N_("This file holds definitions that no office program writes. It is not opened here.");

function attributesOf(text: string): readonly string[] {
  const found: string[] = [];
  for (const [, name = "", double, single] of text.matchAll(ATTRIBUTE)) found.push(name, double ?? (single ?? "").replaceAll('"', "&quot;"));
  return found;
}

/** The tree while it is read. */
class Reading {
  readonly top = new Element("");
  readonly #open: Element[] = [this.top];
  #count = 0;
  #at = 0;

  constructor(readonly source: string) {}

  run(): Element {
    const { source } = this;
    while (this.#at < source.length) {
      const next = source.indexOf("<", this.#at);
      this.#text(source.slice(this.#at, next === -1 ? source.length : next));
      if (next === -1) break;
      this.#at = next;
      this.#markup();
    }
    const [root] = this.top.elements();
    if (this.#open.length !== 1 || root === undefined || this.top.elements().length !== 1) throw new Damaged();
    return root;
  }

  get #current(): Element {
    return this.#open[this.#open.length - 1] ?? this.top;
  }

  #text(text: string): void {
    if (text === "") return;
    if (this.#open.length === 1) {
      if (text.trim() !== "") throw new Damaged();
    } else this.#current.children.push(text);
  }

  #past(end: string): string {
    const found = this.source.indexOf(end, this.#at);
    if (found === -1) throw new Damaged();
    const text = this.source.slice(this.#at, found);
    this.#at = found + end.length;
    return text;
  }

  #matched(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.source);
    if (found === null) throw new Damaged();
    this.#at += found[0].length;
    return found;
  }

  #markup(): void {
    const { source } = this;
    if (source.startsWith("</", this.#at)) this.#close();
    else if (source.startsWith("<?", this.#at)) this.#past("?>");
    else if (source.startsWith("<!--", this.#at)) this.#past("-->");
    else if (source.startsWith("<![CDATA[", this.#at)) {
      this.#at += 9;
      this.#text(escape(this.#past("]]>")));
    } else if (source.startsWith("<!", this.#at)) {
      DOCTYPE.lastIndex = this.#at;
      if (!DOCTYPE.test(source)) throw new CannotClean(DEFINITIONS);
      this.#past(">");
    } else this.#start();
  }

  #start(): void {
    const [, name = "", attributes = "", empty] = this.#matched(TAG);
    const element = new Element(name, attributes);
    this.#current.children.push(element);
    if (++this.#count > MOST_ELEMENTS || this.#open.length > DEEPEST) throw new Damaged();
    if (empty === "") this.#open.push(element);
  }

  #close(): void {
    const [, name] = this.#matched(CLOSING);
    if (this.#open.length === 1 || this.#open.pop()?.name !== name) throw new Damaged();
  }
}

function decoded(bytes: Uint8Array): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
  try {
    return new TextDecoder(wide ?? "utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Damaged();
  }
}

/** The root of the part `bytes`. Throws Damaged where it is no XML, CannotClean where it defines entities. */
export function parse(bytes: Uint8Array): Element {
  return new Reading(decoded(bytes)).run();
}

const PIECE = 1 << 16;

/** Text on its way to bytes, a piece at a time. */
class Writing {
  readonly #pieces: Data[] = [];
  readonly #encoder = new TextEncoder();
  #text = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

  write(element: Element): void {
    this.#text += `<${element.name}${element.written}`;
    if (element.children.length === 0) {
      this.#text += "/>";
      return;
    }
    this.#text += ">";
    for (const child of element.children) {
      if (typeof child === "string") this.#text += child;
      else this.write(child);
    }
    this.#text += `</${element.name}>`;
    if (this.#text.length > PIECE) this.#flush();
  }

  #flush(): void {
    this.#pieces.push(this.#encoder.encode(this.#text));
    this.#text = "";
  }

  get bytes(): Data {
    this.#flush();
    return joined(this.#pieces);
  }
}

/** The part whose root is `root`, in UTF-8. */
export function serialize(root: Element): Data {
  const writing = new Writing();
  writing.write(root);
  return writing.bytes;
}

/** What becomes of an element: kept, gone, or replaced by what stands in it or by other nodes. */
export type Fate = "keep" | "gone" | "unwrap" | readonly Node[];

/** Changes everything within `element`, from the outside in, as `decide` says; replacements are not looked at again. */
export function rewrite(element: Element, decide: (one: Element) => Fate): void {
  const kept: Node[] = [];
  for (const child of element.children) {
    if (typeof child === "string") {
      kept.push(child);
      continue;
    }
    const fate = decide(child);
    if (fate === "gone") continue;
    if (typeof fate !== "string") kept.push(...fate);
    else {
      rewrite(child, decide);
      if (fate === "keep") kept.push(child);
      else for (const grandchild of child.children) kept.push(grandchild);
    }
  }
  element.children = kept;
}
