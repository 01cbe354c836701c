/**
 * A parser of I-JSON (RFC 7493): `JSON.parse` accepts duplicate names, lone surrogates, any depth
 * and numbers that lose digits, all of which two readers could understand differently.
 */

import { Malformed, N_ } from "./errors.ts";

export const MAX_DEPTH = 16;
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER; // 2^53 − 1, RFC 7493 section 2.2

/**
 * A number written with a fraction or an exponent whose value is whole, as `1.0` is. Python tells
 * it from `1` and refuses it where a version or a count belongs; so must this side.
 */
export class WholeFloat {
  constructor(readonly value: number) {}
}

/** What JSON can hold. Objects have no prototype, so that `__proto__` is a name like any other. */
export type Json = null | boolean | number | string | WholeFloat | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y; // eslint-disable-line no-control-regex -- RFC 8259 section 7 forbids them in strings
const SPACE = /[ \t\r\n]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const LITERALS: readonly (readonly [string, Json])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/** Whether `value` is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof WholeFloat);
}

/**
 * The one value that `text` holds.
 *
 * @throws Malformed not JSON, trailing data, a member named twice, a lone surrogate, deeper than 16
 * levels, a number beyond ±(2^53−1)
 */
export function parseText(text: string): Json {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

function malformed(): Malformed {
  return new Malformed(N_("This is not valid JSON."));
}

class Parser {
  private place = 0;

  constructor(private readonly text: string) {}

  /** The value at this place, inside `depth` arrays and objects. */
  value(depth: number): Json {
    this.match(SPACE);
    const first = this.text[this.place];
    let value: Json;
    if (first === "{") value = this.object(this.deeper(depth));
    else if (first === "[") value = this.array(this.deeper(depth));
    else if (first === '"') value = this.string();
    else value = this.scalar();
    this.match(SPACE);
    return value;
  }

  /** Nothing may follow. */
  end(): void {
    if (this.place !== this.text.length) throw malformed();
  }

  private deeper(depth: number): number {
    if (depth >= MAX_DEPTH) throw new Malformed(N_("This JSON is nested too deeply."));
    return depth + 1;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.place;
    const found = pattern.exec(this.text);
    if (found !== null) this.place += found[0].length;
    return found;
  }

  private take(mark: string): boolean {
    if (!this.text.startsWith(mark, this.place)) return false;
    this.place += mark.length;
    return true;
  }

  private expect(mark: string): void {
    if (!this.take(mark)) throw malformed();
  }

  private object(depth: number): JsonObject {
    const found = Object.create(null) as Record<string, Json>;
    this.expect("{");
    this.match(SPACE);
    if (this.take("}")) return found;
    do {
      this.match(SPACE);
      const name = this.string();
      if (name in found) throw new Malformed(N_("A JSON object names the same member twice."));
      this.match(SPACE);
      this.expect(":");
      found[name] = this.value(depth);
    } while (this.take(","));
    this.expect("}");
    return found;
  }

  private array(depth: number): readonly Json[] {
    const found: Json[] = [];
    this.expect("[");
    this.match(SPACE);
    if (this.take("]")) return found;
    do found.push(this.value(depth));
    while (this.take(","));
    this.expect("]");
    return found;
  }

  private string(): string {
    this.expect('"');
    let found = "";
    for (;;) {
      found += this.match(PLAIN)?.[0] ?? "";
      if (this.take('"')) break;
      this.expect("\\");
      found += this.escape();
    }
    if (/\p{Surrogate}/u.test(found)) throw new Malformed(N_("This JSON holds half of a character."));
    return found;
  }

  private escape(): string {
    const mark = this.text[this.place++] ?? "";
    if (mark !== "u") {
      const found = ESCAPES[mark];
      if (found === undefined) throw malformed();
      return found;
    }
    const digits = this.text.slice(this.place, this.place + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw malformed();
    this.place += 4;
    return String.fromCharCode(parseInt(digits, 16));
  }

  private scalar(): Json {
    const literal = LITERALS.find(([word]) => this.take(word));
    return literal === undefined ? this.number() : literal[1];
  }

  private number(): Json {
    const found = this.match(NUMBER);
    if (found === null) throw malformed();
    const value = Number(found[0]);
    if (Math.abs(value) > MAX_INTEGER) throw new Malformed(N_("A JSON number is too large."));
    const written = found[1] ?? found[2];
    if (written !== undefined && Number.isInteger(value)) return new WholeFloat(value);
    return value === 0 ? 0 : value; // -0 is 0, as Python reads it
  }
}
