/** Timeline and dossier: what stands in them, what does not, and that what is made holds for others. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";


import type { Content, ShownCase } from "../../reporting/browser/src/client/shown.ts";
import { Transport } from "../../reporting/browser/src/client/transport.ts";
import { type Choice, chosenOf, fileId, possible } from "../../reporting/browser/src/dossier/choice.ts";
import { type Happening, chronology, daysAfter } from "../../reporting/browser/src/dossier/chronology.ts";
import { paperOf } from "../../reporting/browser/src/dossier/paper.ts";
import { type Known, clockJson, statementOf } from "../../reporting/browser/src/dossier/statement.ts";
import { intervalWords, saidIn, titleOf, whenWords } from "../../reporting/browser/src/dossier/words.ts";
import { statementBytes } from "../../reporting/browser/src/protocol/dossier.ts";
import { dossierRoot, isDossier, verifyDossier } from "../../reporting/browser/src/protocol/dossier_reading.ts";
import { NotAuthentic, ProtocolError } from "../../reporting/browser/src/protocol/errors.ts";
import type { Measure } from "../../reporting/browser/src/protocol/measures.ts";
import { VerifierKey } from "../../reporting/browser/src/protocol/note.ts";
import { SigningKey } from "../../reporting/browser/src/protocol/signing.ts";
import { MailboxEngine } from "../../reporting/browser/src/workers/mailbox_engine.ts";
import type { Page } from "puppeteer-core";

import { CHROMIUM, FIREFOX, skipReason } from "./browsers.ts";
import { Scene } from "./desk_scene.ts";
import { complaints, openMailbox, openedFor } from "./report_pages.ts";
import { type DemoService, factsOf, fetchFrom, startService, today } from "./service.ts";

const ROOT = path.resolve("../..");
const PYTHON = path.join(ROOT, ".venv/bin/python");
const ACCOUNT = "The dredging was paid for twice <b>&amp;</b>.";
const QUESTION = "Which of the two invoices came first?";
const REASON = "The invoices are compared first.";
const FILE = "A plan of the harbor, scanned.";
const ALL = { encoding: "utf8" } as const;

interface Told {
  readonly service: DemoService;
  readonly words: readonly string[];
  readonly report: string;
  readonly claim: string;
}

/** A report with a file, answered; and a claim of retaliation under the same code, with what was done, and when. */
async function tell(service: DemoService): Promise<Told> {
  const { fingerprint } = service.credentials;
  const submit = async (channel: string, answers: object, ...more: readonly string[]): Promise<{ case: string; receipt: { words: string[] } }> => {
    const file = path.join(service.folder, "answers.json");
    await writeFile(file, JSON.stringify(answers));
    const printed = await service.reporting("submit", service.intake, "--channel", channel, "--answers", file, "--fingerprint", fingerprint, "--json", ...more);
    return JSON.parse(printed) as { case: string; receipt: { words: string[] } };
  };
  const plan = path.join(service.folder, "plan.txt");
  await writeFile(plan, FILE);
  const first = await submit("procurement", { account: ACCOUNT }, "--attach", plan);
  const receipt = path.join(service.folder, "receipt.txt");
  await writeFile(receipt, first.receipt.words.join(" "));
  await service.asMember("intake", "reply", first.case, QUESTION);
  await service.asMember("intake", "status", first.case, "acknowledged", "--reason", REASON);
  const claim = { account: "I was moved to the archive.", forms: ["duties"], when: { from: "2026-10-01", to: "2026-10-03" } };
  const second = await submit("protection", claim, "--receipt", receipt);
  return { service, words: first.receipt.words, report: first.case, claim: second.case };
}

