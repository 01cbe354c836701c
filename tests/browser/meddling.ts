/** A dishonest service: an honest one whose answers are changed on their way. */

import type { Fetch } from "../../reporting/browser/src/client/transport.ts";

/** What a test does to one answer: its path, and the request's body. Undefined passes the answer on. */
export type Meddling = (path: string, text: string, body: string) => string | Response | undefined;

/** A `fetch` whose answers `meddle` changes. */
export function meddling(fetcher: Fetch, meddle: Meddling): Fetch {
  return async (path, init) => {
    const answer = await fetcher(path, init);
    const text = await answer.text();
    const body = init.body instanceof Uint8Array ? new TextDecoder().decode(init.body) : "";
    const changed = meddle(path, text, body) ?? text;
    if (changed instanceof Response) return changed;
    return new Response(changed, { status: answer.status, headers: { "content-type": answer.headers.get("content-type") ?? "" } });
  };
}

/** What is posted, but for its challenge: the same whenever the same bytes are sent again. */
export function withoutChallenge(body: string): string {
  return body.replace(/,"challenge":\{[^}]*\}/, "").trimEnd();
}
