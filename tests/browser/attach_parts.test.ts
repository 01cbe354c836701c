/** What the files part of a form decides without a page: names, sizes, limits, speed, regions, and what stays in a file. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Cleaned, Finding, Inspection } from "../../reporting/browser/src/hidden/types.ts";
import { Item } from "../../reporting/browser/src/reporter/attach_item.ts";
import { fitting, limitsLine } from "../../reporting/browser/src/reporter/attach_limits.ts";
import { fitName, neutralName, tells } from "../../reporting/browser/src/reporter/attach_names.ts";
import { between, middle, moved } from "../../reporting/browser/src/reporter/attach_regions.ts";
import { adviceOn } from "../../reporting/browser/src/reporter/attach_said.ts";
import { Speed } from "../../reporting/browser/src/reporter/attach_speed.ts";
import { fate } from "../../reporting/browser/src/reporter/attach_summary.ts";
import { byKind, spanWords } from "../../reporting/browser/src/reporter/attach_words.ts";
import { tooLarge } from "../../reporting/browser/src/reporter/received_file.ts";
import { sizeWords } from "../../reporting/browser/src/ui/sizes.ts";

const GIB = 2 ** 30;

function fileOf(name: string, size = 4): File {
  return new File([new Uint8Array(size)], name);
}

/** A file of a size that no test has memory for. */
function giant(name: string, size: number): File {
  return Object.defineProperty(fileOf(name), "size", { value: size });
}

describe("a file's name", () => {
  it("gives way where it looks like a day, a device, a person or an address, or where nobody can see whether it does", () => {
    const telling = ["IMG_20260101_120301.jpg", "DSC01234.JPG", "PXL_2026.jpg", "WhatsApp Image.jpeg", "Screenshot from home.png", "minutes 2026-03-14.pdf", "14.03.2026.odt", "offer Maria Lopez.docx", "Maria_Lopez.docx", "Lopez, M 060102.txt", "me@office.example.txt", "عقد الطريق.pdf", "合同.pdf"];
    for (const name of telling) assert.ok(tells(name), name);
    for (const name of ["contract.pdf", "budget draft.xlsx", "Contract.pdf", "offer-3.odt", "minutes"]) assert.ok(!tells(name), name);
  });

  it("is replaced by a plain one that no other file has, with the same ending", () => {
    assert.equal(neutralName("picture", ".jpg", []), "photo-1.jpg");
    assert.equal(neutralName("picture", ".jpg", ["photo-1.jpg", "photo-2.jpg"]), "photo-3.jpg");
    assert.equal(neutralName("office", ".docx", ["photo-1.jpg"]), "document-1.docx");
    assert.equal(neutralName("unknown", "", []), "file-1");
  });

  it("is made fit: no folders, no controls, its ending kept", () => {
    assert.equal(fitName("../a\\b:c\u202egpj.exe", ".jpg"), ".. a b c gpj.jpg");
    assert.equal(fitName("  ", ".jpg"), "");
    assert.equal(fitName("x".repeat(500), ".pdf").length, 124);
  });
});

describe("words", () => {
  it("say sizes and spans as people do", () => {
    assert.deepEqual([0, 999, 1_500, 3_200_000, 2 * GIB].map(sizeWords), ["0 byte", "999 byte", "2 kB", "3.2 MB", "2.1 GB"]);
    assert.deepEqual([3, 54, 61, 5_399, 5_400].map(spanWords), ["10 seconds", "60 seconds", "2 minutes", "90 minutes", "2 hours"]);
  });

  it("put findings together by kind, what leads to a person first, each value once", () => {
    const findings: Finding[] = [{ kind: "software", value: "W" }, { kind: "author", value: "A" }, { kind: "time", value: "" }, { kind: "author", value: "B" }, { kind: "author", value: "A" }];
    assert.deepEqual(byKind(findings), [{ kind: "author", values: ["A", "B"] }, { kind: "time", values: [] }, { kind: "software", values: ["W"] }]);
  });
});

describe("limits", () => {
  const limits = { file: 2 * GIB, entry: 5 * GIB, partSize: 2 ** 20 };

  it("are said before anything is added, also where they are not known", () => {
    assert.match(limitsLine(limits), /16 files at a time, each of up to 2\.1 GB, together up to 5\.4 GB/);
    assert.match(limitsLine(null), /16 files/);
  });

  it("turn away what is too large, too much or nothing, and keep the rest", () => {
    const files = [fileOf("empty", 0), giant("huge", 3 * GIB), giant("one", 2 * GIB), giant("two", 2 * GIB), giant("three", 2 * GIB), fileOf("small")];
    const { fit, said } = fitting(files, [], limits);
    assert.deepEqual(fit.map(({ name }) => name), ["one", "two", "small"]);
    assert.equal(said.length, 3);
    assert.match(said.join("\n"), /“empty” is empty or a folder.*\n“huge” is too large.*\n“three” does not fit/);
  });

  it("end at sixteen", () => {
    const files = Array.from({ length: 5 }, (_, place) => fileOf(`${place}`));
    const { fit, said } = fitting(files, Array.from({ length: 13 }, () => 1), null);
    assert.equal(fit.length, 3);
    assert.match(said.join(), /2 files were not added/);
  });
});

describe("a server without room for files", () => {
  it("is told apart from other refusals, with what to do", () => {
    for (const kind of ["room-low", "store-unavailable"]) assert.match(adviceOn(kind) ?? "", /Text has room always/);
    for (const kind of ["too-large", undefined]) assert.equal(adviceOn(kind), null);
  });
});