/** What `reporting verify` and a few independent lines say of a file. */
async function checked(told: Told, file: string): Promise<{ cases: { events: { kind: string; proof: string; words: string[]; days: number | null }[]; files: { name: string; sha256: string }[] }[] }> {
  const { fingerprint } = told.service.credentials;
  await promisify(execFile)(PYTHON, [path.join(ROOT, "tests/independent/dossier.py"), file, fingerprint], ALL);
  return JSON.parse(await told.service.reporting("verify", file, "--fingerprint", fingerprint, "--json")) as Awaited<ReturnType<typeof checked>>;
}

const everything = (cases: readonly ShownCase[]): Choice => {
  const { happenings } = chronology(cases);
  const [ids, ofCases] = [new Set(happenings.map(({ id }) => id)), new Set(cases.map((one) => one.case))];
  return { cases: ofCases, days: ids, words: ids, clocks: ofCases, files: new Set(happenings.flatMap(({ entry }) => entry.files.map(fileId))) };
};

describe("timeline and dossier", () => {
  let told: Told;
  let folder: string;
  let engine: MailboxEngine;
  let cases: readonly ShownCase[];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "reporting-dossier-"));
    told = await tell(await startService());
    engine = new MailboxEngine(new Transport(fetchFrom(told.service.intake)), { waits: [1, 1] });
    await engine.open(await factsOf(told.service, null));
    await engine.readCode(told.words.join(" "));
    cases = await engine.readMailbox(() => undefined);
  });
  after(async () => {
    await told.service.stop();
    await rm(folder, { recursive: true });
  });

  it("counts the days from the first report, and takes incidents from a claim", () => {
    const { first, happenings } = chronology(cases);
    assert.equal(first, today());
    const incident = happenings[0];
    assert.deepEqual([incident?.kind, incident?.day, incident?.until, incident?.case], ["incident", "2026-10-01", "2026-10-03", told.claim]);
    assert.ok((incident?.days ?? 0) < 0);
    const kinds = happenings.slice(1).map(({ kind, by, days }) => `${kind} ${by} ${days ?? "?"}`);
    assert.deepEqual(kinds.slice(0, 2), ["report reporter 0", "report reporter 0"]);
    assert.deepEqual(kinds.slice(2).sort(), ["message office 0", "status office 0"]);
  });

  const make = async (choice: Choice, from = cases): Promise<{ data: Uint8Array; paper: string; files: readonly string[] }> => {
    const chosen = chosenOf(from, choice);
    const ids = chosen.cases.map((one) => one.case);
    const parts = await engine.dossierParts(ids, chosen.told.filter(({ signed }) => signed).map(({ entry }) => entry.id));
    const known: Known = { parts, hashes: new Map(), made: today(), language: "en" };
    const data = await engine.signDossier(ids, "data", statementBytes(statementOf(chosen, choice, known)));
    const page = await engine.signDossier(ids, "page", paperOf(chosen, choice, known, data, "ltr"));
    const files = [path.join(folder, "d.json"), path.join(folder, "d.html")] as const;
    await writeFile(files[0], data);
    await writeFile(files[1], page);
    return { data, paper: new TextDecoder().decode(page), files };
  };

  it("holds in a browser as at the terminal, and not with a byte changed", async () => {
    const root = VerifierKey.parse((await factsOf(told.service, null)).root);
    const { data, files } = await make(everything(cases));
    const page = new Uint8Array(await readFile(files[1] ?? ""));
    for (const [content, file] of [[data, files[0]], [page, files[1]]] as const) {
      assert.ok(isDossier(content));
      const found = verifyDossier(content, dossierRoot(content));
      assert.deepEqual([found.root.encode(), found.page], [root.encode(), content === page]);
      const proofs = found.cases.flatMap(({ events }) => events.map(({ kind, proof, words, days }) => ({ kind, proof, words, days })));
      const { cases: others } = await checked(told, file ?? "");
      assert.deepEqual(proofs, others.flatMap(({ events }) => events.map(({ kind, proof, words, days }) => ({ kind, proof, words, days }))));
      for (let place = 0; place < content.length; place += Math.ceil(content.length / 150)) {
        const altered = Uint8Array.from(content);
        altered[place] = (altered[place] ?? 0) ^ 1;
        assert.throws(() => verifyDossier(altered, root), ProtocolError, `byte ${place}`);
      }
      assert.throws(() => verifyDossier(Uint8Array.from([...content, 32]), root), ProtocolError);
    }
    assert.throws(() => verifyDossier(data, new VerifierKey(root.name, new SigningKey(new Uint8Array(32)).public)), NotAuthentic);
  });

  it("makes what a stranger can check, with all that there is", async () => {
    const { paper, files } = await make(everything(cases));
    for (const file of files) {
      const { cases: found } = await checked(told, file);
      assert.equal(found.length, 2);
      const events = found.flatMap((one) => one.events);
      assert.deepEqual(events.filter(({ proof }) => proof === "office").map(({ words }) => words[0]).sort(), [REASON, QUESTION].sort());
      assert.equal(events.filter(({ proof }) => proof === "site").length, 2);
      assert.deepEqual(events.filter(({ kind }) => kind === "incident").map(({ proof }) => proof), ["reporter"]);
      assert.ok(found.some((one) => one.files.some(({ name }) => name === "plan.txt")));
    }
    assert.ok(paper.includes("The dredging was paid for twice &lt;b&gt;&amp;amp;&lt;/b&gt;."));
    assert.doesNotMatch(paper, /<script|<link|<img|src=|https?:/);
  });

  it("holds nothing that was not chosen", async () => {
    const nothing = new Set<string>();
    const { data, paper, files } = await make({ cases: new Set([told.report]), days: nothing, words: nothing, clocks: nothing, files: nothing });
    const [one] = (await checked(told, files[0] ?? "")).cases;
    assert.deepEqual([one?.events, one?.files], [[], []]);
    const all = paper + new TextDecoder().decode(data);
    for (const words of [ACCOUNT, QUESTION, REASON, "plan.txt", told.claim, "dredging"]) assert.ok(!all.includes(words), words);
    assert.ok(!Buffer.from(/hidden>([^<]*)</.exec(paper)?.[1] ?? "", "base64").toString().includes("dredging"));
  });

  it("has the words of a view of the risk that was shared", () => {
    const content = { type: "self-assessment", factors: ["few-knew", "power"], text: "He signs my shifts." } as unknown as Content;
    const shared = { kind: "protection", by: "reporter", entry: { content } } as unknown as Happening;
    assert.equal(titleOf(shared), "How the reporter sees the risk, as they shared it");
    const words = saidIn(shared);
    assert.deepEqual([words.length, words.at(-1)], [3, "He signs my shifts."]);
  });

  it("leaves out what is not authentic, and begins from no case without an acknowledgement", () => {
    const [one] = cases.filter((shown) => shown.case === told.report);
    assert.ok(one);
    const withheld = { ...one, entries: one.entries.map((entry) => (entry.kind === "message" ? { ...entry, author: null, content: null } : entry)) };
    assert.deepEqual(chronology([withheld]).happenings.map(({ kind }) => kind), ["report", "status"]);
    const unsigned = { ...one, entries: one.entries.map((entry) => ({ ...entry, acknowledged: null })) };
    assert.deepEqual(possible([unsigned, { ...one, warnings: ["not-your-case"] }, one]), [one]);
    assert.deepEqual(chosenOf([unsigned], everything([unsigned])).told, []);
  });

  it("shows a month and a year as such, without days from the report", () => {
    assert.deepEqual([daysAfter("2026-11-26", "2026-11"), daysAfter("2026-11-26", "2026"), daysAfter("", "2026-11-26")], [null, null, null]);
    assert.deepEqual([daysAfter("2026-02-20", "2026-03-04"), daysAfter("2026-11-26", "2026-11-25")], [12, -1]);
    assert.deepEqual([whenWords({ day: "2026-05", until: "" }), whenWords({ day: "2026", until: "" })], ["May 2026", "2026"]);
    assert.equal(intervalWords(12), "12 days after the first report");
    assert.equal(intervalWords(-1), "1 day before the first report");
  });

  for (const kind of [CHROMIUM, FIREFOX]) {
    describe(`in ${kind.name}`, { skip: skipReason(kind) }, () => {
      const opened = openedFor(kind);
      let page: Page;
      before(async () => {
        page = await opened.browser.newPage();
        page.setDefaultTimeout(60_000);
      });

      const show = async (language: string): Promise<void> => {
        await openMailbox(page, told.service.intake, told.words.join(" "), language);
        await page.waitForSelector(".show-dossier");
        await page.click(".show-dossier");
        await page.waitForSelector("case-dossier .line-step");
        await page.waitForFunction(() => [...document.styleSheets].some((sheet) => sheet.href?.includes("/dossier-")));
      };
      const tick = async (label: string): Promise<void> => {
        const ticked = await page.evaluate((words) => {
          const found = [...document.querySelectorAll<HTMLLabelElement>("case-dossier label")].filter((one) => one.innerText.startsWith(words) && one.checkVisibility());
          for (const one of found) one.click();
          return found.length;
        }, label);
        assert.ok(ticked > 0, label);
      };

      for (const width of [320, 1_200]) {
        it(`is one line that anybody can read, ${width} pixels wide, and from right to left`, async () => {
          await page.setViewport({ width, height: 900 });
          for (const language of ["ar", "en"]) {
            await show(language);
            assert.deepEqual(await complaints(page), [], language);
          }
          assert.match(await page.$eval("case-dossier > .line", (line) => (line as HTMLElement).innerText), /Incident that was told of[^]*before the first report|before the first report[^]*Incident/);
        });
      }

      it("has a button for all that was sent, and nothing of what the office wrote", async () => {
        await show("en");
        await page.click(".copy-sent");
        await page.waitForSelector("case-dossier .note");
        assert.match(await page.$eval("case-dossier .note", (box) => (box as HTMLElement).innerText), /with your words.*untick what you do not need/);
        const preview = await page.$eval("case-dossier .dossier-preview", (box) => (box as HTMLElement).innerText);
        for (const words of [ACCOUNT, "I was moved to the archive.", "plan.txt"]) assert.ok(preview.includes(words), words);
        for (const words of [QUESTION, REASON]) assert.ok(!preview.includes(words), words);
        const said = await page.$eval("case-dossier .warning", (box) => (box as HTMLElement).innerText);
        for (const words of ["these cases come from one person", "Your words may show", "fetched from the site once more"]) assert.ok(said.includes(words), words);
        assert.ok(!said.includes("which member wrote it"));
        assert.deepEqual(await complaints(page), []);
      });

      it("reveals what is ticked, says what that gives away, and makes files that hold", async () => {
        await show("en");
        assert.equal(await page.$$eval("case-dossier input:checked", (found) => found.length), 0);
        await tick("The site's signed acknowledgement");
        await page.evaluate(() => {
          for (const one of document.querySelectorAll<HTMLButtonElement>("case-dossier fieldset button")) one.click();
        });
        await tick("with its words and the office's signature");
        await tick("plan.txt");
        const said = await page.$eval("case-dossier .warning", (box) => (box as HTMLElement).innerText);
        const along = ["cut out of it", "all deadlines in it", "by checksums, entries that came before"];
        for (const words of ["these cases come from one person", "which member wrote it", "fetched from the site once more", ...along]) assert.ok(said.includes(words), words);
        assert.ok(!said.includes("Your words may show"));
        assert.ok((await page.$eval("case-dossier .dossier-preview", (box) => (box as HTMLElement).innerText)).includes(QUESTION));
        assert.deepEqual(await complaints(page), []);
        if (kind !== CHROMIUM) return; // saving is asked of one browser
        const session = await page.createCDPSession();
        await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
        await page.click("case-dossier button[type=submit]");
        await page.waitForSelector("case-dossier .save-json");
        for (const ending of ["html", "json"]) {
          await page.click(`case-dossier .save-${ending}`);
          const name = `dossier-${today()}.${ending}`;
          for (let tries = 0; tries < 100 && !(await readdir(folder)).includes(name); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
          const { cases: found } = await checked(told, path.join(folder, name));
          assert.equal(found.length, 2);
          const file = found.flatMap((one) => one.files)[0];
          const { createHash } = await import("node:crypto");
          assert.equal(file?.sha256, createHash("sha256").update(FILE).digest("base64"));
          const text = await readFile(path.join(folder, name), "utf8");
          assert.ok(text.includes(QUESTION) && !text.includes("dredging"));
        }
      });
    });
  }

  it("is read with what a later version may have found, which is shown as unknown", async () => {
    const { stdout } = await promisify(execFile)(PYTHON, [path.join(ROOT, "tests/factories/dossiers.py")], { ...ALL, cwd: ROOT, env: { ...process.env, PYTHONPATH: ROOT } });
    const made = JSON.parse(stdout) as { readonly status: string; readonly data: string }[];
    assert.equal(made.length, 12);
    for (const { status, data } of made) {
      const content = new Uint8Array(Buffer.from(data, "base64"));
      const proven = verifyDossier(content, dossierRoot(content));
      const last = proven.cases[0]?.events.at(-1);
      assert.deepEqual([last?.value, last?.proof], [`${status} unknown`, "office"]);
    }
  });

  it("holds in a browser as at the terminal with what was found, and with a measure", async () => {
    const scene = new Scene(told.service);
    const measure: Measure = {
      ...{ measure: "c".repeat(32), what: "other", text: "A new lock.", state: "active", owner: "protection", start: today(), review: today() },
      ...{ end: null, consent: "not-needed", effect: "They sleep again.", reason: "They asked for it." },
    };
    const [officer, member] = [await scene.at("protection"), await scene.at("intake")];
    await officer.engine.openCase(told.claim);
    await officer.engine.protect(told.claim, { type: "measure", told: true, measure });
    await engine.ask(told.claim, "no-acknowledgement", "", () => undefined);
    await officer.engine.openCase(told.claim);
    await officer.engine.protect(told.claim, { type: "note-request", noted: { of: "0".repeat(32), text: "None is sent." }, waives: true });
    await member.engine.openCase(told.report);
    await member.engine.changeStatus(told.report, "closed", "Both were paid once.", { finding: "mistaken" });
    const now = await engine.readMailbox(() => undefined);
    const { data, files } = await make(everything(now), now);
    assert.match(new TextDecoder().decode(data), new RegExp(`"done":"${today()}","due":"[0-9-]+","name":"acknowledge","waived":true|"name":"acknowledge",[^}]*"waived":true`));
    const clock = { name: "acknowledge", due: today(), done: today(), by: "office", waived: true } as const;
    assert.deepEqual([clockJson(clock), clockJson({ ...clock, unasked: true })], [clock, { name: "acknowledge", due: today(), done: null, by: "office" }]);
    const read = verifyDossier(data, dossierRoot(data)).cases.flatMap(({ events }) => events.map(({ kind, proof, words, days, value }) => ({ kind, proof, words, days, value })));
    const other = (await checked(told, files[0] ?? "")).cases.flatMap(({ events }) => events.map(({ kind, proof, words, days }) => ({ kind, proof, words, days })));
    assert.deepEqual(read.map(({ kind, proof, words, days }) => ({ kind, proof, words, days })), other);
    assert.deepEqual(read.filter(({ value }) => /mistaken|active/.test(value)).map(({ value, words, proof }) => [value, words, proof]).sort(), [
      ["closed mistaken", ["Both were paid once."], "office"],
      ["other active", ["A new lock.", "They sleep again.", "They asked for it."], "office"],
    ]);
  });
});
