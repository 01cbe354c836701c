/** Photoshop's image resources, and in them IPTC-IIM: what they give away. */

import { Bytes, type Data, anyText, sizeText, starts } from "./bytes.ts";
import { inspectExif } from "./exif.ts";
import type { Findings } from "./findings.ts";
import { CannotClean, type Kind } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

/** IPTC-IIM 4.2, chapter 6: data sets of record 2. */
const KINDS: Readonly<Record<number, Kind>> = {
  5: "title",
  25: "comment",
  40: "comment",
  55: "time",
  62: "time",
  65: "software",
  80: "author",
  85: "author",
  90: "place",
  92: "place",
  95: "place",
  101: "place",
  105: "title",
  110: "author",
  115: "company",
  116: "author",
  118: "author",
  120: "comment",
  122: "author",
};

/** Notes what the resources behind "Photoshop 3.0" give away. */
export function inspectResources(data: Data, findings: Findings): void {
  const before = findings.told;
  quietly(() => {
    const bytes = new Bytes(data);
    for (let at = 0; at + 12 <= bytes.length && starts(data, "8BIM", at); ) {
      const from = at + 6 + (bytes.u8(at + 6) | 1) + 1;
      const to = from + 4 + bytes.u32(from);
      resource(bytes.u16(at + 4), bytes.part(from + 4, to), findings);
      at = to + ((to - from) & 1);
    }
  });
  if (findings.told === before) findings.add("other", `Photoshop, ${sizeText(data.length)}`);
}

function resource(number: number, data: Data, findings: Findings): void {
  if (number === 0x0404) inspectIptc(data, findings);
  else if (number === 0x0409 || number === 0x040c) findings.add("thumbnail", sizeText(data.length));
  else if (number === 0x0422) inspectExif(data, findings);
  else if (number === 0x0424) inspectXmp(data, findings);
}

/** Notes what a block of IPTC-IIM gives away. */
export function inspectIptc(data: Data, findings: Findings): void {
  const before = findings.told;
  quietly(() => {
    const bytes = new Bytes(data);
    for (let at = 0; at + 5 <= bytes.length && bytes.u8(at) === 0x1c; ) {
      const length = bytes.u16(at + 3);
      if (length > 0x7fff) break; // a longer form that nobody writes
      const kind = bytes.u8(at + 1) === 2 ? KINDS[bytes.u8(at + 2)] : undefined;
      if (kind !== undefined) findings.add(kind, anyText(bytes.part(at + 5, at + 5 + length)));
      at += 5 + length;
    }
  });
  if (findings.told === before) findings.add("other", `IPTC, ${sizeText(data.length)}`);
}

/** Reads as far as it can be read: what is looked at here is removed whole. */
function quietly(reading: () => void): void {
  try {
    reading();
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error;
  }
}
