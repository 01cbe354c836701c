/** What browsers pack their files with, beyond Node's own: LZ4 blocks (Firefox's sessions), and LevelDB's tables. */

const MOZ = Buffer.from("mozLz40\0", "latin1");
const TABLE_MAGIC = Buffer.from("57fb808b247547db", "hex"); // LevelDB's kTableMagicNumber, little end first
const FOOTER = 48;
const TRAILER = 5; // kind of packing, and a checksum
const SNAPPY = 1;
const LARGEST = 64 * 1024 * 1024;

/** A growing output from which matches are copied. */
class Output {
  #bytes: Buffer;
  #length = 0;

  constructor(size: number) {
    if (size > LARGEST) throw new RangeError("too large");
    this.#bytes = Buffer.alloc(size);
  }

  get content(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  add(bytes: Buffer): void {
    this.#length += bytes.copy(this.#bytes, this.#length);
  }

  /** Repeats `count` bytes from `back` bytes ago, one by one: they may overlap. */
  repeat(back: number, count: number): void {
    if (back === 0 || back > this.#length) throw new RangeError("no such place");
    for (let copied = 0; copied < count && this.#length < this.#bytes.length; copied++) {
      this.#bytes[this.#length] = this.#bytes[this.#length - back] ?? 0;
      this.#length++;
    }
  }
}

/** Unpacks one LZ4 block (lz4_Block_format.md) of `size` bytes. */
export function lz4Block(data: Buffer, size: number): Buffer {
  const output = new Output(size);
  let place = 0;
  const longer = (start: number): number => {
    let length = start;
    if (start === 15) {
      let more = 255;
      while (more === 255) {
        more = data.readUInt8(place++);
        length += more;
      }
    }
    return length;
  };
  while (place < data.length) {
    const token = data.readUInt8(place++);
    const literals = longer(token >> 4);
    output.add(data.subarray(place, place + literals));
    place += literals;
    if (place + 2 > data.length) break;
    const back = data.readUInt16LE(place);
    place += 2;
    output.repeat(back, longer(token & 15) + 4);
  }
  return output.content;
}

/** The content of a file of Firefox that begins with `mozLz40`; null for any other file. */
export function mozLz4(data: Buffer): Buffer | null {
  if (!data.subarray(0, MOZ.length).equals(MOZ)) return null;
  return lz4Block(data.subarray(MOZ.length + 4), data.readUInt32LE(MOZ.length));
}

function varint(data: Buffer, start: number): [number, number] {
  let [value, shift, place] = [0, 0, start];
  for (;;) {
    const byte = data.readUInt8(place++);
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, place];
    shift += 7;
  }
}

/** Unpacks a block of Snappy (format_description.txt). */
export function snappy(data: Buffer): Buffer {
  const [size, begin] = varint(data, 0);
  const output = new Output(size);
  let place = begin;
  while (place < data.length) {
    const tag = data.readUInt8(place++);
    const kind = tag & 3;
    if (kind === 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        const bytes = length - 60;
        length = data.readUIntLE(place, bytes) + 1;
        place += bytes;
      }
      output.add(data.subarray(place, place + length));
      place += length;
    } else if (kind === 1) output.repeat(((tag >> 5) << 8) | data.readUInt8(place++), ((tag >> 2) & 7) + 4);
    else {
      const bytes = kind === 2 ? 2 : 4;
      output.repeat(data.readUIntLE(place, bytes), (tag >> 2) + 1);
      place += bytes;
    }
  }
  return output.content;
}

/** Whether `data` is a table of LevelDB. */
export function isTable(data: Buffer): boolean {
  return data.length > FOOTER && data.subarray(-8).equals(TABLE_MAGIC);
}

function blockAt(data: Buffer, offset: number, size: number): Buffer {
  const packed = data.subarray(offset, offset + size);
  return data.readUInt8(offset + size) === SNAPPY ? snappy(packed) : packed;
}

/** The values of an index block: where the other blocks are. */
function* handles(index: Buffer): Generator<[number, number]> {
  const end = index.length - 4 * (index.readUInt32LE(index.length - 4) + 1);
  let place = 0;
  while (place < end) {
    const [, afterShared] = varint(index, place);
    const [rest, afterRest] = varint(index, afterShared);
    const [length, begin] = varint(index, afterRest);
    const [offset, afterOffset] = varint(index, begin + rest);
    yield [offset, varint(index, afterOffset)[0]];
    place = begin + rest + length;
  }
}

/** The blocks of a table of LevelDB, each with its place, unpacked. Keys that begin like the one before are cut short. */
export function* tableBlocks(data: Buffer): Generator<[number, Buffer]> {
  const footer = data.subarray(-FOOTER);
  const [, afterMeta] = varint(footer, 0);
  const [, afterMetaSize] = varint(footer, afterMeta);
  const [offset, afterOffset] = varint(footer, afterMetaSize);
  const [size] = varint(footer, afterOffset);
  for (const [place, length] of handles(blockAt(data, offset, size))) {
    if (place + length + TRAILER <= data.length) yield [place, blockAt(data, place, length)];
  }
}
