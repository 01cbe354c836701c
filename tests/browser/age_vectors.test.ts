/** Every age vector of C2SP's CCTV in Node, by its named failure class. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { names, run } from "./cctv.ts";

describe("the age vectors of C2SP's CCTV, in Node", () => {
  it("are all there", () => {
    assert.equal(names.length, 143);
  });
  for (const name of names) {
    it(name, async () => {
      const verdict = await run(name);
      assert.equal(verdict.outcome, verdict.expected);
      if (verdict.expectedPayload !== undefined) assert.equal(verdict.released, verdict.expectedPayload);
    });
  }
});
