/** Files that are read by slices, and put together anew of slices: none is held whole. */

import { type Data, type Piece, joined, read } from "./bytes.ts";
import { Damaged, TooLarge } from "./types.ts";

const WINDOW = 262_144;
const MOST_PIECES = 100_000;
const NOUGHTS = 1_048_576;
const MOST_NOUGHTS = 256 * NOUGHTS;

/** A file of which small parts are read one behind the other. */
export class Source {
  #from = 0;
  #window: Data = new Uint8Array();

  constructor(readonly file: Blob) {}

  get size(): number {
    return this.file.size;
  }

  /** The bytes from `from` on, `length` of them. @throws Damaged where the file ends before */
  async bytes(from: number, length: number): Promise<Data> {
    if (!(from >= 0 && length >= 0 && from + length <= this.size)) throw new Damaged();
    if (length > WINDOW) return read(this.file, from, from + length);
    if (from < this.#from || from + length > this.#from + this.#window.length) {
      this.#window = await read(this.file, from, Math.min(this.size, from + WINDOW));
      this.#from = from;
    }
    return this.#window.subarray(from - this.#from, from - this.#from + length);
  }
}

/** A new file of parts of an old one and of new bytes. */
export class Pieces {
  readonly #pieces: Piece[] = [];
  #from = 0;
  #to = 0;

  constructor(readonly file: Blob) {}

  /** Adds the old file's bytes from `from` to before `to`. */
  keep(from: number, to: number): void {
    if (!(from >= 0 && from <= to && to <= this.file.size)) throw new Damaged();
    if (from !== this.#to) this.#flush();
    if (this.#from === this.#to) this.#from = from;
    this.#to = to;
  }

  /** Adds new bytes. */
  put(...parts: readonly Data[]): void {
    this.#flush();
    this.#add(joined(parts)); // a copy: what was read may be a window onto much more
  }

  /** The new file. */
  blob(): Blob {
    this.#flush();
    return new Blob(this.#pieces);
  }

  #flush(): void {
    if (this.#to > this.#from) this.#add(this.file.slice(this.#from, this.#to));
    this.#from = this.#to = 0;
  }

  #add(piece: Piece): void {
    if (this.#pieces.length >= MOST_PIECES) throw new TooLarge();
    this.#pieces.push(piece);
  }
}

/** Changes of a file that leave every byte behind them at its place. */
export class Edits {
  readonly #edits: { from: number; data: Data }[] = [];
  #noughts = 0;

  get size(): number {
    return this.#edits.length;
  }

  /** Writes `data` over what stands at `from`. */
  write(from: number, data: Data): void {
    if (this.#edits.length >= MOST_PIECES) throw new TooLarge();
    if (data.length > 0) this.#edits.push({ from, data });
  }

  /** Writes zeros from `from` to before `to`. */
  clear(from: number, to: number): void {
    this.#noughts += to - from;
    if (!(to >= from) || this.#noughts > MOST_NOUGHTS) throw new TooLarge();
    const zeros = new Uint8Array(Math.min(NOUGHTS, to - from));
    for (let at = from; at < to; at += NOUGHTS) this.write(at, zeros.subarray(0, Math.min(NOUGHTS, to - at)));
  }

  /** The file with all changes. Where two meet, the one stands that begins before, or was written first. */
  applied(file: Blob): Blob {
    const order = this.#edits.map((edit, place) => ({ ...edit, place })).sort((one, other) => one.from - other.from || one.place - other.place);
    const pieces = new Pieces(file);
    let at = 0;
    for (const { from, data } of order) {
      const skipped = Math.max(0, at - from); // already written over
      if (skipped >= data.length) continue;
      if (from > at) pieces.keep(at, from);
      pieces.put(data.subarray(skipped));
      at = from + data.length;
    }
    if (at > file.size) throw new Damaged();
    pieces.keep(at, file.size);
    return pieces.blob();
  }
}
