/** Files that are read by slices, and put together anew of slices: none is held whole. */

import { type Data, type Piece, joined, read } from "./bytes.ts";
import { Damaged, TooLarge } from "./types.ts";

const WINDOW = 262_144;
const MOST_PIECES = 100_000;
const SMALL = 65_536;
const NOUGHTS = 1_048_576;
const MANY_NOUGHTS = 256 * NOUGHTS;

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
  #noughts: Blob | null = null;

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

  /** Adds zeros; many of them are always the same ones, so that they take no memory. */
  blank(length: number): void {
    this.#flush();
    if (length <= SMALL) {
      if (length > 0) this.#add(new Uint8Array(length));
      return;
    }
    this.#noughts ??= new Blob(new Array<Blob>(MANY_NOUGHTS / NOUGHTS).fill(new Blob([new Uint8Array(NOUGHTS)])));
    for (let left = length; left > 0; left -= MANY_NOUGHTS) this.#add(this.#noughts.slice(0, Math.min(left, MANY_NOUGHTS)));
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

/** What is written from `from` to before `to`: `data`, or zeros. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly data: Data | null;
}

/** Changes of a file that leave every byte behind them at its place. */
export class Edits {
  readonly #edits: Edit[] = [];

  get size(): number {
    return this.#edits.length;
  }

  /** Writes `data` over what stands at `from`. */
  write(from: number, data: Data): void {
    this.#add({ from, to: from + data.length, data });
  }

  /** Writes zeros from `from` to before `to`. */
  clear(from: number, to: number): void {
    this.#add({ from, to, data: null });
  }

  #add(edit: Edit): void {
    if (!(edit.from >= 0 && edit.from <= edit.to)) throw new Damaged();
    if (this.#edits.length >= MOST_PIECES) throw new TooLarge();
    if (edit.to > edit.from) this.#edits.push(edit);
  }

  /** The file with all changes. Where two meet, the one stands that begins before, or was written first. */
  applied(file: Blob): Blob {
    const order = this.#edits.map((edit, place) => ({ ...edit, place })).sort((one, other) => one.from - other.from || one.place - other.place);
    const pieces = new Pieces(file);
    let at = 0;
    for (const { from, to, data } of order) {
      if (to > file.size) throw new Damaged();
      const begin = Math.max(at, from); // what stands before is already written over
      if (begin >= to) continue;
      if (from > at) pieces.keep(at, from);
      if (data === null) pieces.blank(to - begin);
      else pieces.put(data.subarray(begin - from));
      at = to;
    }
    pieces.keep(at, file.size);
    return pieces.blob();
  }
}
