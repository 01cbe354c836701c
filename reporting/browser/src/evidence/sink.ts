/** Where an opened file goes that is too large to be held. */

import { N_, Refused } from "../protocol/errors.ts";
import type { Target } from "./files_api.ts";

/** Takes a file in pieces; one that is aborted is never to be taken for whole. */
export interface Sink {
  write(piece: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

/** What crosses a port: a piece, the end, or that there will be none. Each piece is answered once it is dealt with. */
export type FromPort = { readonly kind: "piece"; readonly bytes: Uint8Array } | { readonly kind: "end" } | { readonly kind: "aborted" };

/** The sink that writes to a stream or a port. */
export function sinkOf(target: Target): Sink {
  return target instanceof WritableStream ? streamSink(target) : portSink(target);
}

function streamSink(stream: WritableStream<Uint8Array>): Sink {
  const writer = stream.getWriter();
  return {
    write: (piece) => writer.write(piece),
    close: () => writer.close(),
    abort: async () => {
      await writer.abort().catch(() => undefined);
    },
  };
}

function portSink(port: MessagePort): Sink {
  const send = (message: FromPort): Promise<void> =>
    new Promise((resolve, reject) => {
      port.onmessage = ({ data }: MessageEvent<boolean>) => {
        if (data) resolve();
        else reject(new Refused(N_("The file could not be saved.")));
      };
      port.postMessage(message);
    });
  return {
    write: (bytes) => send({ kind: "piece", bytes }),
    close: () => send({ kind: "end" }),
    abort: async () => {
      port.postMessage({ kind: "aborted" } satisfies FromPort);
      return Promise.resolve();
    },
  };
}
