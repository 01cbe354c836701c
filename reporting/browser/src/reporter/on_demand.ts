/** Loading a part of the page that few need: its script and its style sheet, by their hashes, once. */

import { type Part, partOf, trustedAddress } from "../ui/trusted.ts";

const loading = new Map<string, Promise<void>>();

/** Loads a part of this page, unless it is there. @throws Error it did not arrive; it may be tried again */
export function load(name: string): Promise<void> {
  const begun = loading.get(name) ?? fetchPart(partOf(name));
  loading.set(name, begun);
  begun.catch(() => loading.delete(name));
  return begun;
}

async function fetchPart({ script, style }: Part): Promise<void> {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.integrity = style.integrity;
  sheet.href = style.address;
  const code = document.createElement("script");
  code.integrity = script.integrity;
  code.src = trustedAddress(script.address) as string;
  await Promise.all([sheet, code].map(arrived));
}

function arrived(element: HTMLElement): Promise<void> {
  return new Promise((resolve, reject) => {
    element.addEventListener("load", () => { resolve(); });
    element.addEventListener("error", () => {
      element.remove();
      reject(new Error("a part of this page did not arrive"));
    });
    document.head.append(element);
  });
}
