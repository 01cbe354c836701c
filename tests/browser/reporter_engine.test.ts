/** The reporters' workers against a real service, honest and not. */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { Problem, UnexpectedAnswer, Unreachable } from "../../reporting/browser/src/client/errors.ts";
import { type Fetch, Transport } from "../../reporting/browser/src/client/transport.ts";
import type { ShownCase } from "../../reporting/browser/src/client/shown.ts";
import { b64decode, b64encode, dumpJson, parseJsonObject } from "../../reporting/browser/src/protocol/encoding.ts";
import { CannotOpen, DirectoryExpired, Malformed, NotAuthentic, Refused, WrongChecksum } from "../../reporting/browser/src/protocol/errors.ts";
import { HybridIdentity } from "../../reporting/browser/src/protocol/age_keys.ts";
import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import type { PageFacts, Step, Writing } from "../../reporting/browser/src/workers/reporter_api.ts";
import { MailboxEngine } from "../../reporting/browser/src/workers/mailbox_engine.ts";
import { ReportEngine } from "../../reporting/browser/src/workers/report_engine.ts";
import { type Meddling, meddling, withoutChallenge } from "./meddling.ts";
import { refusedLater } from "./refusals.ts";
import { type DemoService, factsOf, fetchFrom, startService } from "./service.ts";

const CHANNEL = "procurement";
const ACCOUNT = "The harbor crane was paid for twice.";

function written(changes: Partial<Writing> = {}): Writing {
  return { answers: { account: ACCOUNT }, excluded: [], identity: null, ...changes };
}

function nobody(): void {
  // listens to no progress
}

