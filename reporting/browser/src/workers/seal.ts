/** A worker that seals, opens and hashes what it is given: see `evidence/crew.ts`. It alone compiles WebAssembly for files. */

import type { Question, Reply } from "../evidence/crew.ts";
import { loadTools } from "../evidence/fast_cipher.ts";
import { Hand } from "../evidence/hand.ts";

const hand = new Hand(loadTools());

/** Does what is asked over `port`. What is made changes hands: `serve` of rpc.ts would copy it. */
function work(port: MessagePort): void {
  const post = (reply: Reply, transfer: Transferable[] = []): void => {
    port.postMessage(reply, transfer);
  };
  port.addEventListener("message", ({ data }: MessageEvent<Question>) => {
    if (data === "end") {
      globalThis.close();
      return;
    }
    const { id, task } = data;
    hand.do(task).then(
      (made) => {
        post({ id, made }, made === null ? [] : [made.buffer]);
      },
      () => {
        post({ id, failed: true });
      },
    );
  });
  port.start();
}

globalThis.addEventListener("message", ({ data }: MessageEvent<{ readonly port: MessagePort }>) => {
  work(data.port);
});
