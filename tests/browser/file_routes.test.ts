/** Where files are asked for: an author's words never choose an address. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Transport } from "../../reporting/browser/src/client/transport.ts";
import type { Side } from "../../reporting/browser/src/evidence/files_api.ts";
import { downloadRoute } from "../../reporting/browser/src/evidence/routes.ts";
import { NotAuthentic } from "../../reporting/browser/src/protocol/errors.ts";

const CASE = "0123456789abcdef0123456789abcdef";

describe("an upload that an entry names", () => {
  it("is asked for only where it can be one", async () => {
    const asked: string[] = [];
    const transport = new Transport((address) => {
      asked.push(address);
      return Promise.reject(new TypeError("nothing is to be asked"));
    });
    const from: Side[] = [
      { side: "desk", case: CASE, act: "view" } as unknown as Side,
      { side: "reporter", token: "", case: CASE } as unknown as Side,
    ];
    for (const side of from) {
      for (const upload of ["../../../account/backup-codes?", "", CASE.toUpperCase(), `${CASE}/`, `${CASE.slice(1)}?`]) {
        const file = { entry: "", place: 0, name: "x", type: "", size: 1, sha256: "", upload };
        await assert.rejects(downloadRoute({ file, from: side } as unknown as Parameters<typeof downloadRoute>[0], transport), NotAuthentic, upload);
      }
    }
    assert.deepEqual(asked, []);
  });
});
