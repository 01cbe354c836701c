/** XMP (ISO 16684): what it gives away. It is read by patterns alone, for it is removed whole. */

import { type Data, anyText, sizeText } from "./bytes.ts";
import type { Findings } from "./findings.ts";
import type { Kind } from "./types.ts";

/** Names of properties, whatever their prefix, and what they tell. */
const KINDS: Readonly<Record<string, Kind>> = {
  creator: "author",
  Artist: "author",
  Author: "author",
  AuthorsPosition: "author",
  CaptionWriter: "author",
  CreatorContactInfo: "author",
  CiEmailWork: "author",
  CiTelWork: "author",
  Credit: "author",
  OwnerName: "author",
  publisher: "company",
  rights: "author",
  Copyright: "author",
  Source: "company",
  description: "comment",
  UserComment: "comment",
  Headline: "title",
  title: "title",
  Title: "title",
  subject: "comment",
  Instructions: "comment",
  City: "place",
  State: "place",
  Country: "place",
  Location: "place",
  Sublocation: "place",
  CreateDate: "time",
  ModifyDate: "time",
  MetadataDate: "time",
  DateCreated: "time",
  DateTimeOriginal: "time",
  CreatorTool: "software",
  Producer: "software",
  Software: "software",
  softwareAgent: "software",
  SerialNumber: "serial",
  LensSerialNumber: "serial",
  BodySerialNumber: "serial",
  CameraSerialNumber: "serial",
  ImageUniqueID: "serial",
  DocumentID: "serial",
  InstanceID: "serial",
  OriginalDocumentID: "serial",
  Model: "camera",
  Lens: "camera",
  LensModel: "camera",
  PersonDisplayName: "author",
};
const TOKEN = /<(\/?)[\w-]{1,40}:([\w-]{1,60})([^<>]*)>([^<]*)/gu;
const ATTRIBUTE = /\s[\w-]{1,40}:(\w{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')/gu;
const RDF: ReadonlySet<string> = new Set(["li", "Alt", "Bag", "Seq", "RDF", "Description", "value"]);
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const READ = 262_144;

/** Notes what an XMP packet gives away; where nothing else is known of it, that there is one. */
export function inspectXmp(data: Data, findings: Findings): void {
  const before = findings.told;
  const values = new Map<string, string>();
  for (const [name, value] of properties(anyText(data.subarray(0, READ)).replaceAll("\0", ""))) {
    const kind = KINDS[name];
    values.set(name, value);
    if (kind !== undefined) findings.add(kind, unescaped(value));
  }
  findings.place(degrees(values.get("GPSLatitude")), degrees(values.get("GPSLongitude")));
  if (values.has("image")) findings.add("thumbnail", "XMP");
  if (values.has("History")) findings.add("revision", "XMP");
  if (findings.told === before) findings.add("other", `XMP, ${sizeText(data.length)}`);
}

/** Every attribute and every text, with the property that it belongs to. */
function* properties(text: string): Generator<readonly [string, string]> {
  const open: string[] = [];
  for (const [, closing, name = "", attributes = "", inner = ""] of text.matchAll(TOKEN)) {
    if (closing === "/") open.pop();
    else {
      for (const [, attribute = "", double, single] of attributes.matchAll(ATTRIBUTE)) yield [attribute, double ?? single ?? ""];
      if (!attributes.endsWith("/")) open.push(RDF.has(name) ? (open.at(-1) ?? "") : name);
      if (inner.trim() !== "" || !RDF.has(name)) yield [open.at(-1) ?? name, inner];
    }
  }
}

/** XMP's `DDD,MM.mmmk` or `DDD,MM,SSk` as degrees. */
function degrees(text: string | undefined): number {
  const parts = /^(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])$/u.exec(text ?? "");
  if (parts === null) return NaN;
  const value = Number(parts[1]) + Number(parts[2]) / 60 + Number(parts[3] ?? 0) / 3600;
  return /[SW]/u.test(parts[4] ?? "") ? -value : value;
}

function unescaped(text: string): string {
  return text.replace(/&(\w{2,4});/gu, (whole, name: string) => ENTITIES[name] ?? whole);
}
