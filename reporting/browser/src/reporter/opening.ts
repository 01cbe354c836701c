/** Verifying the site behind the page, while the person reads and writes; with everything that can go wrong. */

import { explain } from "../ui/i18n.ts";
import { today } from "../ui/dates.ts";
import { pageFacts } from "../ui/facts.ts";
import type { Opened, PageApi } from "../workers/reporter_api.ts";
import { RemoteError } from "../workers/rpc.ts";
import type { Notices } from "./notices.ts";

const WAITS = [1_000, 3_000, 10_000, 30_000]; // milliseconds before each further attempt; the last one again and again
/** Errors that say that what the server shows is not what root key and directory vouch for. */
const FALSE = ["NotAuthentic", "CaseDamaged", "HmacFailure", "PayloadFailure"];

/** Whether `error` says that a signature or a hash does not hold. */
export function isFalse(error: unknown): boolean {
  return error instanceof RemoteError && FALSE.includes(error.failure.name);
}

/** Whether `error` says that the list of recipients is out of its time. */
export function isExpired(error: unknown): boolean {
  return error instanceof RemoteError && error.failure.name === "DirectoryExpired";
}

/** Whether `error` says that no answer came. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof RemoteError && error.failure.name === "Unreachable";
}

/** The site behind a page, once it is verified. */
export class Opening {
  #opened: Opened | null = null;
  #day: string | null = null;
  #waiting: ((opened: Opened) => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;

  constructor(
    private readonly remote: PageApi,
    private readonly notices: Notices,
    private readonly onOpened: (opened: Opened) => void,
  ) {
    globalThis.addEventListener("online", () => {
      if (this.#opened === null) this.start();
    });
  }

  /** How the site stands; null while that is not known. */
  get opened(): Opened | null {
    return this.#opened;
  }

  /** The day by which the site was judged: the device's, or the one that was answered. */
  get today(): string {
    return this.#day ?? today();
  }

  /** Waits until the site is verified. It may never be: what is wrong stands on the page. */
  whenOpened(): Promise<Opened> {
    const opened = this.#opened;
    if (opened !== null) return Promise.resolve(opened);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Begins, or begins anew. */
  start(): void {
    clearTimeout(this.#timer);
    this.#opened = null;
    void this.#open();
  }

  /** Asks what day it is, and begins anew with the answer. */
  askDay(): void {
    this.#opened = null;
    this.notices.askDay(this.#day, (day) => {
      this.#day = day;
      this.start();
    });
  }

  async #open(): Promise<void> {
    try {
      const opened = await this.remote.open(pageFacts(this.today));
      this.#opened = opened;
      this.#attempts = 0;
      this.notices.hide("site");
      this.onOpened(opened);
      for (const resolve of this.#waiting.splice(0)) resolve(opened);
    } catch (error) {
      this.#explain(error);
    }
  }

  #explain(error: unknown): void {
    const again = (): void => {
      this.start();
    };
    if (isFalse(error)) this.notices.falseSite();
    else if (isExpired(error)) this.askDay();
    else if (isUnreachable(error)) {
      // The first attempt may fail for an instant's reason: it is said only if the second fails too.
      if (this.#attempts > 0) this.notices.offline(again);
      this.#timer = setTimeout(again, WAITS[Math.min(this.#attempts, WAITS.length - 1)]);
      this.#attempts += 1;
    } else if (error instanceof RemoteError && error.failure.name !== "Ended") this.notices.failed(explain(error), again);
  }
}
