/** Width and height of a picture, read from its header before anything decodes it. */

/** In pixels. */
export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

/** How much of a file {@link dimensionsOf} has to be given at most: pictures may carry much before their size. */
export const HEADER = 1_048_576;

const MOST_PIXELS = 120_000_000;
const LONGEST = 30_000;

/** Whether drawing it would take more memory than a tab should spend on a picture. */
export function isGiant({ width, height }: Dimensions): boolean {
  return width > LONGEST || height > LONGEST || width * height > MOST_PIXELS;
}

type Reading = (view: DataView) => Dimensions | null;

const READINGS: Readonly<Record<string, Reading>> = {
  "image/png": (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  "image/gif": ofGif,
  "image/bmp": ofBmp,
  "image/jpeg": ofJpeg,
  "image/webp": ofWebp,
};

/** The kinds of pictures that are drawn: those whose size is known beforehand. */
export function isDrawable(type: string): boolean {
  return Object.hasOwn(READINGS, type);
}

/** The size in the header of a picture of that type; null where there is none. */
export function dimensionsOf(head: Uint8Array, type: string): Dimensions | null {
  const read = Object.hasOwn(READINGS, type) ? READINGS[type] : undefined;
  try {
    const found = read?.(new DataView(head.buffer, head.byteOffset, head.byteLength)) ?? null;
    return found === null || found.width === 0 || found.height === 0 ? null : found;
  } catch (error) {
    if (error instanceof RangeError) return null; // it ends before its size
    throw error;
  }
}

const STANDALONE = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
const IS_FRAME = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** ITU-T T.81, annex B: segments up to the frame header. */
function ofJpeg(view: DataView): Dimensions | null {
  let at = 2;
  for (;;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (STANDALONE(marker)) at += 2;
    else if (marker === 0xd9 || marker === 0xda) return null;
    else if (IS_FRAME(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    else at += 2 + view.getUint16(at + 2);
  }
}

function ofWebp(view: DataView): Dimensions | null {
  const kind = String.fromCharCode(...[12, 13, 14, 15].map((at) => view.getUint8(at)));
  const small = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1;
  if (kind === "VP8X") return { width: small(24), height: small(27) };
  if (kind === "VP8 ") return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind !== "VP8L") return null;
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** The largest of the screen and the frames that begin within the header: browsers make room for a frame that is larger than its screen. */
function ofGif(view: DataView): Dimensions {
  let [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  const colors = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const behindBlocks = (from: number): number => {
    let at = from;
    while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
    return at + 1;
  };
  try {
    let at = 13 + colors(view.getUint8(10));
    for (;;) {
      const kind = view.getUint8(at);
      if (kind === 0x21) at = behindBlocks(at + 2);
      else if (kind === 0x2c) {
        width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
        height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
        at = behindBlocks(at + 11 + colors(view.getUint8(at + 9)));
      } else break;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // as far as the header goes
  }
  return { width, height };
}

/** The header of 40 bytes and its successors; older ones have other fields, and are not drawn. */
function ofBmp(view: DataView): Dimensions | null {
  if (view.getUint32(14, true) < 40) return null;
  return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
}
