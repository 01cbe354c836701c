/**
 * Documents of LibreOffice and others (OpenDocument 1.3): what is seen of them is written anew, without the rest.
 *
 * Of the members only the text, its styles, its settings and what is drawn stay; properties, thumbnails,
 * versions, macros, signatures and what programs left beside are not written.
 */

import { type Data, sizeText, starts } from "./bytes.ts";
import { Report, cleanInner, cleanMetafile } from "./inner.ts";
import { Content } from "./odf_content.ts";
import { CHARTS_KEEP, EMBEDDED_GO, MACROS_GO, SIGNATURE_BREAKS, isPlace, whole } from "./office.ts";
import { MOST_XML } from "./opc.ts";
import { CannotClean, Damaged, type Detected, type Format, type Found, type Kind, TooLarge } from "./types.ts";
import { Element, type Fate, parse, rewrite, serialize } from "./xml.ts";
import { ENCRYPTED, type Listing, pack, unpackAll } from "./zip.ts";

const MANIFEST = "META-INF/manifest.xml";
const SPACE = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0";
const CHARTS = /opendocument\.(?:chart|formula)/;

const KINDS: Readonly<Record<string, Kind>> = {
  "initial-creator": "author",
  creator: "author",
  "printed-by": "author",
  title: "title",
  subject: "title",
  description: "comment",
  "creation-date": "time",
  date: "time",
  "print-date": "time",
  generator: "software",
  "editing-cycles": "revision",
};
/** Settings that name a printer, a data base, a session; of the others the layout depends on many. */
const TELLING = /^(?:PrinterName|PrinterSetup|PrinterPaper|PrintFaxName|Rsid|CurrentDatabase|Redline|ModifyPassword|LoadReadonly|EmbeddedDatabase|ColorTableURL|DashTableURL|LineEndTableURL|HatchTableURL|GradientTableURL|BitmapTableURL)/;

/** Of these, what a reader would want to know. */
const SAID = new Set(["PrinterName", "CurrentDatabaseDataSource", "CurrentDatabaseCommand"]);

/** One document on its way from what it was to what it becomes. */
class Cleaning {
  readonly report = new Report();
  readonly #parts: ReadonlyMap<string, Data>;
  readonly #listing: Listing;
  readonly #types = new Map<string, string>();
  readonly #written = new Map<string, Data>();
  /** Names of parts that what is written shows. */
  readonly #shown = new Set<string>();
  #read = 0;
  #hides = false;

  constructor(bytes: Data) {
    const { parts, listing } = unpackAll(bytes);
    this.#parts = parts;
    this.#listing = listing;
    for (const entry of this.#xml(MANIFEST).elements("file-entry")) {
      if (entry.elements("encryption-data").length > 0) throw new CannotClean(ENCRYPTED);
      this.#types.set(entry.get("full-path") ?? "", entry.get("media-type") ?? "");
    }
  }

  #xml(name: string): Element {
    const bytes = this.#parts.get(name);
    if (bytes === undefined) throw new Damaged();
    this.#read += bytes.length;
    if (this.#read > MOST_XML) throw new TooLarge();
    return parse(bytes);
  }

