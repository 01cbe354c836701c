/** The note why nobody was heard goes out once, and only behind the status that it belongs to. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { OpenCase } from "../../reporting/browser/src/desk/case_context.ts";
import { StatusPart } from "../../reporting/browser/src/desk/status.ts";
import { UnheardNote } from "../../reporting/browser/src/desk/unheard.ts";
import type { DeskApi, DeskCase } from "../../reporting/browser/src/workers/desk_api.ts";

/** A case whose server refuses what `refuses` names, and what went out to it. */
function opened(refuses: Set<string>): { open: OpenCase; sent: string[] } {
  const sent: string[] = [];
  const found = { kind: "report", entries: [] } as unknown as DeskCase;
  const send = (what: string): Promise<DeskCase> => {
    if (refuses.has(what)) return Promise.reject(new Error(what));
    sent.push(what);
    return Promise.resolve(found);
  };
  const remote = { note: () => send("note"), changeStatus: () => send("status") } as unknown as DeskApi;
  const context = { repaint: () => undefined } as unknown as OpenCase["context"];
  const act: OpenCase["act"] = (work) => work(remote, "c").then(() => null, (error: unknown) => String(error));
  return { open: { context, found, busy: false, act }, sent };
}

describe("the note why nobody was heard", () => {
  it("is not sent where the status is refused, and once where it is taken on the second try", async () => {
    const refuses = new Set(["status"]);
    const { open, sent } = opened(refuses);
    const part = new StatusPart(open);
    assert.notEqual(await part.carryOut("closed", "Two firms agreed.", { finding: "substantiated" }, "They left."), null);
    assert.deepEqual(sent, []);
    refuses.clear();
    assert.equal(await part.carryOut("closed", "Two firms agreed.", { finding: "substantiated" }, "They left."), null);
    assert.deepEqual(sent, ["status", "note"]);
  });

  it("waits to be sent again where it did not go out", async () => {
    const refuses = new Set(["note"]);
    const { open, sent } = opened(refuses);
    const note = new UnheardNote(open);
    await note.send("They left.", "Done.");
    assert.equal(note.waiting, "They left.");
    refuses.clear();
    await note.send(note.waiting, "Done.");
    assert.deepEqual([note.waiting, sent], ["", ["note"]]);
  });
});
