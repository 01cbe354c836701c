/** The desk's engine against a running service: what members do in a day, and what a dishonest server gets. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { unzipSync } from "fflate";

import { Transport } from "../../reporting/browser/src/client/transport.ts";
import { CannotOpen, Malformed, NotAuthentic, Refused } from "../../reporting/browser/src/protocol/errors.ts";
import type { DeskCase, InboxLine, SignInStep } from "../../reporting/browser/src/workers/desk_api.ts";
import { DeskEngine } from "../../reporting/browser/src/workers/desk_engine.ts";
import { Browser, type Service, passphraseOf, startService, terminal } from "./service.ts";

const TODAY = new Date().toISOString().slice(0, 10);

/** What the server answers, changed by whoever is dishonest; null leaves it. */
type Spoil = (address: string, body: string) => string | null;

interface Desk {
  readonly engine: DeskEngine;
  readonly browser: Browser;
  spoil: Spoil | null;
  /** Requests that changed something, as `METHOD address`. */
  readonly sent: string[];
}

interface Filed {
  readonly case: string;
  readonly code: string;
}

describe("the desk's engine", () => {
  let service: Service;
  let stop: () => Promise<void>;

  before(async () => {
    ({ service, stop } = await startService());
  });
  after(() => stop());

  function file(answers: object, ...more: string[]): Filed {
    const { intake, credentials } = service;
    const known = ["--fingerprint", credentials.fingerprint, "--json"];
    const said = terminal(["submit", intake, "--channel", "procurement", "--answers", "-", ...more, ...known], JSON.stringify(answers));
    const { case: id, receipt } = JSON.parse(said) as { case: string; receipt: { words: string[] } };
    return { case: id, code: receipt.words.join(" ") };
  }

  function mailbox({ code }: Filed): string {
    return terminal(["mailbox", service.intake, "--fingerprint", service.credentials.fingerprint, "--json"], `${code}\n`);
  }

  function atTerminal(member: string, ...parameters: string[]): string {
    const access = ["--url", service.desk, "--member", member, "--passphrase-file", "-"];
    return terminal(["desk", ...access, ...parameters, "--json"], `${passphraseOf(service, member)}\n`);
  }

  function open(browser = new Browser(service.desk)): Desk {
    const desk: Desk = { browser, spoil: null, sent: [], engine: new DeskEngine(new Transport((address, init) => fetched(address, init))) };
    const fetched = async (address: string, init: RequestInit): Promise<Response> => {
      if (init.method !== "GET") desk.sent.push(`${init.method ?? ""} ${address}`);
      const response = await browser.fetch(address, init);
      const body = desk.spoil === null || init.method !== "GET" ? null : desk.spoil(address, await response.clone().text());
      return body === null ? response : new Response(body, { status: 200, headers: response.headers });
    };
    return desk;
  }

  async function signedIn(member: string): Promise<Desk> {
    const desk = open();
    await desk.engine.signIn(member, passphraseOf(service, member), TODAY, () => undefined);
    return desk;
  }

  async function inbox({ engine }: Desk): Promise<Map<string, InboxLine>> {
    const lines: InboxLine[] = [];
    const count = await engine.inbox((page) => lines.push(...page));
    assert.equal(count, lines.length);
    return new Map(lines.map((line) => [line.case, line]));
  }

  const says = (shown: DeskCase, audience = "reporter"): string[] =>
    shown.entries.flatMap(({ content, audience: found }) => (content?.type === "text" && found === audience ? [content.text] : []));

  it("signs in, says who is there, and opens nothing for another passphrase", async () => {
    const desk = open();
    const steps: SignInStep[] = [];
    const session = await desk.engine.signIn("intake", passphraseOf(service, "intake"), TODAY, (step) => steps.push(step));
    assert.deepEqual(steps, ["stretching", "signing-in", "opening", "directory"]);
    assert.equal(session.member, "intake");
    assert.equal(session.directory.fingerprint, service.credentials.fingerprint);
    assert.deepEqual(session.channels["procurement"], ["intake"]);
    assert.ok(session.titles.some(({ title }) => title === "Public procurement"));
    const wrong = open();
    for (const name of ["intake", "nobody"]) {
      await assert.rejects(wrong.engine.signIn(name, "quite another passphrase", TODAY, () => undefined), { kind: "wrong-credentials" });
    }
    assert.equal(await wrong.engine.whoIsSignedIn(), null);
    assert.throws(() => wrong.engine.openCase("0".repeat(32)), { kind: "not-signed-in" });
  });

  it("unlocks after a reload under the same cookie, and ends with the session", async () => {
    const { browser } = await signedIn("intake");
    const { engine } = open(browser);
    assert.equal((await engine.whoIsSignedIn())?.name, "intake");
    await assert.rejects(engine.unlock("quite another passphrase", TODAY, () => undefined), CannotOpen);
    assert.equal((await engine.unlock(passphraseOf(service, "intake"), TODAY, () => undefined)).member, "intake");
    const other = open(browser);
    await other.engine.unlock(passphraseOf(service, "intake"), TODAY, () => undefined);
    await other.engine.signOut();
    assert.equal(await engine.whoIsSignedIn(), null);
    await assert.rejects(engine.inbox(() => undefined), { kind: "not-signed-in" });
    await assert.rejects(engine.unlock(passphraseOf(service, "intake"), TODAY, () => undefined), { kind: "not-signed-in" });
  });

  it("goes on in one tab when another of the same member has signed in since", async () => {
    const filed = file({ account: "Two tabs." });
    const desk = await signedIn("intake");
    await desk.engine.openCase(filed.case);
    await open(desk.browser).engine.signIn("intake", passphraseOf(service, "intake"), TODAY, () => undefined);
    assert.deepEqual(says(await desk.engine.note(filed.case, "Still here."), "team"), ["Still here."]);
    await open(desk.browser).engine.signIn("investigator", passphraseOf(service, "investigator"), TODAY, () => undefined);
    await assert.rejects(desk.engine.note(filed.case, "By whom?"), { kind: "not-signed-in" });
  });

  it("lists cases before and after they were opened", async () => {
    const filed = file({ account: "Vendor Quillfeather paid for the bridge of sand." });
    const desk = await signedIn("intake");
    const line = (await inbox(desk)).get(filed.case);
    assert.equal(line?.opened, false);
    assert.equal(line.summary, "");
    assert.equal(line.status, "received");
    assert.equal(line.assignee, null);
    const shown = await desk.engine.openCase(filed.case);
    assert.deepEqual(shown.warnings, []);
    assert.equal(shown.holder, true);
    assert.deepEqual(shown.people.filter(({ access }) => access === "holder").map(({ id }) => id), ["break-glass", "intake"]);
    const [first] = shown.entries;
    assert.equal(first?.content?.type === "answers" && first.content.answers[0]?.answer[0], "Vendor Quillfeather paid for the bridge of sand.");
    for (const again of [desk, await signedIn("intake")]) {
      const known = (await inbox(again)).get(filed.case);
      assert.equal(known?.opened, true);
      assert.equal(known.summary, "Vendor Quillfeather paid for the bridge of sand.");
    }
  });

  it("finds Arabic and accented words, beginnings, slips, tags, ids and titles", async () => {
    const french = file({ account: "Le café du préfet fut payé trois fois par l’entreprise Dubois." });
    const arabic = file({ account: "دُفِعَت رشوةٌ كبيرة إلى أحمد في المدينة." });
    const desk = await signedIn("intake");
    await inbox(desk);
    const told: number[] = [];
    assert.ok((await desk.engine.openUnread((done) => told.push(done))) >= 2);
    assert.deepEqual(told, told.map((_, place) => place + 1));
    await desk.engine.setTags(french.case, ["Göteborg"]);
    for (const query of ["cafe", "CAFÉ", "prefet trois", "entrep", "Dubios", "goteborg", french.case.slice(0, 10)]) {
      assert.equal((await desk.engine.search(query))[0], french.case, query);
    }
    for (const query of ["رشوة", "رشوه", "احمد", "المدين"]) assert.deepEqual(await desk.engine.search(query), [arabic.case], query);
    assert.ok((await desk.engine.search("public procurement")).includes(arabic.case));
    for (const query of ["", "  ", "zzzzzz", "cafe zzzzzz"]) assert.deepEqual(await desk.engine.search(query), [], query);
    const fresh = await signedIn("intake");
    await inbox(fresh);
    assert.deepEqual(await fresh.engine.search("رشوة"), [arabic.case]);
    assert.equal(await fresh.engine.openUnread(() => undefined), 0);
  });

  it("answers the reporter, writes to the team, and moves the case on with signed clocks", async () => {
    const filed = file({ account: "Ten percent of each bridge." });
    const desk = await signedIn("intake");
    await desk.engine.openCase(filed.case);
    assert.deepEqual(says(await desk.engine.reply(filed.case, "  Thank you.\nWho signed?  ")), ["Thank you.\nWho signed?"]);
    assert.deepEqual(says(await desk.engine.note(filed.case, "Ask the registry."), "team"), ["Ask the registry."]);
    const shown = await desk.engine.changeStatus(filed.case, "acknowledged", "");
    assert.equal(shown.status?.status, "acknowledged");
    assert.equal(shown.server.differs, false);
    assert.deepEqual(shown.status.clocks, shown.server.clocks);
    assert.deepEqual(shown.status.clocks.map(({ name, done }) => [name, done]), [["acknowledge", TODAY], ["feedback", null]]);
    const read = mailbox(filed);
    assert.match(read, /Who signed\?/);
    assert.match(read, /"signed": "acknowledged"/);
    assert.doesNotMatch(read, /registry/);
    await assert.rejects(desk.engine.changeStatus(filed.case, "received", ""), { kind: "wrong-transition" });
    await assert.rejects(desk.engine.changeStatus(filed.case, "closed", "  "), Malformed);
    await assert.rejects(desk.engine.reply(filed.case, " \n"), Malformed);
    const closed = await desk.engine.changeStatus(filed.case, "closed", "Paid back.");
    assert.equal(closed.status?.reason, "Paid back.");
    const acts = (await desk.engine.history(filed.case)).map(({ act, label }) => `${act} ${label}`);
    assert.ok(acts.length >= 4 && acts.every((act) => act.endsWith("Samira Haddad, intake")), acts.join());
  });

  it("gives access, tags that a colleague sees, a new lead, and takes access away", async () => {
    const filed = file({ account: "The road was paid for twice." });
    const [intake, investigator] = [await signedIn("intake"), await signedIn("investigator")];
    await assert.rejects(investigator.engine.openCase(filed.case), { kind: "not-found" });
    await intake.engine.openCase(filed.case);
    const tagged = await intake.engine.setTags(filed.case, [" road ", "two  payments", "road"]);
    assert.deepEqual(tagged.tags, ["road", "two payments"]);
    const granted = await intake.engine.grant(filed.case, "investigator", false);
    assert.equal(granted.people.find(({ id }) => id === "investigator")?.access, "reader");
    const seen = await investigator.engine.openCase(filed.case);
    assert.deepEqual([seen.tags, seen.holder, seen.warnings], [["road", "two payments"], false, []]);
    assert.equal((await inbox(investigator)).get(filed.case)?.tags[0], "road");
    await assert.rejects(investigator.engine.grant(filed.case, "protection", false), Refused);
    await assert.rejects(intake.engine.setTags(filed.case, Array.from({ length: 21 }, (_, place) => `t${place}`)), Malformed);
    await assert.rejects(intake.engine.setTags(filed.case, ["x".repeat(41)]), Malformed);
    await assert.rejects(intake.engine.grant(filed.case, "auditor", false), Refused);
    await intake.engine.grant(filed.case, "protection", false);
    const led = await intake.engine.grant(filed.case, "investigator", true);
    assert.deepEqual(led.holders.map(({ id }) => id), ["break-glass", "intake", "investigator"]);
    assert.equal(led.people.find(({ id }) => id === "protection")?.access, "reader");
    // Written on the epoch before, which the server now refuses: sealed again under the new one.
    assert.deepEqual(says(await investigator.engine.reply(filed.case, "I lead this now.")), ["I lead this now."]);
    const withdrawn = await investigator.engine.withdraw(filed.case, "intake");
    assert.deepEqual(withdrawn.holders.map(({ id }) => id), ["break-glass", "investigator"]);
    assert.deepEqual(withdrawn.warnings, []);
    assert.equal(withdrawn.people.find(({ id }) => id === "protection")?.access, "reader");
    await assert.rejects(intake.engine.openCase(filed.case), { kind: "not-found" });
    assert.equal((await inbox(intake)).has(filed.case), false);
    assert.deepEqual(await intake.engine.search(filed.case), []);
    await assert.rejects(investigator.engine.withdraw(filed.case, "investigator"), Refused);
    await assert.rejects(investigator.engine.withdraw(filed.case, "custodian-1"), Refused);
    assert.match(mailbox(filed), /I lead this now\./);
  });

  it("never gives a case to whom the reporter shut out", async () => {
    const filed = file({ account: "It was the investigator." }, "--exclude", "investigator");
    const desk = await signedIn("intake");
    const shown = await desk.engine.openCase(filed.case);
    assert.deepEqual(shown.excluded, [{ id: "investigator", label: "Daniel Okafor, investigations" }]);
    assert.equal(shown.people.find(({ id }) => id === "investigator")?.access, "excluded");
    const before = desk.sent.length;
    for (const lead of [false, true]) await assert.rejects(desk.engine.grant(filed.case, "investigator", lead), Refused);
    assert.equal(desk.sent.length, before);
  });

  it("says who deals with a case, and counts without opening", async () => {
    const filed = file({ account: "Somebody has to deal with this." });
    const desk = await signedIn("intake");
    assert.deepEqual(await desk.engine.assign([filed.case], "intake"), [filed.case]);
    assert.deepEqual(await desk.engine.assign([filed.case], "intake"), []);
    assert.equal((await inbox(desk)).get(filed.case)?.assignee, "intake");
    assert.equal((await desk.engine.openCase(filed.case)).assignee, "intake");
    await assert.rejects(desk.engine.assign([filed.case], "investigator"));
    const overview = await desk.engine.overview();
    assert.equal(overview.scope, "own");
    assert.equal(overview.channels.find(({ id }) => id === "procurement")?.label, "Public procurement");
    const mine = overview.people.find(({ id }) => id === "intake");
    assert.deepEqual([mine?.label, mine?.open], ["Samira Haddad, intake", 1]);
    const auditor = await signedIn("auditor");
    assert.equal((await auditor.engine.overview()).scope, "all");
    assert.deepEqual(await desk.engine.assign([filed.case], null), [filed.case]);
  });

  it("keeps a draft over a lock, over the terminal, and until it is sent", async () => {
    const filed = file({ account: "A draft begins." });
    const desk = await signedIn("intake");
    await desk.engine.keepDraft(filed.case, { audience: "reporter", text: "Dear repor" });
    await desk.engine.setTags(filed.case, ["kept"]);
    atTerminal("intake", "note", filed.case, "From the terminal.");
    atTerminal("intake", "grant", filed.case, "investigator", "--lead");
    const again = open(desk.browser);
    await again.engine.unlock(passphraseOf(service, "intake"), TODAY, () => undefined);
    assert.deepEqual((await inbox(again)).get(filed.case)?.draft, true);
    const shown = await again.engine.openCase(filed.case);
    assert.deepEqual(shown.draft, { audience: "reporter", text: "Dear repor" });
    assert.deepEqual(shown.tags, ["kept"]);
    await again.engine.note(filed.case, "A note in between.");
    assert.equal((await again.engine.reply(filed.case, "Dear reporter")).draft, null);
    assert.equal((await inbox(again)).get(filed.case)?.draft, false);
    await again.engine.keepDraft(filed.case, { audience: "team", text: "x" });
    await again.engine.keepDraft(filed.case, { audience: "team", text: "" });
    assert.equal((await again.engine.openCase(filed.case)).draft, null);
    await assert.rejects(again.engine.keepDraft(filed.case, { audience: "team", text: "x".repeat(16_385) }), Malformed);
  });

  it("exports a case with hashes that hold, the same twice", async () => {
    const filed = file({ account: "For the court." });
    const desk = await signedIn("intake");
    await desk.engine.reply(filed.case, "Noted for the court.");
    const made = await desk.engine.exportCase(filed.case);
    assert.deepEqual((await desk.engine.exportCase(filed.case)).bytes, made.bytes);
    const files = new Map(Object.entries(unzipSync(made.bytes)).map(([name, bytes]) => [name.replace(`case-${filed.case}/`, ""), bytes]));
    const text = (name: string): string => new TextDecoder().decode(files.get(name));
    const hash = (name: string, form: "hex" | "base64"): string => createHash("sha256").update(files.get(name) ?? "").digest(form);
    const manifest = JSON.parse(text("manifest.json")) as { files: Record<string, string>; originals: { entry: string; file: string; sha256: string }[] };
    const listed = [...files.keys()].filter((name) => name !== "manifest.json" && name !== "SHA256SUMS").sort();
    assert.deepEqual(Object.keys(manifest.files).sort(), listed);
    for (const [name, expected] of Object.entries(manifest.files)) assert.equal(hash(name, "hex"), expected, name);
    for (const line of text("SHA256SUMS").trimEnd().split("\n")) {
      const [expected = "", name = ""] = line.split("  ");
      assert.equal(hash(name, "hex"), expected, name);
    }
    assert.equal(manifest.originals.length, 2);
    for (const { file: name, sha256 } of manifest.originals) assert.equal(hash(name, "base64"), sha256, name);
    const opened = listed.filter((name) => name.startsWith("opened/")).map(text).join();
    assert.match(opened, /For the court\./);
    assert.match(opened, /Noted for the court\./);
    assert.match(text("READ-ME.txt"), /no longer protected/);
    assert.match(text("epochs/0.txt"), /reporting\/epoch\/v1/);
    assert.equal((JSON.parse(text("case.json")) as { case: string }).case, filed.case);
  });

  describe("in the hands of a dishonest server", () => {
    type Answer = Record<string, unknown> & { case: string; epochs: string[]; recipient: string; grants: { epoch: number }[]; card: string | null };

    /** Changes the server's answer about a case, as `change` does. */
    const aboutCase = (id: string, change: (answer: Answer) => object): Spoil => (address, body) =>
      address === `/api/cases/${id}` ? JSON.stringify(change(JSON.parse(body) as Answer)) : null;

    async function captured(desk: Desk, id: string): Promise<Answer> {
      let found: Answer | null = null;
      desk.spoil = aboutCase(id, (answer) => (found = answer));
      await desk.engine.openCase(id);
      desk.spoil = null;
      assert.ok(found);
      return found;
    }

    it("withheld epochs are told, and nothing is sealed", async () => {
      const filed = file({ account: "Epochs." });
      const desk = await signedIn("intake");
      const before = await captured(desk, filed.case);
      await desk.engine.grant(filed.case, "investigator", true);
      desk.spoil = aboutCase(filed.case, (answer) => ({ ...answer, epochs: before.epochs, recipient: before.recipient, grants: before.grants }));
      const shown = await desk.engine.openCase(filed.case);
      assert.ok(shown.warnings.includes("epochs-withheld"));
      assert.notEqual(shown.closed, null);
      const { length } = desk.sent;
      await assert.rejects(desk.engine.reply(filed.case, "To whom?"), Refused);
      await assert.rejects(desk.engine.grant(filed.case, "protection", false), Refused);
      assert.equal(desk.sent.length, length);
    });

    it("another case under the same id shows nothing, and another card pins nothing", async () => {
      const [one, other] = [file({ account: "One matter." }), file({ account: "Another matter." })];
      const desk = await signedIn("intake");
      const [mine, theirs] = [await captured(desk, one.case), await captured(desk, other.case)];
      desk.spoil = aboutCase(one.case, () => ({ ...theirs, case: one.case }));
      const shown = await desk.engine.openCase(one.case);
      assert.deepEqual([shown.warnings, shown.entries], [["grant-damaged"], []]);
      await assert.rejects(desk.engine.note(one.case, "…"), Refused);
      desk.spoil = aboutCase(one.case, () => theirs);
      await assert.rejects(desk.engine.openCase(one.case), /another case/);
      // A card of another case does not open as this one's: it counts as none, and is written anew.
      desk.spoil = (address, body) => {
        const { card } = theirs;
        if (address === `/api/cases/${one.case}`) return JSON.stringify({ ...(JSON.parse(body) as Answer), card });
        return address.startsWith("/api/cases?") ? body.replaceAll(String(mine.card), String(card)) : null;
      };
      const fresh = await desk.engine.openCase(one.case);
      assert.deepEqual([fresh.warnings, fresh.draft], [[], null]);
    });

    it("a false history of holders is refused by whoever saw the true one", async () => {
      const filed = file({ account: "Two histories." });
      const desk = await signedIn("intake");
      const first = await captured(desk, filed.case);
      await desk.engine.grant(filed.case, "protection", true);
      const trueCard = (await captured(desk, filed.case)).card;
      // The server forgets that epoch, and the card with it; then a holder makes another in its place.
      atTerminal("intake", "grant", filed.case, "investigator", "--lead");
      const second = await captured(desk, filed.case);
      const [zero = "", , two = ""] = second.epochs;
      desk.spoil = aboutCase(filed.case, (answer) => ({ ...answer, epochs: [zero, two], card: trueCard }));
      const shown = await desk.engine.openCase(filed.case);
      assert.ok(shown.warnings.includes("epochs-broken") || shown.warnings.includes("epochs-withheld"), shown.warnings.join());
      await assert.rejects(desk.engine.reply(filed.case, "…"), Refused);
      assert.equal(first.epochs.length, 1);
    });

    it("an altered entry is a fact without content, and a withheld one is missed", async () => {
      const filed = file({ account: "Entries." });
      const desk = await signedIn("intake");
      await desk.engine.reply(filed.case, "First answer.");
      await desk.engine.reply(filed.case, "Second answer.");
      type Page = { entries: { id: string; sealed: string; sha256: string }[]; more: boolean };
      const onEntries = (change: (page: Page) => object): Spoil => (address, body) =>
        address.startsWith(`/api/cases/${filed.case}/entries`) ? JSON.stringify(change(JSON.parse(body) as Page)) : null;
      const shown = await desk.engine.openCase(filed.case);
      const id = shown.entries.find(({ content }) => content?.type === "text" && content.text === "First answer.")?.id;
      desk.spoil = onEntries((page) => ({
        ...page,
        entries: page.entries.map((entry) => (entry.id === id ? { ...entry, sealed: spoilt(entry.sealed) } : entry)),
      }));
      const altered = await desk.engine.openCase(filed.case);
      const found = altered.entries.find((entry) => entry.id === id);
      assert.notEqual(found?.state, "authentic");
      assert.equal(found?.content, null);
      assert.ok(altered.warnings.includes("entries-may-be-missing"));
      desk.spoil = onEntries((page) => ({ ...page, entries: page.entries.filter((entry) => entry.id !== id) }));
      assert.ok((await desk.engine.openCase(filed.case)).warnings.includes("entries-may-be-missing"));
      desk.spoil = onEntries((page) => ({ ...page, more: true }));
      await assert.rejects(desk.engine.openCase(filed.case), { name: /Problem|UnexpectedAnswer/ });
      desk.spoil = onEntries(() => ({ entries: "none", more: false }));
      await assert.rejects(desk.engine.openCase(filed.case), { name: "UnexpectedAnswer" });
      desk.spoil = null;
      assert.deepEqual((await desk.engine.openCase(filed.case)).warnings, []);
    });

    it("deadlines that the server moves are not signed", async () => {
      const filed = file({ account: "Deadlines." });
      const desk = await signedIn("intake");
      const signed = (await desk.engine.changeStatus(filed.case, "acknowledged", "")).status?.clocks;
      desk.spoil = aboutCase(filed.case, (answer) => ({
        ...answer,
        clocks: (answer["clocks"] as { name: string }[]).map((clock) => ({ ...clock, due: "2099-01-01" })),
      }));
      await desk.engine.openCase(filed.case);
      const shown = await desk.engine.changeStatus(filed.case, "assessing", "");
      assert.deepEqual(shown.status?.clocks, signed);
      assert.equal(shown.server.clocks[1]?.due, "2099-01-01");
    });

    it("pages without end, and lists that are none, are refused", async () => {
      const desk = await signedIn("intake");
      for (const spoilt of [{ cases: [], next: "../x" }, { cases: [{}], next: null }, { next: null }]) {
        desk.spoil = (address) => (address.startsWith("/api/cases?") ? JSON.stringify(spoilt) : null);
        await assert.rejects(desk.engine.inbox(() => undefined), { name: "UnexpectedAnswer" });
      }
    });

    it("an older directory is refused by whoever saw a newer one", async () => {
      const old = await (await fetch(`${service.desk}/.well-known/reporting/directory`)).text();
      publish();
      const newer = await signedIn("intake");
      assert.ok(newer.sent.includes("PUT /api/vault"));
      const again = open(newer.browser);
      const unlock = (): Promise<unknown> => again.engine.unlock(passphraseOf(service, "intake"), TODAY, () => undefined);
      await unlock();
      assert.deepEqual(again.sent, []);
      again.spoil = (address) => (address === "/.well-known/reporting/directory" ? old : null);
      await assert.rejects(unlock(), NotAuthentic);
      await assert.rejects(unlock(), /older list/);
    });
  });

  /** Signs and publishes one more version of the directory. */
  function publish(): void {
    const data = path.join(service.folder, "server");
    const [request, signed] = ["request.json", "signed.json"].map((name) => path.join(service.folder, name)) as [string, string];
    terminal(["keys", "request", "--data", data, "--out", request]);
    terminal(["keys", "sign", "--root-folder", path.join(service.folder, "root"), "--out", signed, "--yes", request]);
    terminal(["keys", "publish", "--data", data, signed]);
  }
});

/** One letter in the middle of a base64 text changed for another. */
function spoilt(sealed: string): string {
  const place = Math.floor(sealed.length / 2);
  return `${sealed.slice(0, place)}${sealed[place] === "A" ? "B" : "A"}${sealed.slice(place + 1)}`;
}
