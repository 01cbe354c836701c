/** Parts of a picture that are to be black, in its own pixels; and the frame that the keyboard moves. */

/** A rectangle in pixels of the picture. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A place in the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const STEP = 0.02; // of the picture's size, for each press of an arrow
const LEAST = 4; // pixels; less is a tap

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}

/** The rectangle between two places, within a picture of that size, whole pixels; null where it is but a tap. */
export function between(one: Point, other: Point, size: Pick<Region, "width" | "height">): Region | null {
  const [left, right] = [Math.floor(clamp(Math.min(one.x, other.x), size.width)), Math.ceil(clamp(Math.max(one.x, other.x), size.width))];
  const [top, bottom] = [Math.floor(clamp(Math.min(one.y, other.y), size.height)), Math.ceil(clamp(Math.max(one.y, other.y), size.height))];
  if (right - left < LEAST || bottom - top < LEAST) return null;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The frame in the middle of a picture, where the keyboard begins. */
export function middle({ width, height }: Pick<Region, "width" | "height">): Region {
  return { x: Math.floor(width * 0.35), y: Math.floor(height * 0.4), width: Math.ceil(width * 0.3), height: Math.ceil(height * 0.2) };
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The frame after an arrow was pressed: elsewhere, or with `resize` of another size; null for another key. */
export function moved(frame: Region, key: string, resize: boolean, size: Pick<Region, "width" | "height">): Region | null {
  const arrow = ARROWS[key];
  if (arrow === undefined) return null;
  const [dx, dy] = [Math.ceil(arrow[0] * STEP * size.width), Math.ceil(arrow[1] * STEP * size.height)];
  if (resize) {
    return { ...frame, width: Math.max(LEAST, clamp(frame.width + dx, size.width - frame.x)), height: Math.max(LEAST, clamp(frame.height + dy, size.height - frame.y)) };
  }
  return { ...frame, x: clamp(frame.x + dx, size.width - frame.width), y: clamp(frame.y + dy, size.height - frame.height) };
}