describe("a received file", () => {
  it("is not held as a whole where it is large: the terminal saves it", () => {
    assert.equal(tooLarge({ size: 2 ** 29 }), null);
    assert.match(tooLarge({ size: 2 ** 29 + 1 }) ?? "", /up to 536\.9 MB.*--save-files/);
  });
});

describe("speed", () => {
  it("is taken from the last seconds, and begins anew after a pause", () => {
    const speed = new Speed();
    assert.equal(speed.at(0, 0), 0);
    assert.equal(speed.at(1_000, 500_000), 500_000);
    assert.equal(speed.at(2_000, 1_500_000), 750_000);
    assert.equal(speed.at(20_000, 1_600_000), 0);
    speed.forget();
    assert.equal(speed.at(20_001, 1_600_000), 0);
  });
});

describe("regions", () => {
  const size = { width: 100, height: 50 };

  it("lie within the picture, and are more than a tap", () => {
    assert.deepEqual(between({ x: 90, y: 40 }, { x: 140, y: -9 }, size), { x: 90, y: 0, width: 10, height: 40 });
    assert.equal(between({ x: 10, y: 10 }, { x: 12, y: 12 }, size), null);
  });

  it("are moved and sized by arrows, never out of the picture", () => {
    let frame = middle(size);
    for (let press = 0; press < 100; press++) frame = moved(frame, "ArrowRight", false, size) ?? frame;
    assert.equal(frame.x + frame.width, 100);
    for (let press = 0; press < 100; press++) frame = moved(frame, "ArrowLeft", true, size) ?? frame;
    assert.equal(frame.width, 4);
    assert.equal(moved(frame, "a", false, size), null);
  });
});

describe("a file that was added", () => {
  const place: Finding = { kind: "place", value: "52.52 N, 13.40 E" };
  const author: Finding = { kind: "author", value: "M" };
  const looked = (changes: Partial<Inspection>): Inspection => ({ type: "image/jpeg", family: "picture", findings: [place, author], cleaning: "full", notes: [], ...changes });
  const cleaned = (left: readonly Finding[]): Cleaned => ({ content: new Blob(["clean"]), name: "x.jpg", type: "image/jpeg", left });
  const ready = (inspection: Inspection, result: Cleaned | null): Item => {
    const item = new Item(fileOf("x.jpg"));
    item.found(inspection, []);
    item.cleaned = result;
    item.state = "ready";
    return item;
  };

  it("goes out clean unless the person wants it kept", async () => {
    const item = ready(looked({}), cleaned([]));
    assert.equal(await item.outgoing().content.text(), "clean");
    assert.deepEqual([item.removed, item.left, item.undecided], [[place, author], [], false]);
    item.choice = "keep";
    assert.equal(item.outgoing().content, item.picked);
    assert.deepEqual([item.removed, item.undecided], [[], false]);
  });

  it("waits for a decision where something stays, where nothing can be removed, and where cleaning failed", () => {
    const some = ready(looked({ cleaning: "partial" }), cleaned([author]));
    assert.deepEqual([some.removed, some.left], [[place], [author]]);
    for (const item of [some, ready(looked({ cleaning: "none" }), null), ready(looked({}), null), ready(looked({ cleaning: "none", family: "unknown", type: "application/octet-stream", findings: [] }), null)]) {
      assert.equal(item.undecided, true);
      item.agreed = true;
      assert.equal(item.undecided, false);
    }
  });

  it("waits for a decision where only some of it could be looked into, though nothing is known to stay", () => {
    for (const findings of [[], [place]]) {
      const item = ready(looked({ cleaning: "partial", findings, notes: ["A picture within stays."] }), cleaned([]));
      assert.deepEqual([item.undecided, item.clean, item.left], [true, false, []]);
      item.agreed = true;
      assert.deepEqual([item.undecided, item.clean], [false, false]);
      assert.match(fate(item), /as you decided; something may stay/);
    }
  });

  it("is called clean only where all of it was looked into and cleaned", () => {
    assert.equal(ready(looked({}), cleaned([])).clean, true);
    assert.equal(ready(looked({ findings: [] }), cleaned([])).clean, true);
    for (const item of [ready(looked({ findings: [] }), null), ready(looked({}), cleaned([author])), ready(looked({ cleaning: "none", findings: [] }), null)]) assert.equal(item.clean, false);
  });

  it("is plain text that hides nothing, and says so without asking", () => {
    assert.equal(ready(looked({ cleaning: "none", family: "text", type: "text/plain", findings: [] }), null).undecided, false);
    assert.equal(ready(looked({ cleaning: "none", family: "text", type: "text/html", findings: [] }), null).undecided, true);
  });

  it("gets a plain name once, which the person may take back", () => {
    const item = new Item(fileOf("IMG_20260101_120301.JPG"));
    item.found(looked({}), ["photo-1.jpg"]);
    assert.equal(item.name, "photo-2.jpg");
    item.useOwnName();
    item.found(looked({}), []);
    assert.equal(item.name, "IMG_20260101_120301.jpg");
  });

  it("loses its decisions with its content, where parts of it are blacked out", () => {
    const item = ready(looked({}), cleaned([]));
    item.agreed = true;
    item.use(new Blob(["black"], { type: "image/png" }));
    assert.deepEqual([item.redacted, item.cleaned, item.agreed, item.name], [true, null, false, "x.png"]);
    item.use(item.picked);
    assert.equal(item.redacted, false);
  });
});
