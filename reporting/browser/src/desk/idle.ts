/** Locking after a while without input: what is due after how long, and the watch that asks for it. */

/** Where a desk without input stands; `left` are seconds until it locks. */
export type IdleState = { readonly state: "in-use" } | { readonly state: "warning"; readonly left: number } | { readonly state: "over" };

const WARNING = 60; // seconds before the lock
const TICK = 1_000;
const INPUT = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"];

/** What is due `seconds` after the last input, with a lock after `limit`: a warning comes a minute before. */
export function idleState(seconds: number, limit: number): IdleState {
  if (seconds >= limit) return { state: "over" };
  const begins = Math.max(limit - WARNING, limit / 2);
  return seconds < begins ? { state: "in-use" } : { state: "warning", left: Math.ceil(limit - seconds) };
}

/** Watches for input. By the wall clock: a device that slept locks when it wakes. */
export class IdleWatch {
  #last = Date.now();
  #timer: ReturnType<typeof setInterval> | undefined;
  #state: IdleState = { state: "in-use" };
  #limit = Infinity;

  constructor(readonly changed: (state: IdleState) => void) {
    const input = (): void => {
      this.#input();
    };
    for (const name of INPUT) addEventListener(name, input, { capture: true, passive: true });
    document.addEventListener("visibilitychange", () => {
      if (this.#timer !== undefined) this.#look();
    });
  }

  /** Begins to watch, with a lock after `limit` seconds without input. */
  start(limit: number): void {
    this.stop();
    this.#limit = limit;
    this.#last = Date.now();
    this.#state = { state: "in-use" };
    this.#timer = setInterval(() => {
      this.#look();
    }, TICK);
  }

  /** Whether it watches. */
  get isOn(): boolean {
    return this.#timer !== undefined;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Input counts only while the desk is not over its time: whoever wakes a sleeping device does not open it. */
  #input(): void {
    if (this.#timer === undefined) return;
    if (idleState((Date.now() - this.#last) / 1000, this.#limit).state === "over") {
      this.#look();
      return;
    }
    this.#last = Date.now();
    if (this.#state.state === "warning") this.#look();
  }

  #look(): void {
    const found = idleState((Date.now() - this.#last) / 1000, this.#limit);
    if (found.state === "in-use" && this.#state.state === "in-use") return;
    this.#state = found;
    this.changed(found);
  }
}
