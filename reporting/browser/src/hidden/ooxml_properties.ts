/** What documents of Microsoft's form say of themselves, outside of their text. */

import { sizeText } from "./bytes.ts";
import type { Report } from "./inner.ts";
import { HIDDEN_GOES } from "./office.ts";
import type { Package } from "./opc.ts";
import { plain } from "./ooxml_word.ts";
import type { Kind } from "./types.ts";

const KINDS: Readonly<Record<string, Kind>> = {
  creator: "author",
  lastModifiedBy: "author",
  Manager: "author",
  Company: "company",
  title: "title",
  subject: "title",
  description: "comment",
  created: "time",
  modified: "time",
  lastPrinted: "time",
  revision: "revision",
  Application: "software",
  AppVersion: "software",
};
/** Numbers of pages and the like, which a reader sees, and lists of titles. */
const PLAIN = new Set(["Pages", "Words", "Characters", "Lines", "Paragraphs", "CharactersWithSpaces", "DocSecurity", "ScaleCrop", "SharedDoc"]);
const LISTS = new Set(["HeadingPairs", "TitlesOfParts", "HyperlinksChanged", "LinksUpToDate", "Slides", "Notes", "HiddenSlides", "MMClips", "HLinks"]);

function propertiesOf(opened: Package, part: string, report: Report): void {
  for (const one of opened.xml(part).elements()) {
    if (PLAIN.has(one.local) || LISTS.has(one.local)) continue;
    const name = one.get("name");
    if (one.text === "") continue;
    if (name !== null) report.findings.add("other", `${name}: ${one.text}`);
    else report.findings.add(KINDS[one.local] ?? "other", KINDS[one.local] === undefined ? `${one.local}: ${one.text}` : one.text);
  }
}

function commentsOf(opened: Package, part: string, report: Report): void {
  for (const one of opened.xml(part).all()) {
    const isPerson = ["author", "cmAuthor", "person"].includes(one.local);
    const named = one.get(isPerson && one.get("displayName") !== null ? "displayName" : isPerson ? "name" : "author");
    report.findings.add("author", named ?? (one.local === "author" ? one.text : ""));
    if (["comment", "threadedComment", "cm"].includes(one.local)) {
      report.findings.add("comment", plain(one).trim() === "" ? one.text : plain(one));
      report.findings.add("time", one.get("date") ?? one.get("dT") ?? one.get("dt") ?? "");
      report.note(HIDDEN_GOES);
    }
  }
}

const PROPERTIES = /core-properties|extended-properties|custom-properties|coreProperties|extendedProperties|customProperties/;
const COMMENTS = /comments?(?:Authors)?\+xml|threadedcomments\+xml|person\+xml|people\+xml|\.authors\+xml/i;

/** Reports what stands beside the text of a document: properties, comments, persons, printers, thumbnails and times. */
export function properties(opened: Package, report: Report): void {
  const { findings } = report;
  for (const [part, bytes] of opened.parts) {
    const type = opened.contentType(part);
    if (PROPERTIES.test(type)) propertiesOf(opened, part, report);
    else if (COMMENTS.test(type)) commentsOf(opened, part, report);
    else if (/thumbnail/i.test(part)) findings.add("thumbnail", sizeText(bytes.length));
    else if (/printerSettings/i.test(type) || /printerSettings/i.test(part)) findings.add("other", printer(bytes));
    else if (/^customXml\//i.test(part) && /item\d*\.xml$/i.test(part)) findings.add("other", `customXml: ${sizeText(bytes.length)}`);
    else if (/pivotCacheDefinition/i.test(type)) findings.add("author", opened.xml(part).get("refreshedBy") ?? "");
    else if (/pivotCacheRecords/i.test(type)) findings.add("hidden", `pivotCacheRecords: ${sizeText(bytes.length)}`);
  }
  const times = opened.listing.members.flatMap(({ changed }) => (changed === null ? [] : [changed])).sort();
  findings.add("time", times[times.length - 1] ?? "");
  findings.add("comment", opened.listing.comment);
}

/** A printer's name stands first in what Windows keeps of it, in UTF-16. */
function printer(bytes: Uint8Array): string {
  const name = new TextDecoder("utf-16le").decode(bytes.subarray(0, 64)).split("\0")[0] ?? "";
  return name === "" ? `printerSettings: ${sizeText(bytes.length)}` : name;
}
