/** What presentations of PowerPoint hide: slides that are not shown, notes of the speaker, embedded files. */

import type { Report } from "./inner.ts";
import type { Package } from "./opc.ts";
import { HIDDEN_GOES } from "./office.ts";
import type { Element, Fate } from "./xml.ts";

const GONE = new Set(["custDataLst", "sectionLst", "custShowLst", "tags", "modifyVerifier", "smartTags"]);

/** Text of a slide or of its notes. */
function said(root: Element): string {
  return [...root.all()]
    .filter(({ local }) => local === "t")
    .map(({ text }) => text)
    .join(" ");
}

/** Parts that are not shown: hidden slides, whichever part refers to them. */
export function hiddenSlides(opened: Package, part: string, report: Report): ReadonlySet<string> {
  const slides = opened.relationships(part).filter(({ kind, external }) => kind === "slide" && !external);
  const hidden = new Set<string>();
  for (const { target } of slides) {
    const root = opened.xml(target);
    for (const { kind, target: notes } of opened.relationships(target)) {
      if (kind !== "notesSlide") continue;
      report.note(HIDDEN_GOES);
      report.findings.add("hidden", said(opened.xml(notes)));
    }
    if (!["0", "false"].includes(root.get("show") ?? "")) continue;
    report.note(HIDDEN_GOES);
    report.findings.add("hidden", said(root));
    hidden.add(target);
  }
  return hidden;
}

/** Decides over the elements of one presentation. */
export class PowerPoint {
  constructor(readonly report: Report) {}

  /** What becomes of `one`; null where PowerPoint has nothing to say of it. */
  decide(one: Element): Fate | null {
    const { local } = one;
    if (GONE.has(local)) return "gone";
    if (local === "ext" && one.elements().some((inner) => inner.local === "sectionLst")) return "gone";
    return local === "graphicFrame" ? this.#embedded(one) : null;
  }

  /** An embedded file is replaced by the picture that stands for it. */
  #embedded(one: Element): Fate | null {
    const inside = [...one.all()];
    const object = inside.find(({ local }) => local === "oleObj");
    if (object === undefined) return null;
    this.report.findings.add("attachment", object.get("progId") ?? "OLE");
    const picture = inside.find(({ local }) => local === "pic");
    if (picture === undefined) return "gone";
    one.children = [picture];
    return "unwrap";
  }
}
