/** Reading the vectors of tests/vectors: values of known types out of JSON, and verdicts to compare. */

import { hexToBytes } from "@noble/hashes/utils.js";

import { b64decode } from "../../reporting/browser/src/protocol/encoding.ts";
import { ProtocolError } from "../../reporting/browser/src/protocol/errors.ts";

/** What a vector's input holds, read by name; a wrong type is a fault of the vector. */
export class Input {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  raw(name: string): unknown {
    return this.values[name];
  }

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }

  text(name: string): string {
    const value = this.values[name];
    if (typeof value !== "string") throw new TypeError(`${name} is no text`);
    return value;
  }

  texts(name: string): string[] {
    return this.list(name).map(String);
  }

  number(name: string): number {
    const value = this.values[name];
    if (typeof value !== "number") throw new TypeError(`${name} is no number`);
    return value;
  }

  list(name: string): unknown[] {
    const value = this.values[name];
    if (!Array.isArray(value)) throw new TypeError(`${name} is no list`);
    return value as unknown[];
  }

  /** Bytes from base64. */
  bytes(name: string): Uint8Array {
    return b64decode(this.text(name));
  }

  /** Bytes from hex. */
  hex(name: string): Uint8Array {
    return hexToBytes(this.text(name));
  }

  /** An object inside. */
  inner(name: string): Input {
    return new Input(this.values[name] as Readonly<Record<string, unknown>>);
  }

  /** A list of objects inside. */
  inners(name: string): Input[] {
    return this.list(name).map((value) => new Input(value as Readonly<Record<string, unknown>>));
  }
}

/** What a vector asks for: JSON out of an input, or one of the core's errors. */
export type Operation = (input: Input) => unknown;

/** The operations of one module, by the name under `do`. */
export type Operations = Readonly<Record<string, Operation>>;

/** One vector: an input, and what must come of it. */
export interface Vector {
  readonly name: string;
  readonly do: string;
  readonly in: Readonly<Record<string, unknown>>;
  readonly out?: unknown;
  readonly error?: string;
}

/** What came of an operation: its output, or the class of the core's error. */
export async function carryOut(operations: Operations, vector: Vector): Promise<{ out: unknown } | { error: string }> {
  const operation = operations[vector.do];
  if (operation === undefined) throw new Error(`no operation "${vector.do}"`);
  try {
    const out: unknown = await operation(new Input(vector.in));
    return { out: JSON.parse(JSON.stringify(out ?? null)) as unknown };
  } catch (error) {
    if (error instanceof ProtocolError) return { error: error.name };
    throw error;
  }
}
