/** Loading a script of the page that few need, by its hash, once. */

import { partOf, workerAddress } from "../ui/trusted.ts";

const loading = new Map<string, Promise<void>>();

/** Loads a script of this page, unless it is there. @throws Error it did not arrive; it may be tried again */
export function load(name: string): Promise<void> {
  const begun = loading.get(name) ?? arrived(name);
  loading.set(name, begun);
  begun.catch(() => loading.delete(name));
  return begun;
}

function arrived(name: string): Promise<void> {
  const { address, integrity } = partOf(name);
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.integrity = integrity;
    script.src = workerAddress(address) as string;
    script.onload = () => { resolve(); };
    script.onerror = () => {
      script.remove();
      reject(new Error("a part of this page did not arrive"));
    };
    document.head.append(script);
  });
}
