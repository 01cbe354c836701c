/** The package of Word's, Excel's and PowerPoint's documents (ECMA-376 part 2): parts, their types, and what they refer to. */

import type { Data } from "./bytes.ts";
import { Damaged, TooLarge } from "./types.ts";
import { Element, parse, serialize } from "./xml.ts";
import { type Listing, pack, unpackAll } from "./zip.ts";

const TYPES = "[Content_Types].xml";
const TYPES_SPACE = "http://schemas.openxmlformats.org/package/2006/content-types";
const SPACE = "http://schemas.openxmlformats.org/package/2006/relationships";
const RELATIONSHIPS = "application/vnd.openxmlformats-package.relationships+xml";
/** All XML of a document together: read, it takes some twenty times as much memory. */
export const MOST_XML = 64 * 1024 * 1024;

/** That one part (or the document, as "") refers to another, or to something outside. */
export interface Relationship {
  readonly id: string;
  /** The last word of its type, such as `image`. */
  readonly kind: string;
  readonly type: string;
  readonly external: boolean;
  /** A part's name, or what is outside as it is written. */
  readonly target: string;
}

function relationshipsPart(part: string): string {
  const at = part.lastIndexOf("/") + 1;
  return `${part.slice(0, at)}_rels/${part.slice(at)}.rels`;
}

function resolved(part: string, target: string): string {
  const path = target.startsWith("/") ? target : `/${part.slice(0, part.lastIndexOf("/") + 1)}${target}`;
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return names.join("/");
}

/** A document, opened. */
export class Package {
  readonly #trees = new Map<string, Element>();
  readonly #overrides = new Map<string, string>();
  readonly #defaults = new Map<string, string>();
  #read = 0;

  private constructor(
    readonly parts: ReadonlyMap<string, Data>,
    readonly listing: Listing,
  ) {}

  /** Opens the bytes of a document. Throws CannotClean where they are damaged, protected, or a bomb. */
  static open(bytes: Data): Package {
    const { parts, listing } = unpackAll(bytes);
    const opened = new Package(parts, listing);
    for (const one of opened.xml(TYPES).elements()) {
      const type = one.get("ContentType") ?? "";
      if (one.local === "Default") opened.#defaults.set((one.get("Extension") ?? "").toLowerCase(), type);
      if (one.local === "Override") opened.#overrides.set(resolved("", one.get("PartName") ?? ""), type);
    }
    return opened;
  }

  /** The part's tree; the same each time, so that changes stay. Throws Damaged where there is no such part. */
  xml(part: string): Element {
    const known = this.#trees.get(part);
    if (known !== undefined) return known;
    const bytes = this.parts.get(part);
    if (bytes === undefined) throw new Damaged();
    this.#read += bytes.length;
    if (this.#read > MOST_XML) throw new TooLarge();
    const tree = parse(bytes);
    this.#trees.set(part, tree);
    return tree;
  }

  contentType(part: string): string {
    const ending = part.slice(part.lastIndexOf(".") + 1).toLowerCase();
    return this.#overrides.get(part) ?? this.#defaults.get(ending) ?? "";
  }

  /** What `part` refers to; the document as a whole is "". */
  relationships(part: string): Relationship[] {
    const stands = relationshipsPart(part);
    if (!this.parts.has(stands)) return [];
    return this.xml(stands)
      .elements("Relationship")
      .map((one) => {
        const type = one.get("Type") ?? "";
        const external = one.get("TargetMode") === "External";
        const target = one.get("Target") ?? "";
        const kind = type.slice(type.lastIndexOf("/") + 1);
        return { id: one.get("Id") ?? "", kind, type, external, target: external ? target : resolved(part, target.replace(/#.*$/, "")) };
      });
  }
}

/** One part of a document that is written. */
export interface Written {
  readonly content: Data;
  readonly type: string;
  readonly relationships: readonly Relationship[];
}

function element(name: string, space: string, children: readonly Element[]): Element {
  const made = new Element(name);
  made.set("xmlns", space);
  made.children = [...children];
  return made;
}

function relationshipsOf(relationships: readonly Relationship[]): Data {
  const children = relationships.map(({ id, type, external, target }) => {
    const one = new Element("Relationship");
    one.attributes = ["Id", "", "Type", ""];
    one.set("Id", id);
    one.set("Type", type);
    one.set("Target", external ? target : `/${target}`);
    if (external) one.set("TargetMode", "External");
    return one;
  });
  return serialize(element("Relationships", SPACE, children));
}

function typesOf(parts: ReadonlyMap<string, Written>): Data {
  const one = (name: string, key: string, value: string, type: string): Element => {
    const made = new Element(name);
    made.set(key, value);
    made.set("ContentType", type);
    return made;
  };
  const defaults = [one("Default", "Extension", "rels", RELATIONSHIPS), one("Default", "Extension", "xml", "application/xml")];
  const overrides = [...parts].map(([name, { type }]) => one("Override", "PartName", `/${name}`, type));
  return serialize(element("Types", TYPES_SPACE, [...defaults, ...overrides]));
}

/** The bytes of a document of these parts, `root` being what it refers to as a whole. */
export function writePackage(root: readonly Relationship[], parts: ReadonlyMap<string, Written>): Data {
  const members = new Map<string, Data>([
    [TYPES, typesOf(parts)],
    [relationshipsPart(""), relationshipsOf(root)],
  ]);
  for (const [name, { content, relationships }] of parts) {
    members.set(name, content);
    if (relationships.length > 0) members.set(relationshipsPart(name), relationshipsOf(relationships));
  }
  return pack(members, (name) => /\.(png|jpe?g|gif|mp[34]|m4[av])$/i.test(name));
}
