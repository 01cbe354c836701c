/** How fast files are sent, from what was sent in the last seconds. */

const SPAN = 8_000; // milliseconds
const LEAST = 500; // milliseconds, before which a speed would be a guess

/** How fast bytes went lately. */
export class Speed {
  #seen: { readonly at: number; readonly sent: number }[] = [];

  /** So many bytes were sent by `at`, in milliseconds; the bytes a second of the last seconds, 0 while unknown. */
  at(at: number, sent: number): number {
    this.#seen = [...this.#seen.filter((one) => at - one.at <= SPAN), { at, sent }];
    const [first] = this.#seen;
    if (first === undefined || at - first.at < LEAST || sent <= first.sent) return 0;
    return ((sent - first.sent) / (at - first.at)) * 1_000;
  }

  /** Begins anew, as after a pause. */
  forget(): void {
    this.#seen = [];
  }
}
