/**
 * The page's one Trusted Types policy, `reporting`: it accepts exactly the addresses of the bundle's workers.
 *
 * Without Trusted Types in the browser the same check is made, on plain text.
 */

/** Addresses of workers, put in by the build: name to hashed address below `/assets/`. */
declare const WORKERS: Readonly<Record<string, string>>;

interface Policy {
  createScriptURL(address: string): unknown;
}

interface Factory {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): Policy;
}

function accept(address: string): string {
  if (!Object.values(WORKERS).includes(address)) throw new TypeError("this is no worker of the bundle");
  return address;
}

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const policy: Policy = factory?.createPolicy("reporting", { createScriptURL: accept }) ?? { createScriptURL: accept };

/** `address` as the browser wants it for a worker, where it is one of the bundle's. */
export function workerAddress(address: string): unknown {
  return policy.createScriptURL(address);
}

/** The hashed address of the worker of that name. */
export function workerOf(name: string): string {
  const address = WORKERS[name];
  if (address === undefined) throw new TypeError(`the bundle has no worker ${name}`);
  return address;
}
