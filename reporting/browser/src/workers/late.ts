/** What a page needs only once somebody acts: it comes soon after the page is ready, so that the first visit is small. */

/** After how many milliseconds it is brought, whether anybody writes or not: the moment must not tell who does. */
const SOON = 4_000;

/** One thing that is brought late, once. */
export class Late<T> {
  #coming: Promise<T> | null = null;
  #tell: (thing: T) => void = () => undefined;
  /** Settles once it is there. Whoever waits for it does not bring it any sooner. */
  readonly arrived = new Promise<T>((resolve) => { this.#tell = resolve; });

  /** `bring` may be called again where it failed. */
  constructor(private readonly bring: () => Promise<T>) {}

  /** The thing, brought at once where it is not there yet. @throws what `bring` throws; it may be asked again */
  ready(): Promise<T> {
    this.#coming ??= this.#bring();
    return this.#coming;
  }

  async #bring(): Promise<T> {
    try {
      const thing = await this.bring();
      this.#tell(thing);
      return thing;
    } catch (error) {
      this.#coming = null;
      throw error;
    }
  }

  /** Brings it in a moment; where that fails, it is tried again when it is needed. */
  bringSoon(): void {
    setTimeout(() => void this.ready().catch(() => undefined), SOON);
  }
}
