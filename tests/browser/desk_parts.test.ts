/** Parts of the desk's engine that need no server: clocks, cards, search, tags, exports, the session's day. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";

import { unzipSync } from "fflate";

import { searchable, tagsBody } from "../../reporting/browser/src/client/card_text.ts";
import { type Card, cardOf, encodeCard, openCard, sealCard, withDraft } from "../../reporting/browser/src/client/cards.ts";
import type { Clock, Content, ShownCase, ShownEntry } from "../../reporting/browser/src/client/shown.ts";
import { PROTECTION_DAYS, advanced } from "../../reporting/browser/src/client/clocks.ts";
import { exportCase } from "../../reporting/browser/src/client/export.ts";
import { entryText } from "../../reporting/browser/src/client/export_words.ts";
import { MemberSession } from "../../reporting/browser/src/client/member.ts";
import { CaseIndex, tokens } from "../../reporting/browser/src/client/search.ts";
import { showCase } from "../../reporting/browser/src/client/showing.ts";
import { Site } from "../../reporting/browser/src/client/site.ts";
import { parseAccount } from "../../reporting/browser/src/client/staff.ts";
import { Transport } from "../../reporting/browser/src/client/transport.ts";
import { b64encode, checkText, parseJsonObject } from "../../reporting/browser/src/protocol/encoding.ts";
import { Malformed } from "../../reporting/browser/src/protocol/errors.ts";
import { type CaseView, readAsMember } from "../../reporting/browser/src/protocol/thread.ts";
import * as vaults from "../../reporting/browser/src/protocol/vault.ts";
import { Case, FIRST, keysOf, root, seed } from "./world.ts";

const OWNER = { member: "m1", case: "0".repeat(32) };

async function viewed(name: string): Promise<{ made: Case; view: CaseView }> {
  const made = await Case.submit(name);
  return { made, view: await readAsMember(made.served(), made.grantsOf("m1"), keysOf("m1").identity, FIRST) };
}

async function card(): Promise<Card> {
  const found = cardOf((await viewed("card")).view, null, false);
  assert.ok(found);
  return found;
}

describe("clocks", () => {
  it("of protection follow the server's profiles", () => {
    const folder = path.resolve("../profiles");
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".toml"))) {
      const text = readFileSync(path.join(folder, name), "utf8");
      const days = (key: string): number => Number(new RegExp(`^${key} = (\\d+)`, "m").exec(text)?.[1]);
      assert.deepEqual({ decision: days("decision_days"), review: days("review_days") }, { ...PROTECTION_DAYS }, name);
    }
  });

  it("of protection begin, are met and begin anew as the server's do", () => {
    let clocks: Clock[] = [{ name: "acknowledge", due: "2026-11-30", done: null }, { name: "decision", due: "2026-12-23", done: null }];
    let status = "received";
    const go = (day: string, ...moves: readonly string[]): string[] => {
      for (const to of moves) {
        clocks = advanced(clocks, { kind: "protection", from: status, to }, day);
        status = to;
      }
      return clocks.map(({ name, due, done }) => `${name} ${due} ${done ?? "-"}`);
    };
    const met = "acknowledge 2026-11-30 2026-11-23";
    assert.deepEqual(go("2026-11-23", "triage", "assessing"), [met, "decision 2026-12-23 -"]);
    assert.deepEqual(go("2026-11-23", "on_hold", "assessing"), [met, "decision 2026-12-23 -"]);
    assert.deepEqual(go("2026-11-23", "decided"), [met, "decision 2026-12-23 2026-11-23"]);
    assert.deepEqual(go("2026-12-01", "appealed"), [met, "decision 2026-12-31 -"]);
    assert.deepEqual(go("2026-12-02", "assessing", "decided", "active"), [met, "decision 2026-12-31 2026-12-02", "review 2027-03-02 -"]);
    assert.deepEqual(go("2026-12-05", "on_hold", "active")[2], "review 2027-03-02 -");
    assert.deepEqual(go("2027-03-01", "review", "active")[2], "review 2027-05-30 -");
    assert.deepEqual(go("2027-05-01", "ended", "closed")[2], "review 2027-05-30 2027-05-01");
  });

  const step = (to: string): Parameters<typeof advanced>[1] => ({ kind: "report", from: "received", to });

  it("are met by what meets them, once, and never lengthened", () => {
    const open = [{ name: "acknowledge", due: "2026-12-01", done: null }, { name: "feedback", due: "2027-03-01", done: null }];
    const early = advanced(open, step("acknowledged"), "2026-11-25");
    assert.deepEqual(early.map(({ due, done }) => [due, done]), [["2026-12-01", "2026-11-25"], ["2027-02-25", null]]);
    assert.equal(advanced(open, step("acknowledged"), "2026-12-24")[1]?.due, "2027-03-01");
    assert.deepEqual(advanced(early, step("closed"), "2026-12-02").map(({ done }) => done), ["2026-11-25", "2026-12-02"]);
    assert.deepEqual(advanced(open, step("assessing"), "2026-12-02"), open);
  });
});

describe("a card", () => {
  it("keeps what other programs stored, and the draft, when it is written anew", async () => {
    const { view } = await viewed("card");
    const first = await card();
    const key = seed("vault");
    const kept = withDraft({ ...first, further: { other: ["1", 2] } }, { audience: "team", text: "Begun" });
    const sealed = b64encode(await sealCard(kept, key, "m1"));
    const before = await openCard(sealed, key, { member: "m1", case: kept.case });
    assert.deepEqual(before && encodeCard(before), encodeCard(kept));
    const fresh = cardOf(view, before, true);
    assert.deepEqual([fresh?.draft, fresh?.asked, JSON.stringify(fresh?.further)], [{ audience: "team", text: "Begun" }, true, '{"other":["1",2]}']);
    assert.equal(await openCard(sealed, key, OWNER), null);
    assert.equal(await openCard("no base64", key, OWNER), null);
  });

  it("stays below its limit, whatever a draft and a report hold", async () => {
    const longest = withDraft(await card(), { audience: "reporter", text: "\u0001".repeat(2_700) });
    const tags = Array.from({ length: 20 }, () => "\u{1f4a7}".repeat(40));
    const full = { ...longest, text: "\u0001".repeat(4_000), summary: "\u{1f4a7}".repeat(200), tags };
    assert.ok((await sealCard(full, seed("vault"), "m1")).length <= vaults.MAX_CARD);
    assert.throws(() => withDraft(longest, { audience: "reporter", text: "\u0001".repeat(2_800) }), Malformed);
    await assert.rejects(sealCard({ ...full, further: { x: "x".repeat(30_000) } }, seed("vault"), "m1"), Malformed);
  });

  it("is read where what it holds beside the pin is of another form", async () => {
    const content = parseJsonObject(encodeCard(await card()), { limit: vaults.MAX_CARD });
    const spoilt = { ...content, text: 7, tags: ["a", 1], draft: { audience: "all", text: "x" } };
    const owner = { member: "m1", case: checkText(content["case"]) };
    const sealed = await vaults.sealCard(new TextEncoder().encode(JSON.stringify(spoilt)), seed("vault"), owner);
    const found = await openCard(b64encode(sealed), seed("vault"), owner);
    assert.deepEqual([found?.text, found?.tags, found?.draft], [null, ["a"], null]);
  });

  it("holds the report's words for search", async () => {
    const { view } = await viewed("card");
    assert.match(searchable(view), /Zuschlag/);
  });
});

describe("tags", () => {
  it("are put in order, or refused", () => {
    assert.deepEqual(tagsBody([" a  b ", "a b", "e\u0301"]), { scheme: "reporting/tags/v1", codes: { tags: ["a b", "é"] } });
    for (const tags of [[""], [" "], ["x".repeat(41)], Array.from({ length: 21 }, (_, place) => `t${place}`)]) {
      assert.throws(() => tagsBody(tags), Malformed);
    }
  });
});

describe("search", () => {
  it("reads words without case, accents, vowel signs and the ways to write a letter", () => {
    assert.deepEqual(tokens("Straße, ÇA va—l’été 2026!"), ["strasse", "ca", "va", "l", "ete", "2026"]);
    assert.deepEqual(tokens("رِشْوَةٌ إلى أحمـد"), tokens("رشوه الي احمد"));
    assert.deepEqual(tokens("東京 abc"), ["東", "京", "abc"]);
  });

  it("follows cases as they change, and forgets them", async () => {
    const index = new CaseIndex();
    const one = { case: "a1", received: "2026-11-01", summary: "bridge", text: "bridge of sand", tags: [], title: "Roads" };
    index.put(one);
    index.put({ ...one, case: "b2", received: "2026-11-02" });
    assert.deepEqual(await index.search("sand"), ["b2", "a1"]);
    index.put({ ...one, summary: "tunnel", text: "tunnel" });
    assert.deepEqual([await index.search("sand"), await index.search("tunel")], [["b2"], ["a1"]]);
    index.remove("a1");
    assert.deepEqual(await index.search("roads"), ["b2"]);
  });
});

describe("a case as shown", () => {
  it("never tells an entry before one that it answers, though the server's ids of a day run backwards", async () => {
    const made = await Case.submit("order");
    const asked = await made.write(made.draft({ kind: "message", author: "m1", prev: made.entries.map(({ sha256 }) => sha256), body: { text: "asked" } }));
    const told = await made.write(made.draft({ kind: "message", author: "reporter", prev: [asked.sha256], body: { text: "told" } }));
    await made.write(made.draft({ kind: "message", author: "m1", prev: [told.sha256], body: { text: "thanked" } }));
    const entries = made.entries.map((entry, place) => ({ ...entry, id: `id-${String(9 - place)}`, day: "2026-12-01" }));
    const view = await readAsMember(made.served({ entries }), made.grantsOf("m1"), keysOf("m1").identity, FIRST);
    const served = { sealed: made.served({ entries }), received: "2026-12-01", sealedBy: "device", recipient: "", clocks: [], checkIns: [], acknowledgements: new Map<string, string>() };
    const opened = { served, view, acknowledged: new Map<string, string>() };
    const shown = showCase(opened, { directory: FIRST, reader: "m1", language: "en", questionnaires: new Map() });
    const texts = shown.entries.flatMap(({ content }) => (content?.type === "text" ? [content.text] : []));
    assert.deepEqual([shown.entries[0]?.kind, ...texts], ["report", "asked", "told", "thanked"]);
  });
});

describe("an export", () => {
  it("writes no file where a server's ids would lead elsewhere", async () => {
    const { made, view } = await viewed("export");
    const sealed = made.served();
    const entries = sealed.entries.map((entry) => ({ ...entry, id: "../../evil" }));
    const seen = await readAsMember({ ...sealed, entries }, made.grantsOf("m1"), keysOf("m1").identity, FIRST);
    const served = { sealed: { ...sealed, entries }, received: "2026-11-23", sealedBy: "device", recipient: "", clocks: [], checkIns: [], acknowledgements: new Map<string, string>() };
    const opened = { served, view: seen, acknowledged: new Map<string, string>() };
    const shown = showCase(opened, { directory: FIRST, reader: "m1", language: "en", questionnaires: new Map() });
    const more = { allowed: [], identity: false, requests: [], assignee: null, unreadSince: null, tags: [], people: [], holder: true, draft: null, protection: null, profile: "", findings: [], officer: false };
    const files = unzipSync(exportCase(opened, { ...shown, ...more }, { grants: [], directory: new Uint8Array(), root }).bytes);
    const names = Object.keys(files);
    const author = { id: "m1", label: "", standing: "member", mine: true, reporter: false };
    const status = { entry: "", status: "closed", reason: "", outcome: "", appeal: "", finding: "knowingly-false", alone: ["finding"], second: null, day: "2026-12-01", author, clocks: [] } as const;
    const doubtful = unzipSync(exportCase(opened, { ...shown, ...more, status, statusMayBeOlder: true }, { grants: [], directory: new Uint8Array(), root }).bytes);
    const facts = JSON.parse(new TextDecoder().decode(doubtful[`case-${view.facts.case}/case.json`])) as { status: { alone: string[] }; status_may_be_older: boolean };
    assert.deepEqual([facts.status.alone, facts.status_may_be_older], [["finding"], true]);
    assert.ok(names.includes(`case-${view.facts.case}/originals/entry-0.age`), names.join());
    assert.ok(names.every((name) => !name.includes("..")));
  });
});

describe("what an export says of a deadline", () => {
  it("is not that a report was acknowledged where nobody did", () => {
    const clock = { name: "acknowledge", due: "2026-11-30", done: "2026-11-24", waived: true } as const;
    const said = (clocks: readonly Clock[]): string => {
      const content: Content = { type: "status", entry: "e", status: "assessing", reason: "", outcome: "", appeal: "", finding: "", alone: [], second: null, clocks };
      const entry: ShownEntry = { id: "e", audience: "reporter", kind: "status", day: "2026-11-24", state: "authentic", reason: null, author: null, content, removed: null, files: [], sha256: "", prev: [], acknowledged: null };
      return entryText(entry, { case: "c" } as ShownCase);
    };
    assert.match(said([clock]), /acknowledge: none, the reporter objects to one \(2026-11-24\)/);
    assert.match(said([{ ...clock, unasked: true }]), /acknowledge: due 2026-11-30\. It is noted .* The deadline stands\./);
    assert.match(said([{ name: "acknowledge", due: "2026-11-30", done: "2026-11-24" }]), /acknowledge: done on 2026-11-24/);
  });
});

describe("a session", () => {
  it("lets its day follow the device's midnight, from whatever day the member gave", () => {
    const transport = new Transport(() => Promise.reject(new TypeError("nobody is there")));
    const site = new Site(transport, { root, version: 0, sha256: new Uint8Array(32) }, "2026-12-31");
    const account = parseAccount({ member: "m1", name: "m1", label: "", idle: 600, csrf: "", stage: "open" });
    const { identity, signingKey } = keysOf("m1");
    const vault = { member: "m1", identity, signingKey, root, directoryVersion: 0, directorySha256: new Uint8Array(32) };
    const session = new MemberSession(transport, site, account, vault, { key: seed("k"), wraps: {}, stretched: { stretched: seed("s"), wrapKey: seed("w"), authSecret: seed("a") }, kept: seed("v") });
    session.followDay();
    assert.equal(site.today, "2026-12-31");
    const later = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    for (const device of [later, later, "2000-01-01"]) session.followDay(device);
    assert.equal(site.today, "2027-01-02");
  });
});
