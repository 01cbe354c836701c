/**
 * WAV, and RF64 for long ones (EBU Tech 3306). The form of the sound and its samples stay; titles, broadcast notes,
 * markers, tags of other formats and chunks that are not known go. The sound is never loaded.
 */

import { Bytes, type Data, anyText, bytesOf, joined, le32, sizeText } from "./bytes.ts";
import { SOUND_STAYS } from "./coded.ts";
import { Findings } from "./findings.ts";
import { inspectId3 } from "./id3.ts";
import { type Chunk, riffChunks } from "./riff.ts";
import { Pieces, Source } from "./source.ts";
import { Damaged, type Format, type Found, type Kind } from "./types.ts";
import { inspectXmp } from "./xmp.ts";

const KEPT: ReadonlySet<string> = new Set(["fmt ", "fact", "data"]);
const UNKNOWN_LENGTH = 0xffffffff;
const MOST_READ = 4 * 1_048_576;

/** Names in a list of RIFF INFO, and what they tell. */
const INFO: Readonly<Record<string, Kind>> = {
  IART: "author",
  ICMT: "comment",
  ICOP: "author",
  ICRD: "time",
  IENG: "author",
  INAM: "title",
  IPRD: "title",
  ISBJ: "comment",
  ISFT: "software",
  ISRC: "company",
  ITCH: "author",
  ICMS: "company",
  IKEY: "comment",
  IDIT: "time",
};

interface Sound {
  readonly source: Source;
  readonly chunks: readonly Chunk[];
  readonly end: number;
  readonly long: boolean;
}

async function soundOf(file: Blob): Promise<Sound> {
  const source = new Source(file);
  const head = new Bytes(await source.bytes(0, 12), true);
  const long = head.latin1(0, 4) === "RF64";
  const sizes = long ? new Bytes(await source.bytes(20, 16), true) : null; // ds64 comes first, section 3.5
  const open = head.u32(4) === UNKNOWN_LENGTH || head.u32(4) === 0; // written by what could not go back
  const end = sizes !== null ? 8 + sizes.u64(0) : open ? file.size : 8 + head.u32(4);
  if (end > file.size + 1) throw new Damaged();
  const dataLength = (name: string, length: number, content: number): number => {
    if (name !== "data") return length;
    if (length === UNKNOWN_LENGTH && sizes !== null) return sizes.u64(8);
    return open && (length === UNKNOWN_LENGTH || length === 0) ? file.size - content : length;
  };
  const chunks: Chunk[] = [];
  for await (const chunk of riffChunks(source, 12, Math.min(end, file.size), dataLength)) chunks.push(chunk);
  if (chunks.filter(({ name }) => name === "data").length !== 1) throw new Damaged();
  return { source, chunks, end: Math.min(end, file.size), long };
}

async function inspect(file: Blob): Promise<Found> {
  const findings = new Findings();
  const { source, chunks, end } = await soundOf(file);
  for (const { name, content, to } of chunks) {
    if (KEPT.has(name) || name === "ds64") continue;
    const data = await source.bytes(content, Math.min(to - content, MOST_READ));
    await inspectChunk(name, data, to - content, findings);
  }
  if (file.size > end) findings.add("hidden", sizeText(file.size - end));
  return { findings: findings.list, cleaning: "full", notes: [SOUND_STAYS] };
}

async function inspectChunk(name: string, data: Data, size: number, findings: Findings): Promise<void> {
  if (name === "LIST") await inspectList(data, findings);
  else if (name === "bext") inspectBroadcast(data, findings);
  else if (name === "iXML" || name === "aXML" || name === "axml") inspectXml(name, data, findings);
  else if (name === "_PMX") inspectXmp(data, findings);
  else if (name.toLowerCase() === "id3 ") inspectId3(data, findings);
  else findings.add("other", `${/^[\w ]{4}$/u.test(name) ? name : "?"}, ${sizeText(size)}`);
}

async function inspectList(data: Data, findings: Findings): Promise<void> {
  const source = new Source(new Blob([data]));
  try {
    for await (const { name, content, to } of riffChunks(source, 4, data.length)) {
      const kind = INFO[name];
      if (kind !== undefined) findings.add(kind, anyText(data.subarray(content, to)));
      else findings.add("other", `${/^\w{4}$/u.test(name) ? name : "?"}, ${sizeText(to - content)}`);
    }
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    findings.add("other", `LIST, ${sizeText(data.length)}`);
  }
}

/** EBU Tech 3285: what a recorder or a newsroom notes. */
function inspectBroadcast(data: Data, findings: Findings): void {
  const text = (from: number, to: number): string => anyText(data.subarray(from, to)).replaceAll("\0", "");
  findings.add("comment", text(0, 256));
  findings.add("author", text(256, 288));
  findings.add("serial", text(288, 320));
  findings.add("time", `${text(320, 330)} ${text(330, 338)}`);
  findings.add("software", text(602, data.length)); // the history of its coding
}

function inspectXml(name: string, data: Data, findings: Findings): void {
  const words = anyText(data).replace(/<[^>]*>/gu, " ").trim();
  findings.add("other", `${name}: ${words}`);
}

async function clean(file: Blob): Promise<Blob> {
  const { chunks, long, source } = await soundOf(file);
  const kept = chunks.filter(({ name }) => KEPT.has(name));
  const sound = chunks.find(({ name }) => name === "data");
  if (sound === undefined) throw new Damaged();
  const length = sound.to - sound.content;
  const body = kept.reduce((total, { content, to }) => total + 8 + (to - content) + ((to - content) & 1), long ? 4 + 36 : 4);
  const pieces = new Pieces(file);
  pieces.put(bytesOf(long ? "RF64" : "RIFF"), long ? le32(UNKNOWN_LENGTH) : le32(Math.min(body, UNKNOWN_LENGTH)), bytesOf("WAVE"));
  if (long) pieces.put(bytesOf("ds64"), le32(28), le64(body), le64(length), await source.bytes(36, 8), le32(0));
  for (const { name, content, to } of kept) {
    const own = to - content;
    pieces.put(bytesOf(name), le32(long && name === "data" ? UNKNOWN_LENGTH : Math.min(own, UNKNOWN_LENGTH)));
    pieces.keep(content, to);
    if (own & 1) pieces.put(new Uint8Array(1));
  }
  return pieces.blob();
}

function le64(value: number): Data {
  return joined([le32(value >>> 0), le32(Math.floor(value / 2 ** 32))]);
}

/** WAV. */
export const wav: Format = { matches: ({ type }) => type === "audio/wav", inspect, clean };
