/** WebP (RFC 9649). Pictures and what animates them stay; EXIF, XMP and chunks that are not known go. */

import { Bytes, type Data, bytesOf, joined, le32, sizeText, starts } from "./bytes.ts";
import { inspectExif, onlyOrientation, orientationOf } from "./exif.ts";
import { Findings } from "./findings.ts";
import { cleanIcc, inspectIcc } from "./icc.ts";
import { riffChunk, riffChunks, riffEnd } from "./riff.ts";
import { Source } from "./source.ts";
import { Damaged, type Format, type Found, TooLarge } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

const LARGEST = 64 * 1_048_576;
const FRAMES: ReadonlySet<string> = new Set(["VP8 ", "VP8L", "ALPH"]);
const FRAME_HEADER = 16; // of ANMF, in front of its own chunks
const [HAS_PROFILE, HAS_EXIF, HAS_XMP] = [0x20, 0x08, 0x04]; // RFC 9649, section 2.7.1

interface Chunk {
  readonly name: string;
  readonly data: Data;
}

interface Picture {
  readonly chunks: readonly Chunk[];
  readonly behind: number;
}

async function pictureOf(file: Blob): Promise<Picture> {
  if (file.size > LARGEST) throw new TooLarge();
  const source = new Source(file);
  const end = await riffEnd(source);
  const chunks: Chunk[] = [];
  for await (const { name, content, to } of riffChunks(source, 12, end)) chunks.push({ name, data: await source.bytes(content, to - content) });
  if (!chunks.some(({ name }) => FRAMES.has(name) || name === "ANMF")) throw new Damaged();
  return { chunks, behind: file.size - end };
}

/** EXIF may be led in by its name in JPEG, though it should not. */
function exifOf(data: Data): Data {
  return starts(data, "Exif\0\0") ? data.subarray(6) : data;
}

async function inspect(file: Blob): Promise<Found> {
  const findings = new Findings();
  const { chunks, behind } = await pictureOf(file);
  for (const { name, data } of chunks) {
    if (name === "ANMF") {
      const unknown = data.length - (await frame(data)).length;
      if (unknown > 0) findings.add("other", `ANMF, ${sizeText(unknown)}`);
    } else if (name === "EXIF") inspectExif(exifOf(data), findings);
    else if (name === "XMP " || name === "XMP\0") inspectXmp(data, findings);
    else if (name === "ICCP") inspectIcc(data, findings);
    else if (!FRAMES.has(name) && !["VP8X", "ANIM"].includes(name)) findings.add("other", `${/^[\w ]{4}$/u.test(name) ? name : "?"}, ${sizeText(data.length)}`);
  }
  if (behind > 0) findings.add("hidden", sizeText(behind));
  return { findings: findings.list, cleaning: "full", notes: [] };
}

async function clean(file: Blob): Promise<Blob> {
  const { chunks } = await pictureOf(file);
  const exif = chunks.find(({ name }) => name === "EXIF");
  const turned = exif === undefined ? null : orientationOf(exifOf(exif.data));
  const profile = chunks.find(({ name }) => name === "ICCP");
  const colors = profile === undefined ? null : cleanIcc(profile.data);
  const parts = await Promise.all(chunks.map((chunk) => cleanChunk(chunk, colors, turned !== null)));
  // An EXIF stands behind the picture, and only where a header announces it.
  const last = turned !== null && chunks[0]?.name === "VP8X" ? [riffChunk("EXIF", onlyOrientation(turned))] : [];
  const body = joined([bytesOf("WEBP"), ...parts.flatMap((part) => part ?? []), ...last]);
  return new Blob([bytesOf("RIFF"), le32(body.length), body]);
}

async function cleanChunk({ name, data }: Chunk, colors: Data | null, turned: boolean): Promise<Data | null> {
  if (FRAMES.has(name) || name === "ANIM") return riffChunk(name, data);
  if (name === "ICCP" && colors !== null) return riffChunk(name, colors);
  if (name === "ANMF") return riffChunk(name, await frame(data));
  if (name !== "VP8X") return null;
  const header = data.slice();
  const flags = new Bytes(data).u8(0) & ~(HAS_PROFILE | HAS_EXIF | HAS_XMP);
  header[0] = flags | (colors === null ? 0 : HAS_PROFILE) | (turned ? HAS_EXIF : 0);
  return riffChunk(name, header);
}

/** A frame with the chunks that draw it alone. */
async function frame(data: Data): Promise<Data> {
  const source = new Source(new Blob([data]));
  const kept: Data[] = [new Bytes(data).part(0, FRAME_HEADER)];
  for await (const { name, content, to } of riffChunks(source, FRAME_HEADER, data.length)) {
    if (FRAMES.has(name)) kept.push(riffChunk(name, data.subarray(content, to)));
  }
  return joined(kept);
}

/** WebP. */
export const webp: Format = { matches: ({ type }) => type === "image/webp", inspect, clean };
