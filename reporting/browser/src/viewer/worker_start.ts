/** The frame's one Trusted Types policy: it starts workers of the texts that the build put in, and nothing else. */

declare const VIEWER_WORKERS: Readonly<Record<"pdf" | "table", string>>;

interface Policy {
  createScriptURL(address: string): unknown;
}

interface Factory {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): Policy;
}

/** Starts pdf.js's worker, or the one that reads tables. Whoever takes it ends it. */
export function startWorker(name: keyof typeof VIEWER_WORKERS): Worker {
  const address = URL.createObjectURL(new Blob([VIEWER_WORKERS[name]], { type: "text/javascript" }));
  try {
    return new Worker(policy(address) as string);
  } finally {
    setTimeout(() => { URL.revokeObjectURL(address); }, 10_000);
  }
}

let current = "";
let made: Policy | null = null;

function policy(address: string): unknown {
  current = address;
  const rules = {
    createScriptURL: (asked: string): string => {
      if (asked !== current) throw new TypeError("this is no worker of the viewer");
      return asked;
    },
  };
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  made ??= factory?.createPolicy("viewer", rules) ?? rules;
  return made.createScriptURL(address);
}
