/** The cleaning worker as it is built: with what is left out of its packages it cleans as from the sources. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";

import { clean } from "../../reporting/browser/src/hidden/index.ts";
import type { Cleaned } from "../../reporting/browser/src/hidden/types.ts";

interface Reply {
  readonly kind: string;
  readonly value: Cleaned;
}

type Bundle = (name: string, entry: string) => Promise<{ content: Buffer }>;

const FOLDER = path.resolve("../../tests/fixtures/hidden");
/** Of the whole, which a reporter's browser loads when a file is attached. */
const MOST = 300_000;

async function bytes(blob: Blob): Promise<Buffer> {
  return Buffer.from(await blob.arrayBuffer());
}

/** Starts the worker's script in this process; answers with the way to call it. */
async function started(script: string): Promise<(method: string, ...parameters: unknown[]) => Promise<Reply>> {
  const listening: ((event: { data: unknown }) => void)[] = [];
  const waiting = new Map<number, (reply: Reply) => void>();
  const addEventListener = (_name: string, listener: (event: { data: unknown }) => void): void => {
    listening.push(listener);
  };
  const postMessage = (reply: Reply & { readonly id: number }): void => {
    waiting.get(reply.id)?.(reply);
  };
  Object.assign(globalThis, { addEventListener, postMessage });
  await import(`data:text/javascript;base64,${Buffer.from(script).toString("base64")}`);
  let last = 0;
  return (method, ...parameters) =>
    new Promise((resolve) => {
      const id = ++last;
      waiting.set(id, resolve);
      for (const listener of listening) listener({ data: { id, method, parameters } });
    });
}

describe("the cleaning worker", () => {
  it("cleans as from the sources, and stays small", async () => {
    const { bundle } = (await import(pathToFileURL(path.resolve("build.mjs")).href)) as { bundle: Bundle };
    const { content } = await bundle("cleaning-worker.js", "src/workers/cleaning.ts");
    assert.ok(content.length < MOST, `${content.length} bytes`);
    const call = await started(content.toString());
    for (const name of ["noted.pdf", "earlier.pdf", "word.docm", "sheets.ods"]) {
      const file = new Blob([await readFile(path.join(FOLDER, name))]);
      const [expected, reply] = [await clean(file, name), await call("clean", file, name)];
      assert.equal(reply.kind, "done", name);
      assert.deepEqual(reply.value.left, expected.left);
      assert.deepEqual(await bytes(reply.value.content), await bytes(expected.content), name);
    }
  });
});