describe("the reporters' engine", () => {
  let service: DemoService;

  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  const facts = (channel: string | null, changes: Partial<PageFacts> = {}): Promise<PageFacts> => factsOf(service, channel, changes);
  const engineOf = (fetcher: Fetch): ReportEngine => new ReportEngine(new Transport(fetcher), { waits: [1, 1] });
  const opened = async (channel = CHANNEL, fetcher: Fetch = fetchFrom(service.intake)): Promise<ReportEngine> => {
    const engine = engineOf(fetcher);
    await engine.open(await facts(channel));
    return engine;
  };
  const openedMailbox = async (fetcher: Fetch = fetchFrom(service.intake)): Promise<MailboxEngine> => {
    const engine = new MailboxEngine(new Transport(fetcher), { waits: [1, 1] });
    await engine.open(await facts(null));
    return engine;
  };
  const meddled = (meddle: Meddling): Fetch => meddling(fetchFrom(service.intake), meddle);
  const mailboxOf = async (words: readonly string[], fetcher?: Fetch): Promise<readonly ShownCase[]> => {
    const engine = await openedMailbox(fetcher);
    await engine.readCode(words.join(" "));
    return engine.readMailbox(nobody);
  };

  it("opens a report page, and says who may be shut out", async () => {
    const engine = engineOf(fetchFrom(service.intake));
    const page = await facts(CHANNEL);
    const { excludable, ...site } = await engine.open(page);
    const { origin, fingerprint } = service.credentials;
    assert.deepEqual(site, { origin, version: page.version, newer: false, fingerprint, identity: true });
    assert.deepEqual(excludable.map(({ id }) => id), ["break-glass", "custodian-1", "custodian-2", "intake", "investigator", "protection"]);
    assert.deepEqual(excludable.find(({ id }) => id === "intake")?.roles, ["intake"]);
    await refusedLater(DirectoryExpired, async () => engine.open({ ...page, today: "2031-01-01" }));
    await engine.open(page);
    assert.deepEqual(await engine.complete("abs"), ["absent", "absorb", "abstract", "absurd"]);
  });

  it("tells every fault at once, in the questionnaire's order, and what it takes", async () => {
    const engine = await opened();
    const answers = { account: " ", when: { from: "5.3.2026" }, value: { amount: "1000" }, organization: "a\nb" };
    const faults = await engine.check(written({ answers, identity: { name: "x" }, excluded: ["intake", "nobody-here"] }));
    const pointers = faults.map((fault) => fault.pointer).sort();
    assert.deepEqual(pointers, ["/account", "/exclude", "/organization", "/value", "/when/from"]);
    assert.equal(faults[0]?.pointer, "/account");
    assert.deepEqual(await engine.check(written()), []);
    const remaining = await engine.check(written({ excluded: ["intake"] }));
    assert.deepEqual(remaining.map((fault) => fault.pointer), ["/exclude"]);
    const custodians = await engine.check(written({ excluded: ["custodian-1", "custodian-2"], identity: { name: "x" } }));
    assert.deepEqual(custodians.map((fault) => fault.pointer), ["/identity"]);
    const long = await engine.check(written({ identity: { name: "x", contact: "x".repeat(2_000) } }));
    assert.deepEqual(long.map(({ pointer, message }) => [pointer, message.includes("Write less about yourself")]), [["/identity", true]]);
    const { used, limit } = await engine.measure(written());
    const filled = "x".repeat(limit - used + ACCOUNT.length);
    assert.deepEqual(await engine.measure(written({ answers: { account: filled } })), { used: limit, limit });
    assert.deepEqual(await engine.check(written({ answers: { account: filled } })), []);
    assert.equal((await engine.check(written({ answers: { account: `${filled}x` } }))).length, 1);
  });

  it("goes the whole way: a full report, the mailbox, a follow-up, an answer, a second case", async () => {
    const engine = await opened();
    const { words, groups } = await engine.newCode();
    assert.deepEqual([words.length, groups.length], [12, 12]);
    const steps: Step[] = [];
    const answers = { account: ACCOUNT, ongoing: "yes", when: "2026-05", persons: [{ name: "A. Clerk", role: "head" }], source: ["saw"], exclude: ["protection"], color: { shade: 3 } };
    const received = await engine.submit(written({ answers, identity: { name: "B", contact: " " } }), [], (step) => steps.push(step as Step));
    assert.deepEqual(steps, ["sealing", "working", "sending", "checking"]);
    assert.match(received.acknowledgement, /reporting\/acknowledgement\/v1/);

    const mailbox = await openedMailbox();
    await mailbox.readCode(groups.join(" "));
    const [shown, ...others] = await mailbox.readMailbox(nobody);
    assert.ok(shown);
    assert.deepEqual([shown.case, others.length, shown.warnings, shown.closed], [received.case, 0, [], null]);
    assert.deepEqual([shown.title, shown.kind, shown.server.status], ["Public procurement", "report", "received"]);
    assert.deepEqual(shown.excluded.map(({ id }) => id), ["protection"]);
    const [first] = shown.entries;
    assert.deepEqual([first?.author?.mine, first?.state, first?.acknowledged?.note], [true, "authentic", received.acknowledgement]);
    assert.ok(first?.content?.type === "answers");
    const told = new Map(first.content.answers.map((one) => [one.id, one.answer]));
    assert.deepEqual(told.get("account"), [ACCOUNT]);
    assert.deepEqual(told.get("ongoing"), [{ message: "Yes", values: {} }]);
    assert.deepEqual(told.get("persons"), ["A. Clerk · head"]);
    assert.deepEqual(told.get("color"), ["shade: 3"]);
    assert.ok(!told.has("exclude"));
    assert.match(first.content.answers[0]?.question ?? "", /What happened/);

    const followed = await mailbox.followUp(received.case, "  The invoice number is 17.\n", [], nobody);
    assert.deepEqual(followed.shown.entries.at(-1)?.content, { type: "text", text: "The invoice number is 17." });
    assert.equal(followed.shown.entries.at(-1)?.acknowledged?.day, followed.day);
    // A new epoch between two actions: the chain is verified, and the message is sealed again.
    await service.asMember("intake", "grant", received.case, "investigator", "--lead");
    await service.asMember("intake", "reply", received.case, "Thank you. Who signed?");
    await service.asMember("intake", "status", received.case, "acknowledged", "--reason", "We look into it.");
    const again = await mailbox.followUp(received.case, "The head of purchasing.", [], nobody);
    assert.deepEqual(again.shown.warnings, []);
    assert.ok(again.shown.holders.some(({ id }) => id === "investigator"));
    const [read] = await mailbox.readMailbox(nobody);
    const reply = read?.entries.find((entry) => entry.author?.id === "intake");
    assert.deepEqual(reply?.content, { type: "text", text: "Thank you. Who signed?" });
    assert.equal(read?.entries.length, 5);
    assert.deepEqual(read.warnings, []);
    assert.deepEqual([read.status?.status, read.status?.reason, read.status?.author.id], ["acknowledged", "We look into it.", "intake"]);
    assert.deepEqual([read.status?.clocks, read.server.differs], [read.server.clocks, false]);

    const second = await opened("protection");
    await second.readCode(words.join(" "));
    const { case: secondCase } = await second.submit(written(), [], nobody);
    const both = await mailboxOf(words);
    assert.deepEqual(new Set(both.map((one) => one.case)), new Set([received.case, secondCase]));
    assert.deepEqual(new Set(both.map((one) => one.kind)), new Set(["report", "protection"]));
  });

  it("finds nothing under another code, and names what is mistyped", async () => {
    const engine = await openedMailbox();
    await engine.readCode(ReceiptCode.generate().words().join(" "));
    assert.deepEqual(await engine.readMailbox(nobody), []);
    await refusedLater(WrongChecksum, () => engine.readCode("abandon ".repeat(12)));
    const { used, limit } = await engine.measureMessage("zwölf");
    assert.equal(used, 6);
    assert.ok(limit > 14_000 && limit < 16_000);
  });

  it("keeps a draft in a file that its code alone opens", async () => {
    const engine = await opened();
    const writing = written({ answers: { account: "half a sent", value: { amount: "x" } }, excluded: ["intake"], identity: { name: "B" } });
    const { file, code } = await engine.saveDraft(writing);
    const longer = await engine.saveDraft(written());
    assert.equal(longer.file.length, file.length);
    const later = await opened("protection");
    const draft = await later.openDraft(file, code.words.join(" "));
    assert.equal(JSON.stringify(draft), JSON.stringify({ channel: CHANNEL, writing, code }));
    await later.submit(written(), [], nobody);
    assert.equal((await mailboxOf(code.words)).length, 1);
    const other = await (await opened()).newCode();
    await refusedLater(CannotOpen, () => later.openDraft(file, other.words.join(" ")));
    await refusedLater(Malformed, () => later.openDraft(new Uint8Array(300_000), code.words.join(" ")));
    await refusedLater(Malformed, () => later.openDraft(new TextEncoder().encode("hello"), code.words.join(" ")));
    file[file.length - 1] = (file.at(-1) ?? 0) ^ 1;
    await refusedLater(NotAuthentic, () => later.openDraft(file, code.words.join(" ")));
  });

  describe("where the server is dishonest or away", () => {
    it("refuses an altered directory, and one signed by another root", async () => {
      const altered = meddled((path, text) => (path.endsWith("/directory") ? text.replace('"shape":65536', '"shape":65537') : undefined));
      await refusedLater(NotAuthentic, () => opened(CHANNEL, altered));
      const page = await facts(CHANNEL);
      await refusedLater(NotAuthentic, () => engineOf(fetchFrom(service.intake)).open({ ...page, sha256: b64encode(new Uint8Array(32)) }));
    });

    it("refuses a swapped recipient, and another questionnaire", async () => {
      const mine = String(new HybridIdentity(new Uint8Array(32)).recipient);
      const swapped = meddled((path, text) => {
        if (!path.includes("/recipients/")) return undefined;
        return JSON.stringify({ ...parseJsonObject(new TextEncoder().encode(text), { limit: 1 << 20 }), intake: mine });
      });
      await refusedLater(NotAuthentic, () => opened(CHANNEL, swapped));
      const other = meddled((path, text) => (path.includes("/questionnaires/") ? text.replace("true", "false") : undefined));
      await refusedLater(NotAuthentic, async () => (await opened(CHANNEL, other)).check(written())); // it comes after the page
    });

    it("does not believe an altered acknowledgement, says that the report may have arrived, and sends the same again", async () => {
      let altering = true;
      const sent: string[] = [];
      const altered = meddled((path, text, body) => {
        if (path !== "/api/reports") return undefined;
        sent.push(withoutChallenge(body));
        return altering ? text.replace("reporting/acknowledgement/v1", "reporting/acknowledgement/v2") : undefined;
      });
      const engine = await opened(CHANNEL, altered);
      const { words } = await engine.newCode();
      await assert.rejects(engine.submit(written(), [], nobody), { name: "NotAuthentic", mayHaveArrived: true });
      altering = false;
      await engine.submit(written(), [], nobody);
      assert.equal(sent.length, 2);
      assert.equal(sent[0], sent[1]);
      assert.equal((await mailboxOf(words)).length, 1);
    });

    it("shows an altered entry as not authentic, without its content", async () => {
      const engine = await opened();
      const { words } = await engine.newCode();
      await engine.submit(written(), [], nobody);
      const altered = meddled((path, text) => {
        if (path !== "/api/mailbox") return undefined;
        return text.replace(/"sealed":"([^"]+)"/, (_whole, sealed: string) => {
          const bytes = Uint8Array.from(b64decode(sealed));
          bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
          return `"sealed":"${b64encode(bytes)}"`;
        });
      });
      const [shown] = await mailboxOf(words, altered);
      assert.ok(shown !== undefined);
      assert.ok(shown.warnings.includes("first-entry-missing"));
      assert.deepEqual([shown.entries[0]?.state, shown.entries[0]?.content, shown.entries[0]?.acknowledged], ["cannot-be-opened", null, null]);
      assert.notEqual(shown.closed, null);
    });

    it("solves a new challenge where the first one is stale", async () => {
      let used: string | null = null;
      let refused = 0;
      const stale = meddled((path, text, body) => {
        if (path === "/api/challenge") return (used ??= text);
        if (path === "/api/reports" && body.includes("challenge") && text.includes("challenge-spent")) {
          refused++;
          used = null;
        }
        return undefined;
      });
      const engine = await opened(CHANNEL, stale);
      await engine.newCode();
      await engine.submit(written(), [], nobody);
      await engine.submit(written({ answers: { account: "another" } }), [], nobody);
      assert.equal(refused, 1);
    });

    it("sends the same bytes again where no answer came, and once only is it stored", async () => {
      const sent: string[] = [];
      const deaf = meddled((path, _text, body) => {
        if (path !== "/api/reports") return undefined;
        sent.push(withoutChallenge(body));
        if (sent.length === 1) throw new TypeError("the line broke");
        return undefined;
      });
      const engine = await opened(CHANNEL, deaf);
      const { words } = await engine.newCode();
      const steps: Step[] = [];
      await engine.submit(written(), [], (step) => steps.push(step as Step));
      assert.deepEqual(steps, ["sealing", "working", "sending", "waiting", "working", "sending", "checking"]);
      assert.equal(sent[0], sent[1]);
      assert.equal((await mailboxOf(words)).length, 1);
    });

    it("says whether anything may have arrived where nothing answers", async () => {
      let silent = "/api/challenge";
      const away = meddled((path) => {
        if (path === silent) throw new TypeError("nobody there");
        return undefined;
      });
      const engine = await opened(CHANNEL, away);
      await engine.newCode();
      await assert.rejects(engine.submit(written(), [], nobody), (error) => error instanceof Unreachable && !error.mayHaveArrived);
      silent = "/api/reports";
      await assert.rejects(engine.submit(written(), [], nobody), (error) => error instanceof Unreachable && error.mayHaveArrived);
    });

    it("seals nothing to a chain that did not grow, and reads no mailbox without an end", async () => {
      const { words } = await (await opened()).newCode();
      const writing = await opened();
      await writing.readCode(words.join(" "));
      const { case: caseId } = await writing.submit(written(), [], nobody);
      let epochs: string[] = [];
      const stale = meddled((path) => {
        if (path !== "/api/entries") return undefined;
        const body = dumpJson({ type: "urn:reporting:problem:epoch-stale", status: 409, epochs, recipient: "age1pq1" });
        return new Response(body, { status: 409, headers: { "content-type": "application/problem+json" } });
      });
      const engine = await openedMailbox(stale);
      await engine.readCode(words.join(" "));
      await engine.readMailbox(nobody);
      await refusedLater(UnexpectedAnswer, () => engine.followUp(caseId, "hello", [], nobody));
      epochs = ["another first one", "another second one"];
      await refusedLater(NotAuthentic, () => engine.followUp(caseId, "hello", [], nobody));
      await refusedLater(Refused, () => engine.followUp("0".repeat(32), "hello", [], nobody));
      await refusedLater(Malformed, () => engine.followUp(caseId, " \n", [], nobody));
      const endless = meddled((path, text) => (path === "/api/mailbox" ? text.replace('"more":false', '"more":true') : undefined));
      await refusedLater(UnexpectedAnswer, () => mailboxOf(words, endless));
    });

    it("does not go back behind the holders that it has seen", async () => {
      const writing = await opened();
      const { words } = await writing.newCode();
      const { case: caseId } = await writing.submit(written(), [], nobody);
      const answers: string[] = [];
      let older: string | undefined;
      const rolled = meddled((path, text) => {
        if (path !== "/api/mailbox") return undefined;
        answers.push(text);
        return older;
      });
      const engine = await openedMailbox(rolled);
      await engine.readCode(words.join(" "));
      await engine.readMailbox(nobody);
      await service.asMember("intake", "grant", caseId, "investigator", "--lead");
      await engine.readMailbox(nobody);
      [older] = answers;
      await refusedLater(NotAuthentic, () => engine.readMailbox(nobody));
      older = undefined;
      const [shown] = await engine.readMailbox(nobody);
      assert.deepEqual(shown?.closed, null);
    });

    it("files one report where it is sent twice at once", async () => {
      const engine = await opened();
      const { words } = await engine.newCode();
      const [first, second] = await Promise.all([engine.submit(written(), [], nobody), engine.submit(written(), [], nobody)]);
      assert.equal(first.case, second.case);
      assert.equal((await mailboxOf(words)).length, 1);
    });

    it("names the server's refusal", async () => {
      const refusing = meddled((path) => {
        if (path !== "/api/reports") return undefined;
        const body = dumpJson({ type: "urn:reporting:problem:mailbox-full", title: "Mailbox full", status: 409 });
        return new Response(body, { status: 409, headers: { "content-type": "application/problem+json" } });
      });
      const engine = await opened(CHANNEL, refusing);
      await engine.newCode();
      await assert.rejects(engine.submit(written(), [], nobody), (error) => error instanceof Problem && error.kind === "mailbox-full");
    });
  });

  // The last ones: they change the directory that all share.
  it("seals anew, and says so, where the directory changed since the page was opened", async () => {
    const engine = await opened();
    const page = await facts(CHANNEL);
    const { words } = await engine.newCode();
    await service.publish();
    const steps: Step[] = [];
    const { case: caseId } = await engine.submit(written(), [], (step) => steps.push(step as Step));
    assert.deepEqual(steps.filter((step) => step === "directory-changed" || step === "sealing"), ["sealing", "directory-changed", "sealing"]);
    assert.deepEqual((await mailboxOf(words)).map((one) => one.case), [caseId]);

    const { newer, version } = await engineOf(fetchFrom(service.intake)).open(page);
    assert.deepEqual([newer, version], [true, page.version + 1]);
    const broken = meddled((path, text) => (path.endsWith(`/directory/${version}`) ? text.replace("\n\n", "\n\n\n") : undefined));
    await assert.rejects(engineOf(broken).open(page));
    const older = { ...page, version: version + 1 };
    await refusedLater(NotAuthentic, () => engineOf(fetchFrom(service.intake)).open(older));
  });

  it("seals to nobody who joined meanwhile, before the person has said so", async () => {
    const posted: string[] = [];
    const counted = meddled((path, _text, body) => {
      if (path === "/api/reports") posted.push(body);
      return undefined;
    });
    const engine = await opened(CHANNEL, counted);
    const { words } = await engine.newCode();
    await service.reporting("channels", "roles", CHANNEL, "--data", path.join(service.folder, "server"), "--add", "intake=investigator");
    await service.publish();
    const refusal = { name: "NewRecipients", values: { people: "Daniel Okafor, investigations" }, mayHaveArrived: false };
    await assert.rejects(engine.submit(written(), [], nobody), refusal);
    assert.equal(posted.length, 1); // refused by the server, since it names the directory before
    assert.deepEqual(await mailboxOf(words), []);
    await engine.submit(written({ excluded: ["investigator"] }), [], nobody);
    const [shown] = await mailboxOf(words);
    assert.deepEqual(shown?.holders.map(({ id }) => id), ["break-glass", "intake"]);
    let lost = false; // where the list was loaded and the keys on it were not, nobody has been asked yet
    const whole = fetchFrom(service.intake);
    const half = await opened(CHANNEL, (at, init) => (lost && at.includes("/recipients/") ? Promise.reject(new TypeError()) : whole(at, init)));
    await service.reporting("channels", "roles", CHANNEL, "--data", path.join(service.folder, "server"), "--add", "intake=custodian-1");
    await service.publish();
    lost = true;
    await assert.rejects(half.submit(written(), [], nobody), Unreachable);
    lost = false;
    await assert.rejects(half.submit(written(), [], nobody), { name: "NewRecipients" });
    const before = await opened();
    await before.newCode();
    await service.reporting("channels", "roles", CHANNEL, "--data", path.join(service.folder, "server"), "--add", "investigator=auditor");
    await service.publish(); // may be passed on to them
    await assert.rejects(before.submit(written(), [], nobody), { name: "NewRecipients" });
    await service.reporting("channels", "roles", CHANNEL, "--data", path.join(service.folder, "server"), "--remove", "intake=investigator");
    await service.publish();
    await before.submit(written(), [], nobody); // fewer people: nothing to ask
  });
});
