/**
 * Finds dark boxes that are drawn over text which is still there: the commonest way of not blacking out. Also pictures
 * of which only a part is seen, and text that is drawn in no color.
 *
 * It reads only what the page itself draws, as far as boxes and the beginnings of lines of text are concerned:
 * cheap, and enough to warn. It does not say that a document without a warning is blacked out well.
 */

import { N_ } from "../protocol/errors.ts";

export const BOXES = N_("Black boxes drawn over text do not remove the text: whoever gets this document can still read it. Make a picture of the page and black that out instead.");

type Matrix = readonly [number, number, number, number, number, number];
/** From left and bottom to right and top. */
export type Box = [number, number, number, number];

const PLAIN: Matrix = [1, 0, 0, 1, 0, 0];
const MOST_STEPS = 2_000_000;
const DARK = 0.25;
/** Edges are rounded; what is cut off beyond that is. */
const SEEN = 0.98;
const TOKEN = /[\s\0]+|%[^\r\n]*|\/[^\s\0()<>[\]{}/%]*|[-+.\d][-+.\d]*|<<|>>|<[0-9A-Fa-f\s]*>|[[\]{}]|[A-Za-z'"*][A-Za-z0-9'"*]*|[^]/y;

function times(one: Matrix, other: Matrix): Matrix {
  const [a, b, c, d, e, f] = one;
  const [g, h, i, j, k, l] = other;
  return [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l];
}

function moved([a, b, c, d, e, f]: Matrix, x: number, y: number): [number, number] {
  return [a * x + c * y + e, b * x + d * y + f];
}

/** What two boxes have in common; of no size where that is nothing. */
function common(one: Box, other: Box): Box {
  const [left, bottom] = [Math.max(one[0], other[0]), Math.max(one[1], other[1])];
  return [left, bottom, Math.max(left, Math.min(one[2], other[2])), Math.max(bottom, Math.min(one[3], other[3]))];
}

function around(one: Box, other: Box): Box {
  return [Math.min(one[0], other[0]), Math.min(one[1], other[1]), Math.max(one[2], other[2]), Math.max(one[3], other[3])];
}

function area([left, bottom, right, top]: Box): number {
  return (right - left) * (top - bottom);
}

function isDark(color: readonly number[]): boolean {
  if (color.length === 4) return (color[3] ?? 0) > 1 - DARK || color.slice(0, 3).every((part) => part > 1 - DARK);
  return color.length > 0 && color.every((part) => part < DARK);
}

/** Draws one page in mind. */
class Page {
  #matrix: Matrix = PLAIN;
  #dark = true; // black is what a page begins with
  readonly #saved: (readonly [Matrix, boolean, Box])[] = [];
  #line: Matrix = PLAIN;
  #leading = 0;
  #size = 1;
  #path: Box[] = [];
  readonly #texts: [number, number][] = [];
  #clips = false;
  #clip: Box;
  #unseen = false;
  covered = false;
  cropped = false;
  unseen = false;

  /** A page of this size, with pictures of these names. */
  constructor(
    size: Box,
    readonly pictures: ReadonlySet<string>,
  ) {
    this.#clip = size;
  }

  /** Takes one operator with the numbers before it. */
  take(operator: string, numbers: readonly number[]): void {
    const [first = 0, second = 0, third = 0, fourth = 0] = numbers.slice(-6);
    if (/^(?:q|Q|cm)$/.test(operator)) this.#state(operator, numbers);
    else if (/^(?:g|rg|k|sc|scn)$/.test(operator)) this.#dark = isDark(numbers);
    else if (operator === "re") this.#rectangle(first, second, third, fourth);
    else if (/^[mlcvy]$/.test(operator)) this.#point(operator, numbers.slice(-2));
    else if (/^(?:f|F|f\*|B|B\*|b|b\*)$/.test(operator)) this.#fill();
    else if (/^(?:S|s|n)$/.test(operator)) this.#drawn();
    else if (operator === "W" || operator === "W*") this.#clips = true;
    else if (operator === "Tr") this.#unseen = numbers[numbers.length - 1] === 3;
    else this.#text(operator, numbers);
  }

  #state(operator: string, numbers: readonly number[]): void {
    if (operator === "q" && this.#saved.length < 1_000) this.#saved.push([this.#matrix, this.#dark, this.#clip]);
    if (operator === "Q") [this.#matrix, this.#dark, this.#clip] = this.#saved.pop() ?? [this.#matrix, this.#dark, this.#clip];
    if (operator === "cm" && numbers.length >= 6) this.#matrix = times(numbers.slice(-6) as unknown as Matrix, this.#matrix);
  }

  #rectangle(x: number, y: number, width: number, height: number): void {
    const corners = [moved(this.#matrix, x, y), moved(this.#matrix, x + width, y + height)] as const;
    const [left, right] = corners.map(([one]) => one).sort((one, other) => one - other) as [number, number];
    const [bottom, top] = corners.map(([, one]) => one).sort((one, other) => one - other) as [number, number];
    this.#path.push([left, bottom, right, top]);
  }

  #point(operator: string, [x = 0, y = 0]: readonly number[]): void {
    const [left, bottom] = moved(this.#matrix, x, y);
    const last = this.#path[this.#path.length - 1];
    if (operator === "m" || last === undefined) this.#path.push([left, bottom, left, bottom]);
    else this.#path[this.#path.length - 1] = [Math.min(last[0], left), Math.min(last[1], bottom), Math.max(last[2], left), Math.max(last[3], bottom)];
  }

  #fill(): void {
    for (const [left, bottom, right, top] of this.#dark ? this.#path : []) {
      if (right - left < 6 || top - bottom < 5) continue; // lines and the dots of letters
      this.covered ||= this.#texts.some(([x, y]) => x >= left && x <= right && y >= bottom && y <= top);
    }
    this.#drawn();
  }

  /** Ends a path; what is drawn from now on may be seen within it alone. */
  #drawn(): void {
    const [first, ...others] = this.#path;
    if (this.#clips && first !== undefined) this.#clip = common(this.#clip, others.reduce(around, first));
    this.#clips = false;
    this.#path = [];
  }

  /** Draws what is called so: of a picture, all or a part is seen. */
  place(called: string): void {
    if (!this.pictures.has(called)) return;
    const corners = [moved(this.#matrix, 0, 0), moved(this.#matrix, 1, 0), moved(this.#matrix, 0, 1), moved(this.#matrix, 1, 1)];
    const whole = corners.map(([x, y]): Box => [x, y, x, y]).reduce(around);
    this.cropped ||= area(common(whole, this.#clip)) < SEEN * area(whole);
  }

  #text(operator: string, numbers: readonly number[]): void {
    const [x = 0, y = 0] = numbers.slice(-2);
    if (operator === "BT") this.#line = PLAIN;
    else if (operator === "Tf") this.#size = numbers[numbers.length - 1] ?? 1;
    else if (operator === "TL") this.#leading = y;
    else if (operator === "Tm" && numbers.length >= 6) this.#line = numbers.slice(-6) as unknown as Matrix;
    else if (operator === "Td" || operator === "TD") this.#next(x, y);
    if (operator === "TD") this.#leading = -y;
    if (["T*", "'", '"'].includes(operator)) this.#next(0, -this.#leading);
    if (["Tj", "TJ", "'", '"'].includes(operator)) {
      // The middle of the first letter, more or less.
      this.unseen ||= this.#unseen;
      this.#texts.push(moved(times(this.#line, this.#matrix), 0.25 * this.#size, 0.3 * this.#size));
    }
  }

  #next(x: number, y: number): void {
    this.#line = times([1, 0, 0, 1, x, y], this.#line);
  }
}

/** Where a string in parentheses ends that begins at `at`. */
function pastString(text: string, at: number): number {
  let depth = 0;
  for (let place = at; place < text.length; place++) {
    const letter = text[place];
    if (letter === "\\") place++;
    else if (letter === "(") depth++;
    else if (letter === ")" && --depth === 0) return place + 1;
  }
  return text.length;
}

/** What drawing a page tells of it. */
export interface Drawn {
  /** Some of its text is under a dark box. */
  readonly covered: boolean;
  /** Some of a picture is not seen. */
  readonly cropped: boolean;
  /** Some of its text is drawn in no color. */
  readonly unseen: boolean;
}

/** What a page of this size tells that draws `text`, with pictures that are called so. */
export function draw(text: string, size: Box, pictures: ReadonlySet<string>): Drawn {
  const page = new Page(size, pictures);
  let numbers: number[] = [];
  let called = "";
  let at = 0;
  for (let step = 0; step < MOST_STEPS && at < text.length; step++) {
    if (text[at] === "(") {
      at = pastString(text, at);
      continue;
    }
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0] ?? text[at] ?? "";
    at += token.length;
    if (/^[-+.\d]/.test(token)) numbers.push(Number(token));
    else if (token.startsWith("/")) called = token.slice(1);
    else if (token === "ID") at = pastPicture(text, at);
    else if (token === "Do") page.place(called);
    else if (/^[A-Za-z'"]/.test(token)) page.take(token, numbers);
    if (/^[A-Za-z'"]/.test(token)) numbers = [];
  }
  return page;
}

/** Where a picture ends that stands in the page's own text. */
function pastPicture(text: string, at: number): number {
  const end = /\sEI(?=\s|$)/g;
  end.lastIndex = at;
  return end.exec(text) === null ? text.length : end.lastIndex;
}
