/** Vectors of entries that name files, and of one sealed file; `tests/vectors/files.py` is the twin. */

import { Crew } from "../../reporting/browser/src/evidence/crew.ts";
import { sealParts } from "../../reporting/browser/src/evidence/parts.ts";
import { HybridIdentity, type HybridRecipient, sealedSize } from "../../reporting/browser/src/protocol/age.ts";
import { b64encode, concat, hex } from "../../reporting/browser/src/protocol/encoding.ts";
import type { Attachment } from "../../reporting/browser/src/protocol/entry.ts";
import { paddedFileSize } from "../../reporting/browser/src/protocol/padding.ts";
import { reportRecipients } from "../../reporting/browser/src/protocol/submission.ts";
import { asMember, asReporter } from "./scenarios.ts";
import { told } from "./vector_file_operations.ts";
import type { Vector } from "./vector_input.ts";
import { Case, FIRST, seed } from "./world.ts";

const SIZE = 150_000; // three chunks, of which the last is not full
const CHUNK = 65_536 + 16;

/** Bytes that are the same every time, and of which the last is not zero. */
function content(size: number): Uint8Array<ArrayBuffer> {
  const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, place) => seed(`content ${place.toString()}`));
  const bytes = Uint8Array.from(concat(...blocks).subarray(0, size));
  bytes[size - 1] = 46;
  return bytes;
}

interface Sealed {
  readonly file: Attachment;
  readonly bytes: Uint8Array;
}

/** A file as the product seals it. */
async function sealed(name: string, type: string, size: number, recipients: readonly HybridRecipient[]): Promise<Sealed> {
  const parts = await sealParts({ name, type, content: new Blob([content(size)]) }, recipients.map(String), Crew.alone());
  const taken: Uint8Array[] = [];
  for (let part = await parts.next(); part !== null; part = await parts.next()) taken.push(part);
  const upload = hex(seed(`upload of ${name}`)).slice(0, 32);
  return { file: { upload, name, type, size, sha256: await parts.digest() }, bytes: concat(...taken) };
}

function opening({ file, bytes }: Sealed, identity: HybridIdentity, reporter: HybridIdentity): Vector {
  const first = bytes.length - (sealedSize(paddedFileSize(SIZE), 2) - sealedSize(0, 2)) - 16;
  const tries: Readonly<Record<string, unknown>>[] = [
    { try: "by the case" },
    { try: "by its reporter", identity: reporter.encode() },
    { try: "by somebody else", identity: new HybridIdentity(seed("somebody else")).encode() },
    { try: "under another hash", told: { sha256: b64encode(seed("another")) } },
    { try: "shorter than it is", told: { size: SIZE - 1 } },
    { try: "of another length class", told: { size: 2 * SIZE } },
    { try: "for the team alone", audience: "team" },
    { try: "cut", cut: 1 },
    { try: "cut by a chunk", cut: bytes.length - first - 2 * CHUNK },
  ];
  const changes = {
    "a bit of the header turned": { flip: 100 },
    "a bit of a chunk turned": { flip: first + CHUNK + 5 },
    "two chunks exchanged": { exchange: [first, first + CHUNK, CHUNK] },
  };
  for (const [name, change] of Object.entries(changes)) {
    tries.push({ try: name, ...change }, { try: `${name}, and hashed anew`, rehashed: true, ...change });
  }
  const given = { sealed: b64encode(bytes), file: told(file), identity: identity.encode(), audience: "reporter", tries };
  return { name: "a sealed file, opened", do: "open", in: given };
}

/** A report with two files and a follow-up with one, read by both sides; then the long file, opened. */
export async function sealedFiles(): Promise<Vector[]> {
  const files: Sealed[] = [];
  const reporters: HybridIdentity[] = [];
  const made = await Case.submit("files", {}, FIRST, async (keys) => {
    const recipients = reportRecipients(keys);
    reporters.push(keys.reporter);
    files.push(await sealed("tender عرض.csv", "text/csv", SIZE, recipients), await sealed("memo.txt", "text/plain", 5, recipients));
    return files.map(({ file }) => file);
  });
  const message = made.draft({ kind: "message", author: "reporter", prev: made.entries.map(({ sha256: digest }) => digest) });
  const later = await sealed("later.pdf", "application/pdf", 1, await made.recipientsFor(message));
  await made.write({ ...message, attachments: [later.file] });
  const [[long], [reporter]] = [files, reporters];
  if (long === undefined || reporter === undefined) throw new Error("nothing was sealed");
  return [
    asReporter("files of a report and of a follow-up, read by their reporter", made, made.servedToReporter()),
    asMember("files of a report and of a follow-up, read by m1", made, made.served()),
    opening(long, made.identity, reporter),
  ];
}
