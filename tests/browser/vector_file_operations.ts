/** What the vectors of files ask for; `FILE` of `tests/vectors/case_operations.py` is the twin. */

import { Crew } from "../../reporting/browser/src/evidence/crew.ts";
import { Brake } from "../../reporting/browser/src/evidence/patience.ts";
import { readFile } from "../../reporting/browser/src/evidence/reading.ts";
import { PART_SIZE } from "../../reporting/browser/src/evidence/sizes.ts";
import { b64encode, concat, sha256 } from "../../reporting/browser/src/protocol/encoding.ts";
import type { Attachment } from "../../reporting/browser/src/protocol/entry.ts";
import { ProtocolError } from "../../reporting/browser/src/protocol/errors.ts";
import type { CaseView } from "../../reporting/browser/src/protocol/thread.ts";
import { Input, type Operations } from "./vector_input.ts";

type Read = (i: Input) => Promise<CaseView>;

/** What an entry says of a file, in a vector's form. */
export function told({ upload, name, type, size, sha256: digest }: Attachment): Readonly<Record<string, unknown>> {
  return { upload, name, type, size, sha256: b64encode(digest) };
}

function attached({ facts }: CaseView): unknown {
  return facts.entries.flatMap(({ entry }) => (entry === null ? [] : [{ kind: entry.kind, files: entry.attachments.map(told) }]));
}

/** The sealed file as a dishonest store would give it: a bit turned, an end cut off, two chunks exchanged. */
function changed(i: Input, change: Input): Uint8Array<ArrayBuffer> {
  const sealed = Uint8Array.from(i.bytes("sealed"));
  if (change.has("flip")) sealed[change.number("flip")] = (sealed[change.number("flip")] ?? 0) ^ 1;
  if (change.has("exchange")) {
    const [first = 0, second = 0, length = 0] = change.list("exchange").map(Number);
    const [one, other] = [sealed.slice(first, first + length), sealed.slice(second, second + length)];
    sealed.set(other, first);
    sealed.set(one, second);
  }
  return sealed.slice(0, sealed.length - (change.has("cut") ? change.number("cut") : 0));
}

function fileOf(i: Input, change: Input, sealed: Uint8Array): Attachment {
  const said = change.has("told") ? change.inner("told") : new Input({});
  const of = (name: string): Input => (said.has(name) ? said : i.inner("file"));
  const digest = change.raw("rehashed") === true ? sha256(sealed) : of("sha256").bytes("sha256");
  const { upload, name, type } = { upload: of("upload").text("upload"), name: of("name").text("name"), type: of("type").text("type") };
  return { upload, name, type, size: of("size").number("size"), sha256: digest };
}

async function opened(i: Input, change: Input): Promise<unknown> {
  const sealed = changed(i, change);
  const has = (name: string): Input => (change.has(name) ? change : i);
  const stanzas = has("audience").text("audience") === "reporter" ? 2 : 1;
  const identities = [has("identity").text("identity")];
  const route = {
    open: () => Promise.resolve(),
    part: (number: number) => Promise.resolve(sealed.slice(number * PART_SIZE, (number + 1) * PART_SIZE)),
  };
  const idle = (): void => undefined;
  const reading = { route, crew: Crew.alone(), brake: new Brake(), arrived: idle, waiting: idle };
  const job = { file: fileOf(i, change, sealed), stanzas, identities, from: { side: "reporter", token: "", case: "" } } as const;
  const pieces: Uint8Array[] = [];
  const take = (piece: Uint8Array): Promise<void> => {
    pieces.push(piece);
    return Promise.resolve();
  };
  try {
    await readFile(job, reading, take);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { try: change.text("try"), error: error.name };
  }
  const content = concat(...pieces);
  return { try: change.text("try"), size: content.length, content_sha256: b64encode(sha256(content)) };
}

/** What is asked of files. Each try is the same file with other circumstances, so that its bytes stand in a vector once. */
export function fileOperations(reporter: Read, member: Read): Operations {
  return {
    reporter: async (i) => attached(await reporter(i)),
    member: async (i) => attached(await member(i)),
    open: async (i) => {
      const found: unknown[] = [];
      for (const change of i.inners("tries")) found.push(await opened(i, change));
      return found;
    },
  };
}
