/** Repeating a request until it is answered, with growing waits; pausing; being stopped. */

import { Canceled, Problem, Unreachable } from "../client/errors.ts";
import { NEW_CHALLENGE } from "../client/sending.ts";
import { N_ } from "../protocol/errors.ts";

/** Milliseconds before each further attempt: a lost connection has four minutes to come back. */
export const WAITS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000, 60_000, 60_000] as const;
const MORE_CHALLENGES = 3;
const FAILED = 500;

/** Who is told that an attempt failed and another one follows, and that it went on. */
export type TellWaiting = (waiting: boolean) => void;

/** The brake of one sending or reading: it can be held, and ended for good. */
export class Brake {
  readonly #controller = new AbortController();
  #released: Promise<void> = Promise.resolve();
  #release: (() => void) | null = null;

  constructor(private readonly waits: readonly number[] = WAITS) {}

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get paused(): boolean {
    return this.#release !== null;
  }

  /** Holds everything before its next step, or lets it go on. */
  pause(paused: boolean): void {
    if (paused === this.paused) return;
    this.#release?.();
    this.#release = null;
    if (!paused) return;
    this.#released = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** Ends everything: whatever runs throws `Canceled`. */
  cancel(): void {
    this.#controller.abort();
    this.pause(false);
  }

  /** Waits while it is paused. @throws Canceled */
  async open(): Promise<void> {
    await this.#released;
    this.check();
  }

  /** @throws Canceled it was ended */
  check(): void {
    if (this.signal.aborted) throw new Canceled(N_("This was stopped."));
  }

  /**
   * Does `act`, again while nobody answers or the server asks to wait.
   *
   * @throws Canceled
   * @throws Problem, Unreachable the last attempt's
   */
  async patiently<T>(act: () => Promise<T>, tell: TellWaiting): Promise<T> {
    let challenges = 0;
    for (let failures = 0; ; ) {
      await this.open();
      try {
        const done = await act();
        if (failures > 0) tell(false);
        return done;
      } catch (error) {
        this.check();
        if (wantsChallenge(error) && ++challenges <= MORE_CHALLENGES) continue;
        const wait = this.waits[failures++];
        if (wait === undefined || !passes(error)) throw error;
        tell(true);
        await this.#sleep(wait);
      }
    }
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.signal.addEventListener("abort", done);
    });
  }
}

function wantsChallenge(error: unknown): boolean {
  return error instanceof Problem && NEW_CHALLENGE.includes(error.kind);
}

/** Whether the same request may succeed a little later. */
function passes(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Problem && error.status >= FAILED);
}
