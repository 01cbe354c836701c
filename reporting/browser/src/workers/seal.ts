/** A worker that seals, opens and hashes what it is given: see `evidence/crew.ts`. It alone compiles WebAssembly for files. */

import type { Question, Reply } from "../evidence/crew.ts";
import { loadTools } from "../evidence/fast_cipher.ts";
import { Hand } from "../evidence/hand.ts";

const hand = new Hand(loadTools());

// `serve` of rpc.ts copies what it answers; here it changes hands.
function post(reply: Reply, transfer: Transferable[] = []): void {
  globalThis.postMessage(reply, { transfer });
}

globalThis.addEventListener("message", ({ data: { id, task } }: MessageEvent<Question>) => {
  hand.do(task).then(
    (made) => {
      post({ id, made }, made === null ? [] : [made.buffer]);
    },
    () => {
      post({ id, failed: true });
    },
  );
});
