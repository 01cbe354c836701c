/** What the workers of both reporters' pages do: open the site, and keep the receipt code. */

import { Sender, type SenderOptions } from "../client/sending.ts";
import { Site } from "../client/site.ts";
import type { Transport } from "../client/transport.ts";
import { fingerprint } from "../protocol/directory.ts";
import { b64decode } from "../protocol/encoding.ts";
import { VerifierKey } from "../protocol/note.ts";
import { ReceiptCode, complete } from "../protocol/receipt.ts";
import { Files, type StartFiles } from "../evidence/files.ts";
import type { FileLimits, SendingControl } from "../evidence/types.ts";
import type { Late } from "./late.ts";
import type { Code, Opened, PageApi, PageFacts, Step, Told } from "./reporter_api.ts";
import { lateWords } from "./words.ts";

/** Who is told of an action's steps. */
export type Tell = (told: Told) => void;

/** From where a reporter's files go. */
export const SIDE = { side: "reporter" } as const;

/** A page as it stands once opened; `content` is what its kind of page needs beside the site. */
interface Open<T> {
  readonly page: PageFacts;
  readonly site: Site;
  readonly words: Late<void>;
  readonly content: T;
}

/** The engine of one page. The rest is for tests: how long to wait before an unanswered action is repeated, and how files are sent. */
export abstract class PageEngine<T> implements PageApi, SendingControl {
  #open: Open<T> | null = null;
  #code: ReceiptCode | null = null;

  constructor(
    private readonly transport: Transport,
    private readonly options: SenderOptions = {},
    start?: StartFiles,
  ) {
    this.files = new Files(start);
  }

  /** Files on their way from and to this page. */
  protected readonly files: Files;

  /** What the page needs beside the verified directory of `site`. */
  protected abstract load(site: Site, page: PageFacts): Promise<T>;

  /** What the page is told of `site` beside how it stands. */
  protected abstract describe(site: Site, page: PageFacts): Pick<Opened, "excludable" | "identity">;

  async open(page: PageFacts): Promise<Opened> {
    const root = VerifierKey.parse(page.root);
    const pin = { root, version: page.version, sha256: b64decode(page.sha256, { length: 32 }) };
    const site = new Site(this.transport, pin, page.today);
    const directory = await site.load();
    const words = lateWords(page.language, this.transport);
    this.#open = { page, site, words, content: await this.load(site, page) };
    return {
      origin: directory.origin,
      version: directory.version,
      newer: directory.version > page.version,
      fingerprint: fingerprint(site.pin.root.publicKey),
      ...this.describe(site, page),
    };
  }

  limits(): Promise<FileLimits> {
    return this.files.limits(SIDE);
  }

  pause(paused: boolean): Promise<void> {
    return this.files.pause(paused);
  }

  cancelSending(): Promise<void> {
    return this.files.cancel();
  }

  async readCode(typed: string): Promise<Code> {
    return this.keep(await this.parse(typed));
  }

  async complete(beginning: string): Promise<readonly string[]> {
    await this.#opened().words.ready();
    return complete(beginning, this.language);
  }

  protected get site(): Site {
    return this.#opened().site;
  }

  protected get language(): string {
    return this.#opened().page.language;
  }

  protected get content(): T {
    return this.#opened().content;
  }

  /** The kept code; null while there is none. */
  protected get code(): ReceiptCode | null {
    return this.#code;
  }

  /** The code that somebody typed. @throws Malformed and as `loadWords` */
  protected async parse(typed: string): Promise<ReceiptCode> {
    await this.#opened().words.ready();
    return ReceiptCode.parse(typed, this.language);
  }

  /** Keeps a code for what follows; the code as it is shown. @throws as `loadWords` */
  protected async keep(code: ReceiptCode): Promise<Code> {
    await this.#opened().words.ready();
    const shown = { words: code.words(this.language), groups: code.groups() };
    this.#code = code;
    return shown;
  }

  /** Who sends, telling `progress`. `uncertain`: something was sent before, and nobody knows whether it arrived. */
  protected sender(progress: (step: Step) => void, uncertain: boolean): Sender {
    return new Sender(this.transport, this.site.directory.shape, { ...this.options, tell: progress }, { unknown: uncertain });
  }

  #opened(): Open<T> {
    if (this.#open === null) throw new Error("the page is not opened");
    return this.#open;
  }
}

/** Runs `act` so that what it throws rejects, as callers of asynchronous methods expect. */
export function later<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(act());
  });
}
