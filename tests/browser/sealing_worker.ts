/** What the bench of sealing runs in a worker of a real browser: the product's own ways, on a file in memory. */

import { Crew } from "../../reporting/browser/src/evidence/crew.ts";
import type { OpenJob } from "../../reporting/browser/src/evidence/files_api.ts";
import { sealParts } from "../../reporting/browser/src/evidence/parts.ts";
import { Brake } from "../../reporting/browser/src/evidence/patience.ts";
import { readFile } from "../../reporting/browser/src/evidence/reading.ts";
import { HybridIdentity, encryptStream } from "../../reporting/browser/src/protocol/age.ts";
import { serve } from "../../reporting/browser/src/workers/rpc.ts";
import { paddedFileSize } from "../../reporting/browser/src/protocol/padding.ts";

const MIB = 1_048_576;

/** The methods of this worker. */
export interface Measuring {
  measure(trial: Trial): Promise<number>;
}

/** Ways to seal a file, and to open one. */
export type Way = "age-encryption" | "workers" | "workers, without SHA-256" | "opening";

/** What is measured. */
export interface Trial {
  readonly way: Way;
  /** MiB. */
  readonly size: number;
  readonly threads: number;
}

const IDENTITY = HybridIdentity.generate();

function fileOf(mebibytes: number): Blob {
  const block = new Uint8Array(MIB);
  for (let at = 0; at < MIB; at += 65_536) crypto.getRandomValues(block.subarray(at, at + 65_536));
  return new Blob(Array.from({ length: mebibytes }, () => block));
}

function crewOf({ way, threads }: Trial): Crew {
  const crew = Crew.ofThreads(threads);
  if (way === "workers, without SHA-256") Object.assign(crew, { hash: (bytes: Uint8Array) => Promise.resolve(bytes) });
  return crew;
}

async function sealed(content: Blob, crew: Crew): Promise<{ parts: Uint8Array[]; sha256: Uint8Array }> {
  const sealing = await sealParts({ name: "bench", type: "", content }, [String(IDENTITY.recipient)], crew);
  const parts: Uint8Array[] = [];
  for (let part = await sealing.next(); part !== null; part = await sealing.next()) parts.push(part);
  return { parts, sha256: await sealing.digest() };
}

async function sealedByPackage(content: Blob): Promise<void> {
  const reader = (await encryptStream(content.stream(), [IDENTITY.recipient])).getReader();
  while (!(await reader.read()).done);
}

/** Milliseconds, once everything is started: threads are, before a person's file is of any size. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function opened(content: Blob, crew: Crew): Promise<number> {
  const { parts, sha256 } = await sealed(content, crew);
  const file = { upload: "", name: "", type: "", size: content.size, sha256 };
  const job: OpenJob = { file, stanzas: 1, identities: [IDENTITY.encode()], from: { side: "reporter", token: "", case: "" } };
  const route = { open: () => Promise.resolve(), part: (number: number) => Promise.resolve((parts[number] ?? new Uint8Array()).slice()) };
  const idle = (): void => undefined;
  return time(() => readFile(job, { route, crew, brake: new Brake(), arrived: idle, waiting: idle }, () => Promise.resolve()));
}

/** MB/s of padded plaintext. */
async function measure(trial: Trial): Promise<number> {
  const content = fileOf(trial.size);
  const bytes = paddedFileSize(content.size);
  if (trial.way === "age-encryption") return bytes / 1_000 / (await time(() => sealedByPackage(content)));
  const crew = crewOf(trial);
  await sealed(fileOf(4), crew);
  const milliseconds = trial.way === "opening" ? await opened(content, crew) : await time(() => sealed(content, crew));
  crew.end();
  return bytes / 1_000 / milliseconds;
}

serve({ measure });
