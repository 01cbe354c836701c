/** The HTTP of files: where parts go and come from, for reporters and at the desk. */

import { solvedChallenge } from "../client/sending.ts";
import { Problem, UnexpectedAnswer, notAsDescribed } from "../client/errors.ts";
import { type Staff, currentStaff } from "../client/staff.ts";
import type { Transport } from "../client/transport.ts";
import { type JsonObject, MAX_INTEGER, checkInteger, checkText, isHex32 } from "../protocol/encoding.ts";
import { N_, NotAuthentic, ProtocolError } from "../protocol/errors.ts";
import type { OpenJob, Side } from "./files_api.ts";
import { PART_SIZE } from "./sizes.ts";
import type { FileLimits } from "./types.ts";

const MAX_KEY = 256;

/** An upload that the server has begun. */
export interface Begun {
  readonly upload: string;
  readonly key: string;
}

/** Where sealed parts go. Each throws Problem and Unreachable. */
export interface UploadRoute {
  limits(): Promise<FileLimits>;
  begin(size: number): Promise<Begun>;
  put(begun: Begun, part: number, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void>;
  /** Which parts the server has. */
  parts(begun: Begun): Promise<ReadonlySet<number>>;
}

/** Where sealed parts come from. */
export interface DownloadRoute {
  /** Tells the server what is about to be done with the file. */
  open(): Promise<void>;
  part(number: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** The way for files from that side to the server. */
export async function uploadRoute(from: Side, transport: Transport): Promise<UploadRoute> {
  if (from.side === "reporter") return new Uploads(new ReportersWay(transport), "/api/uploads");
  return new Uploads(new DesksWay(await currentStaff(transport)), `/api/cases/${from.case}/uploads`);
}

/**
 * The way of a file to its reader.
 *
 * @throws NotAuthentic the entry names an upload that can be none: whoever wrote it chose the text, and it becomes
 * part of an address that is asked with the reader's own rights
 */
export async function downloadRoute({ file, from }: OpenJob, transport: Transport): Promise<DownloadRoute> {
  if (!isHex32(file.upload)) throw new NotAuthentic(N_("The entry names no file that can be asked for."));
  if (from.side === "reporter") return new MailboxFile(transport, { token: from.token, case: from.case, upload: file.upload });
  return new CaseFile(await currentStaff(transport), `/api/cases/${from.case}/files/${file.upload}`, from.act);
}

/** How requests about uploads are made on one side. */
interface Way {
  post(path: string, content: JsonObject): Promise<JsonObject>;
  get(path: string, key?: string): Promise<JsonObject>;
  put(path: string, key: string, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void>;
}

const BYTES = { "Content-Type": "application/octet-stream" };

class ReportersWay implements Way {
  constructor(private readonly transport: Transport) {}

  async post(path: string, content: JsonObject): Promise<JsonObject> {
    const challenge = await solvedChallenge(this.transport);
    return (await this.transport.sendJson("POST", path, { ...content, challenge })).expect(201).json();
  }

  async get(path: string, key?: string): Promise<JsonObject> {
    return (await this.transport.get(path, key === undefined ? {} : { headers: { "Upload-Key": key } })).expect(200).json();
  }

  async put(path: string, key: string, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    (await this.transport.request("PUT", path, bytes, { headers: { ...BYTES, "Upload-Key": key }, signal })).expect(204);
  }
}

class DesksWay implements Way {
  constructor(private readonly staff: Staff) {}

  post(path: string, content: JsonObject): Promise<JsonObject> {
    return this.staff.send("POST", path, content);
  }

  async get(path: string, key?: string): Promise<JsonObject> {
    const headers: Record<string, string> = key === undefined ? {} : { "Upload-Key": key };
    return (await this.staff.transport.get(path, { headers, credentials: true })).expect(200).json();
  }

  async put(path: string, key: string, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    (await this.staff.sendBytes("PUT", path, bytes, { headers: { "Upload-Key": key }, signal })).expect(204);
  }
}

class Uploads implements UploadRoute {
  constructor(
    private readonly way: Way,
    private readonly path: string,
  ) {}

  async limits(): Promise<FileLimits> {
    const answer = await this.way.get(this.path);
    return described(() => ({
      file: checkInteger(answer["file_limit"], 0, MAX_INTEGER),
      entry: checkInteger(answer["entry_limit"], 0, MAX_INTEGER),
      partSize: partSizeOf(answer),
    }));
  }

  async begin(size: number): Promise<Begun> {
    const answer = await this.way.post(this.path, { size });
    return described(() => {
      partSizeOf(answer);
      const { upload } = answer;
      if (!isHex32(upload)) throw new UnexpectedAnswer(N_("The server's answer is not as the protocol says: {fault}"), { fault: "upload" });
      return { upload, key: checkText(answer["key"], { limit: MAX_KEY }) };
    });
  }

  put({ upload, key }: Begun, part: number, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    return this.way.put(`${this.path}/${upload}/${part}`, key, bytes, signal);
  }

  async parts({ upload, key }: Begun): Promise<ReadonlySet<number>> {
    const { parts } = await this.way.get(`${this.path}/${upload}`, key);
    if (!Array.isArray(parts) || !parts.every((part): part is number => typeof part === "number")) {
      throw new UnexpectedAnswer(N_("The server's answer is not as the protocol says: {fault}"), { fault: "parts" });
    }
    return new Set(parts);
  }
}

/** Another size would tell more about a file than the class of its length. @throws Malformed */
function partSizeOf(answer: JsonObject): number {
  return checkInteger(answer["part_size"], PART_SIZE, PART_SIZE, "/part_size");
}

function described<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ProtocolError ? notAsDescribed(error) : error;
  }
}

class MailboxFile implements DownloadRoute {
  #challenge: Promise<JsonObject> | null = null;

  constructor(
    private readonly transport: Transport,
    private readonly about: JsonObject,
  ) {}

  open(): Promise<void> {
    return Promise.resolve();
  }

  async part(part: number, signal: AbortSignal): Promise<Uint8Array> {
    // One solved challenge pays for all parts of a file.
    const paid = (this.#challenge ??= solvedChallenge(this.transport));
    try {
      const content = { ...this.about, part, challenge: await paid };
      return (await this.transport.sendJson("POST", "/api/mailbox/blob", content, { signal })).expect(200).body;
    } catch (error) {
      // Whatever came back, the next attempt brings another one.
      if (this.#challenge === paid) this.#challenge = null;
      throw error;
    }
  }
}

class CaseFile implements DownloadRoute {
  constructor(
    private readonly staff: Staff,
    private readonly path: string,
    private readonly act: "view" | "download",
  ) {}

  async open(): Promise<void> {
    await this.staff.send("POST", `${this.path}/openings`, { act: this.act });
  }

  async part(part: number, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await this.#get(part, signal);
    } catch (error) {
      if (!(error instanceof Problem && error.kind === "file-not-opened")) throw error;
      await this.open(); // half a day has passed
      return this.#get(part, signal);
    }
  }

  async #get(part: number, signal: AbortSignal): Promise<Uint8Array> {
    return (await this.staff.transport.get(`${this.path}/${part}`, { credentials: true, signal })).expect(200).body;
  }
}
