/** Cutting a stream of pieces of any size into pieces of one size. */

/** Cuts what `pull` gives; null from it is the end. */
export class Cutter {
  #rest: Uint8Array | null = null;
  #over = false;

  constructor(private readonly pull: () => Promise<Uint8Array | null>) {}

  /** The next `size` bytes, fewer only at the end; null after it. */
  async next(size: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const part = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const piece = this.#rest ?? (await this.#pulled());
      if (piece === null) break;
      const taken = piece.subarray(0, size - filled);
      part.set(taken, filled);
      filled += taken.length;
      this.#rest = taken.length < piece.length ? piece.subarray(taken.length) : null;
    }
    if (filled === 0) return null;
    return filled === size ? part : part.slice(0, filled);
  }

  async #pulled(): Promise<Uint8Array | null> {
    if (this.#over) return null;
    const piece = await this.pull();
    this.#over = piece === null;
    return piece;
  }
}
