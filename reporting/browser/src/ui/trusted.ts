/**
 * The page's one Trusted Types policy, `reporting`: it accepts exactly the addresses of the bundle's workers, and of
 * the scripts that the page loads once they are asked for.
 *
 * Without Trusted Types in the browser the same check is made, on plain text.
 */

/** Addresses of workers, put in by the build: name to hashed address below `/assets/`. */
declare const WORKERS: Readonly<Record<string, string>>;

/** One file of the bundle: where it is served, and what its bytes must hash to. */
export interface Piece {
  readonly address: string;
  readonly integrity: string;
}

/** What this page may load on demand, put in by the build. */
declare const PARTS: Readonly<Record<string, Piece>>;

interface Policy {
  createScriptURL(address: string): unknown;
}

interface Factory {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): Policy;
}

function accept(address: string): string {
  const scripts = [...Object.values(WORKERS), ...Object.values(PARTS).map(({ address: own }) => own)];
  if (!scripts.includes(address)) throw new TypeError("this is no script of the bundle");
  return address;
}

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const policy: Policy = factory?.createPolicy("reporting", { createScriptURL: accept }) ?? { createScriptURL: accept };

/** `address` as the browser wants it for a worker or a script, where it is one of the bundle's. */
export function workerAddress(address: string): unknown {
  return policy.createScriptURL(address);
}

/** The hashed address of the worker of that name. */
export function workerOf(name: string): string {
  const address = WORKERS[name];
  if (address === undefined) throw new TypeError(`the bundle has no worker ${name}`);
  return address;
}

/** The script of that name, which this page loads on demand. */
export function partOf(name: string): Piece {
  const part = PARTS[name];
  if (part === undefined) throw new TypeError(`the bundle has no part ${name}`);
  return part;
}