  /** Takes out what the document hides, and says what that is. */
  async run(): Promise<this> {
    this.#say();
    this.#document("");
    for (const folder of this.#charts()) if (this.#shown.has(folder.slice(0, -1))) this.#document(folder);
    if (this.#hides && this.#charts().some((folder) => this.#shown.has(folder.slice(0, -1)))) this.report.leave(CHARTS_KEEP);
    // Pictures that were deleted, or of what is hidden, are shown nowhere now.
    for (const [name, bytes] of this.#parts) if (this.#shown.has(name) && !this.#written.has(name)) await this.#drawn(name, bytes);
    return this;
  }

  async #drawn(name: string, bytes: Data): Promise<void> {
    const isOwn = name.startsWith("Fonts/") || bytes.length === 0;
    const isMetafile = /\.(?:svm|emf|wmf)$/i.test(name) || starts(bytes, "VCLMTF") || starts(bytes, " EMF", 40) || starts(bytes, "\xd7\xcd\xc6\x9a");
    this.#written.set(name, isOwn ? bytes : isMetafile ? cleanMetafile(bytes, this.report) : await cleanInner(bytes, name, this.report));
  }

  /** What stands beside the text. */
  #say(): void {
    const { findings } = this.report;
    for (const [name, bytes] of this.#parts) {
      if (/(?:^|\/)meta\.xml$/.test(name)) this.#properties(name);
      else if (name.startsWith("Thumbnails/")) findings.add("thumbnail", sizeText(bytes.length));
      else if (name.startsWith("Versions/")) findings.add("revision", `${name}: ${sizeText(bytes.length)}`);
      else if (/^(?:Basic|Scripts|Dialogs)\//.test(name)) this.#macros(name);
      else if (name.endsWith("signatures.xml")) this.report.note(SIGNATURE_BREAKS);
      else if (name === "VersionList.xml") for (const one of this.#xml(name).elements()) findings.add("author", one.get("creator") ?? "");
    }
    const times = this.#listing.members.flatMap(({ changed }) => (changed === null ? [] : [changed])).sort();
    findings.add("time", times[times.length - 1] ?? "");
    findings.add("comment", this.#listing.comment);
  }

  #macros(name: string): void {
    if (/\/script-l[bc]\.xml$|\/dialog-l[bc]\.xml$/.test(name)) return; // lists, often of nothing
    this.report.findings.add("script", name);
    this.report.note(MACROS_GO);
  }

  #properties(name: string): void {
    for (const one of this.#xml(name).elements("meta").flatMap((meta) => meta.elements())) {
      const kind = KINDS[one.local];
      if (one.text === "" && one.local !== "template") continue;
      if (kind !== undefined) this.report.findings.add(kind, one.text);
      else if (one.local === "template") this.report.findings.add("other", one.get("href") ?? "");
      else if (one.local === "user-defined") this.report.findings.add("other", `${one.get("name") ?? ""}: ${one.text}`);
      else this.report.findings.add("other", `${one.local}: ${one.text}`);
    }
  }

  /** The text of the document, or of a chart within. */
  #document(folder: string): void {
    const [content, styles] = ["content.xml", "styles.xml"].map((name) => (this.#parts.has(folder + name) ? this.#xml(folder + name) : null));
    if (content === undefined || content === null) throw new Damaged();
    const cleaning = new Content(this.report, [content, ...(styles ? [styles] : [])], (path) => this.#isEmbedded(folder, path));
    cleaning.run();
    this.#hides ||= cleaning.hidesCells;
    for (const root of [content, ...(styles ? [styles] : [])]) this.#note(folder, root);
    this.#written.set(`${folder}content.xml`, serialize(content));
    if (styles) this.#written.set(`${folder}styles.xml`, serialize(styles));
    if (this.#parts.has(`${folder}settings.xml`)) this.#written.set(`${folder}settings.xml`, this.#settings(`${folder}settings.xml`));
  }

  /** Notes what a part still shows. */
  #note(folder: string, root: Element): void {
    for (const one of root.all()) {
      const path = one.get("href");
      if (path !== null) this.#shown.add(folder + path.replace(/^\.\//, ""));
    }
  }

  /** Whether what is shown at `path` is a file within the document: other than a chart or a formula. */
  #isEmbedded(folder: string, path: string): boolean {
    const name = `${folder}${path.replace(/^\.\//, "")}`;
    const isChart = CHARTS.test(this.#types.get(`${name}/`) ?? "");
    if (!isChart) {
      this.report.findings.add("attachment", name);
      this.report.note(EMBEDDED_GO);
    }
    return !isChart;
  }

  #settings(name: string): Data {
    const root = this.#xml(name);
    rewrite(root, (one): Fate => {
      if (one.local === "config-item-set" && (one.get("name") ?? "").includes("view-settings")) return "gone";
      if (one.get("name") === "ScriptConfiguration") return "gone"; // names of sheets, of hidden ones too
      if (one.local !== "config-item") return "keep";
      const called = one.get("name") ?? "";
      const tells = TELLING.test(called) || isPlace(one.text);
      if (called.startsWith("Rsid")) this.report.findings.add("revision", `${called}: ${one.text}`);
      else if (isPlace(one.text) || SAID.has(called)) this.report.findings.add("other", one.text);
      return tells ? "gone" : "keep";
    });
    return serialize(root);
  }

  /** The document as it is now. */
  get packed(): Data {
    const type = this.#parts.get("mimetype");
    if (type === undefined) throw new Damaged();
    const root = new Element("manifest:manifest");
    root.attributes = ["xmlns:manifest", SPACE, "manifest:version", "1.3"];
    root.children = [["/", new TextDecoder().decode(type)] as const, ...[...this.#charts().filter((name) => this.#shown.has(name.slice(0, -1))), ...this.#written.keys()].map((name) => [name, this.#types.get(name) ?? ""] as const)].map(
      ([name, media]) => {
        const entry = new Element("manifest:file-entry");
        entry.set("manifest:full-path", name);
        entry.set("manifest:media-type", media);
        return entry;
      },
    );
    const members = new Map<string, Data>([["mimetype", type], ...this.#written, [MANIFEST, serialize(root)]]);
    return pack(members, (name) => name === "mimetype" || /\.(?:png|jpe?g|gif|mp[34])$/i.test(name));
  }

  /** Folders of charts and formulas within the document. */
  #charts(): string[] {
    return [...this.#types].flatMap(([name, type]) => (CHARTS.test(type) && name !== "/" && name.endsWith("/") ? [name] : []));
  }
}

export const odf: Format = {
  matches: ({ type }: Detected): boolean => /opendocument\.(?:text|spreadsheet|presentation|graphics)(?:-template)?$/.test(type),

  inspect: async (file: Blob): Promise<Found> => {
    const cleaning = await new Cleaning(await whole(file)).run();
    return cleaning.report.found;
  },

  clean: async (file: Blob): Promise<Blob> => new Blob([(await new Cleaning(await whole(file)).run()).packed]),
};
