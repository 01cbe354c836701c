/** Doing a few things at once while their results are taken in order. */

/** Results of `make(0)`, `make(1)`, …, in order, with `ahead` of them under way. */
export class Ahead<T> {
  readonly #coming: Promise<T>[] = [];
  #asked = 0;

  constructor(
    private readonly count: number,
    private readonly ahead: number,
    private readonly make: (number: number) => Promise<T>,
  ) {}

  /** The next result; null after the last. It throws what `make` throws. */
  async next(): Promise<T | null> {
    this.#ask();
    const coming = this.#coming.shift();
    if (coming === undefined) return null;
    const result = await coming;
    this.#ask();
    return result;
  }

  #ask(): void {
    while (this.#asked < this.count && this.#coming.length < this.ahead) {
      const made = this.make(this.#asked++);
      made.catch(() => undefined); // it is awaited in its turn
      this.#coming.push(made);
    }
  }
}
