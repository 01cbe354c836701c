/** What is repeated, and what a person is told of its fate. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Problem } from "../../reporting/browser/src/client/errors.ts";
import { Sender } from "../../reporting/browser/src/client/sending.ts";
import { Transport } from "../../reporting/browser/src/client/transport.ts";
import { withoutChallenge } from "./meddling.ts";

const SHAPE = 2_048;

/** A server that answers posts with these problems, one behind the other, and then takes what comes. */
function office(...kinds: readonly [kind: string, status: number][]): { sender: Sender; posts: string[]; steps: string[] } {
  const [posts, steps, left] = [[] as string[], [] as string[], [...kinds]];
  const transport = new Transport((at, { body }) => {
    if (at === "/api/challenge") return Promise.resolve(Response.json({ challenge: `c${posts.length}`, bits: 1 }));
    posts.push(withoutChallenge(new TextDecoder().decode(body as Uint8Array)));
    const next = left.shift();
    if (next === undefined) return Promise.resolve(Response.json({ id: "1" }, { status: 201 }));
    const [kind, status] = next;
    const headers = { "Content-Type": "application/problem+json" };
    return Promise.resolve(Response.json({ type: `urn:reporting:problem:${kind}` }, { status, headers }));
  });
  return { sender: new Sender(transport, SHAPE, { waits: [1, 1], tell: (step) => steps.push(step) }), posts, steps };
}

describe("an action", () => {
  for (const kind of ["unavailable", "room-low"]) {
    it(`turned away as ${kind} is sent again as it is, and was surely not stored`, async () => {
      const { sender, posts, steps } = office([kind, 503]);
      assert.equal((await sender.send("/api/reports", { a: 1 }))["id"], "1");
      assert.equal(posts.length, 2);
      assert.equal(posts[0], posts[1]);
      assert.ok(steps.includes("waiting"));
      const never = office([kind, 503], [kind, 503], [kind, 503]);
      await assert.rejects(never.sender.send("/api/reports", { a: 1 }), Problem);
      assert.equal(never.sender.fate.unknown, false);
    });
  }

  it("at which the server failed may have arrived", async () => {
    const { sender } = office(["internal", 500]);
    await assert.rejects(sender.send("/api/reports", { a: 1 }), Problem);
    assert.equal(sender.fate.unknown, true);
  });
});
