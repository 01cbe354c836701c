/** ID3v1, ID3v2 (id3.org, 2.2 to 2.4) and APEv2: what tags of sound give away. They are removed whole. */

import { Bytes, type Data, anyText, latin1, sizeText, starts, utf16 } from "./bytes.ts";
import type { Findings } from "./findings.ts";
import { kindOfName } from "./keys.ts";
import { CannotClean, type Kind } from "./types.ts";

const KINDS: Readonly<Record<string, Kind>> = {
  TIT: "title",
  TT2: "title",
  TAL: "title",
  TPE: "author",
  TP1: "author",
  TCO: "other",
  TCM: "author",
  TEX: "author",
  TOW: "author",
  TRS: "company",
  TPU: "company",
  TEN: "software",
  TSS: "software",
  TDR: "time",
  TDT: "time",
  TDE: "time",
  TYE: "time",
  TDA: "time",
  COM: "comment",
  USL: "comment",
  ULT: "comment",
  APE: "comment",
};
const APE: Readonly<Record<string, Kind>> = { title: "title", album: "title", artist: "author", copyright: "author", comment: "comment", year: "time", publisher: "company", composer: "author" };

/** How many bytes an ID3v2 tag at the beginning of `head` takes, with its own header; 0 where there is none. */
export function id3Length(head: Data): number {
  if (head.length < 10 || !starts(head, "ID3")) return 0;
  const footer = ((head[5] ?? 0) & 0x10) === 0 ? 0 : 10;
  return 10 + footer + synchsafe(new Bytes(head), 6);
}

function synchsafe(bytes: Bytes, at: number): number {
  return ((bytes.u8(at) & 0x7f) << 21) | ((bytes.u8(at + 1) & 0x7f) << 14) | ((bytes.u8(at + 2) & 0x7f) << 7) | (bytes.u8(at + 3) & 0x7f);
}

/** Notes what an ID3v2 tag gives away, as far as it can be read. */
export function inspectId3(data: Data, findings: Findings): void {
  const before = findings.told;
  try {
    frames(new Bytes(data), findings);
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error; // cut: what came before is told
  }
  if (findings.told === before) findings.add("other", `ID3, ${sizeText(data.length)}`);
}

function frames(bytes: Bytes, findings: Findings): void {
  const version = bytes.u8(3);
  const width = version === 2 ? 3 : 4;
  const header = version === 2 ? 6 : 10;
  const extended = version > 2 && (bytes.u8(5) & 0x40) !== 0;
  const skipped = !extended ? 0 : version === 3 ? 4 + bytes.u32(10) : synchsafe(bytes, 10);
  for (let at = 10 + skipped; at + header <= bytes.length && bytes.u8(at) !== 0; ) {
    const name = bytes.latin1(at, at + width);
    const length = version === 2 ? bytes.u24(at + 3) : version === 3 ? bytes.u32(at + 4) : synchsafe(bytes, at + 4);
    frame(name, bytes.part(at + header, at + header + length), findings);
    at += header + length;
  }
}

function frame(name: string, data: Data, findings: Findings): void {
  const kind = KINDS[name.slice(0, 3)];
  if (name === "APIC" || name === "PIC") findings.add("thumbnail", sizeText(data.length));
  else if (name === "PRIV" || name === "GEOB" || name === "UFID") findings.add("other", `${name}, ${latin1(data.subarray(0, 40)).replace(/\0.*/su, "")}`);
  else if (name === "TXXX" || name === "TXX") userText(data, findings);
  else if (kind !== undefined) findings.add(kind, words(name, data));
  else if (name.startsWith("T")) findings.add("other", words(name, data));
  else if (/^\w+$/u.test(name)) findings.add("other", `${name}, ${sizeText(data.length)}`);
}

/** A text that its writer named. */
function userText(data: Data, findings: Findings): void {
  const [name = "", ...rest] = decoded(data[0] ?? 0, data.subarray(1)).split("\0");
  findings.words(kindOfName(name), rest.join(" "));
}

function words(name: string, data: Data): string {
  const rest = data.subarray(/^(?:COM|USL|ULT)/u.test(name) ? 4 : 1); // behind the language, in three letters
  return decoded(data[0] ?? 0, rest).replaceAll("\0", " ");
}

function decoded(encoding: number, data: Data): string {
  return encoding === 1 || encoding === 2 ? utf16(data, encoding === 1).replaceAll("\ufeff", "") : anyText(data);
}

/** Notes what an ID3v1 tag of 128 bytes gives away. */
export function inspectId3v1(data: Data, findings: Findings): void {
  const text = (from: number, to: number): string => anyText(data.subarray(from, to)).replace(/\0.*/su, "");
  findings.add("title", text(3, 33));
  findings.add("author", text(33, 63));
  findings.add("title", text(63, 93));
  findings.add("time", text(93, 97));
  findings.add("comment", text(97, 127));
  findings.add("other", "ID3v1");
}

/** Notes what the items of an APEv2 tag give away. */
export function inspectApe(data: Data, findings: Findings): void {
  findings.add("other", `APE, ${sizeText(data.length)}`);
  try {
    const bytes = new Bytes(data, true);
    for (let at = starts(data, "APETAGEX") ? 32 : 0; at + 9 < bytes.length && !starts(data, "APETAGEX", at); ) {
      const key = data.indexOf(0, at + 8);
      if (key === -1) return;
      const value = bytes.part(key + 1, key + 1 + bytes.u32(at));
      findings.add(APE[bytes.latin1(at + 8, key).toLowerCase()] ?? "other", anyText(value));
      at = key + 1 + value.length;
    }
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error;
  }
}
