/** Certificates: made in the mailbox, refused where the site certifies something else, checked by others. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import type { ElementHandle, Page } from "puppeteer-core";

import { type Fetch, Transport } from "../../reporting/browser/src/client/transport.ts";
import { judge } from "../../reporting/browser/src/checking/judging.ts";
import { certificatePaper } from "../../reporting/browser/src/dossier/certificate_paper.ts";
import { type Certificate, NO_NAME, checkName, parseCertificate, signCertificate, verifyCertificate, writeCertificate } from "../../reporting/browser/src/protocol/certificate.ts";
import { parse as parseDirectory } from "../../reporting/browser/src/protocol/directory.ts";
import { b64decode, parseJsonObject, sha256, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { Malformed, NotAuthentic } from "../../reporting/browser/src/protocol/errors.ts";
import { VerifierKey, parse as parseNote, sign as signNote } from "../../reporting/browser/src/protocol/note.ts";
import { SigningKey } from "../../reporting/browser/src/protocol/signing.ts";
import { MailboxEngine } from "../../reporting/browser/src/workers/mailbox_engine.ts";
import type { CertificateMade } from "../../reporting/browser/src/workers/reporter_api.ts";
import { CHROMIUM, FIREFOX, skipReason } from "./browsers.ts";
import { complaints, openMailbox, openedFor } from "./report_pages.ts";
import { type DemoService, factsOf, fetchFrom, startService, today } from "./service.ts";

const ROOT = path.resolve("../..");
const PYTHON = path.join(ROOT, ".venv/bin/python");
const NAME = "Zoë نور";
const WAITS = { waits: [1, 1] };

function bodyOf(init: Parameters<Fetch>[1]): string {
  return init.body instanceof Uint8Array ? new TextDecoder().decode(init.body) : "";
}

interface Said {
  readonly name: string;
  readonly channel: string | null;
  readonly received: string;
  readonly page: boolean;
}

/** What `reporting verify` says of a file, once a few independent lines agree. */
async function checked(service: DemoService, file: string): Promise<Said> {
  const { fingerprint } = service.credentials;
  const { stdout } = await promisify(execFile)(PYTHON, [path.join(ROOT, "tests/independent/certificate.py"), file, fingerprint], { encoding: "utf8" });
  const said = JSON.parse(await service.reporting("verify", file, "--fingerprint", fingerprint, "--json")) as Said;
  const other = JSON.parse(stdout) as Said;
  assert.deepEqual([other.name, other.channel, other.received], [said.name, said.channel ?? "-", said.received]);
  return said;
}

/** Two reports under one code; what they are about stands in no certificate. */
async function report(service: DemoService): Promise<{ words: readonly string[]; cases: readonly string[] }> {
  const submit = async (channel: string, answers: object, ...more: readonly string[]): Promise<{ case: string; receipt: { words: string[] } }> => {
    const file = path.join(service.folder, "answers.json");
    await writeFile(file, JSON.stringify(answers));
    const given = ["submit", service.intake, "--channel", channel, "--answers", file, "--fingerprint", service.credentials.fingerprint, "--json"];
    return JSON.parse(await service.reporting(...given, ...more)) as { case: string; receipt: { words: string[] } };
  };
  const first = await submit("procurement", { account: "The dredging was paid for twice." });
  const receipt = path.join(service.folder, "receipt.txt");
  await writeFile(receipt, first.receipt.words.join(" "));
  const second = await submit("protection", { account: "I was moved to the archive.", forms: ["duties"], when: { from: "2026-10-01", to: "2026-10-03" } }, "--receipt", receipt);
  return { words: first.receipt.words, cases: [first.case, second.case] };
}

describe("certificates", () => {
  let service: DemoService;
  let folder: string;
  let told: Awaited<ReturnType<typeof report>>;
  let root: VerifierKey;
  let key: SigningKey;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "reporting-certificate-"));
    service = await startService();
    told = await report(service);
    root = VerifierKey.parse((await factsOf(service, null)).root);
    key = new SigningKey(new Uint8Array(await readFile(path.join(service.folder, "server/keys/service.key"))));
  });
  after(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });

  const mailbox = async (fetch: Fetch = fetchFrom(service.intake)): Promise<MailboxEngine> => {
    const engine = new MailboxEngine(new Transport(fetch), WAITS);
    await engine.open(await factsOf(service, null));
    await engine.readCode(told.words.join(" "));
    await engine.readMailbox(() => undefined);
    return engine;
  };
  const certified = async (name: string, named: boolean, place = 0): Promise<CertificateMade> => (await mailbox()).certify(told.cases[place] ?? "", name, named);
  const written = async (name: string, content: Uint8Array): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, content);
    return file;
  };

  describe("as made on the device", () => {
    it("hold for strangers, with a name and a channel or without, for either kind of case", async () => {
      for (const [place, name, named, channel] of [[0, ` ${NAME} `, true, "procurement"], [0, "", false, null], [1, NAME, false, null]] as const) {
        const made = await certified(name, named, place);
        const expected = { name: name.trim(), channel, received: today() };
        for (const [file, content] of [["c.json", made.file], ["c.html", certificatePaper(made, "Procurement", "ltr")]] as const) {
          const { page, ...said } = await checked(service, await written(file, content));
          assert.deepEqual({ name: said.name, channel: said.channel, received: said.received }, expected);
          assert.equal(page, file === "c.html");
          const proven = verifyCertificate(content, root);
          assert.deepEqual([proven.name, proven.certificate.channel, proven.page], [expected.name, channel, page]);
        }
        const paper = new TextDecoder().decode(certificatePaper(made, "<b>Procurement</b>", "ltr"));
        assert.match(paper, /content="default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'"/);
        assert.doesNotMatch(paper, /<script|<link|<img|<b>|src=|https?:/);
        assert.equal(paper.includes("Procurement"), channel !== null);
        assert.ok(!paper.includes(told.cases[place] ?? "?"));
      }
    });

    it("are refused where a byte was changed", async () => {
      const { file } = await certified(NAME, true);
      for (let place = 0; place < file.length; place += Math.ceil(file.length / 400)) {
        const altered = Uint8Array.from(file);
        altered[place] = (altered[place] ?? 0) ^ 1;
        assert.throws(() => verifyCertificate(altered, root), (error) => error instanceof Malformed || error instanceof NotAuthentic, `byte ${place}`);
      }
      assert.throws(() => verifyCertificate(file, new VerifierKey(root.name, new SigningKey(new Uint8Array(32)).public)), NotAuthentic);
    });

    it("are called valid only once a site's key counts", async () => {
      const { file } = await certified(NAME, true);
      const { fingerprint } = service.credentials;
      const states = ([[null, ""], [root, ""], [null, fingerprint.replaceAll(" ", "")], [null, "0".repeat(30)]] as const).map(([known, digits]) => judge(file, { root: known, digits }).state);
      assert.deepEqual(states, ["alone", "valid", "valid", "other"]);
    });

    it("take names of one form alone, as the other program does", () => {
      assert.equal(checkName(" Zoe\u0308\u2003"), "Zo\u00eb");
      assert.equal(checkName("\ufeffJo"), "\ufeffJo");
      for (const name of ["x".repeat(201), "a\nb", "a\u0007b", "\u00e9".repeat(101)]) assert.throws(() => checkName(name), Malformed);
    });
  });

  describe("from a site that lies", () => {
    /** A site that certifies something else: what is asked for changed on the way, or what it signs. */
    const lying = (ask: object, sign: Partial<Certificate> = {}): Fetch => async (where, init) => {
      if (where !== "/api/certify") return fetchFrom(service.intake)(where, init);
      const asked = JSON.parse(bodyOf(init)) as object;
      const answer = await fetchFrom(service.intake)(where, { ...init, body: JSON.stringify({ ...asked, ...ask }) });
      const { certificate = "" } = (await answer.json()) as { certificate?: string };
      const listed = parseDirectory(await (await fetch(`${service.intake}/.well-known/reporting/directory`)).text(), root);
      const lie = signCertificate({ ...parseCertificate(certificate, listed), ...sign }, key);
      return new Response(JSON.stringify({ certificate: lie }), { headers: { "Content-Type": "application/json" } });
    };
    const lies: readonly (readonly [string, object, Partial<Certificate>])[] = [
      ["of another case", { case: 1 }, {}],
      ["with another commitment", { commitment: Buffer.from(new Uint8Array(32).fill(7)).toString("base64") }, {}],
      ["of the report for all to see", {}, { report: sha256(utf8("an acknowledgement")) }],
      ["with another opening", { opening: Buffer.from(new Uint8Array(32).fill(7)).toString("base64") }, {}],
      ["without the name", {}, { commitment: NO_NAME }],
      ["with the channel named against the wish", { name_channel: true }, {}],
      ["of another day", {}, { received: "2026-01-05" }],
      ["issued on another day", {}, { issued: "2027-01-05" }],
      ["by another list of keys", {}, { directory: 9 }],
      ["of another site", {}, { origin: "other.example.org" }],
    ];
    it("are handed out where the site does not lie after all", async () => {
      await (await mailbox(lying({}))).certify(told.cases[0] ?? "", NAME, false);
    });
    for (const [title, ask, sign] of lies) {
      it(`are not handed out ${title}`, async () => {
        const engine = await mailbox(lying("case" in ask ? { case: told.cases[1] } : ask, sign));
        await assert.rejects(engine.certify(told.cases[0] ?? "", NAME, false), NotAuthentic);
      });
    }
    it("never send the name", async () => {
      const sent: string[] = [];
      const engine = await mailbox((where, init) => {
        sent.push(bodyOf(init));
        return fetchFrom(service.intake)(where, init);
      });
      const { file } = await engine.certify(told.cases[0] ?? "", NAME, false);
      assert.ok(sent.some((body) => body.includes('"name_channel":false')));
      assert.ok(!sent.some((body) => body.includes("Zo") || body.includes("نور")));
      const { salt } = parseJsonObject(file, { limit: 1 << 23 }) as { salt: string };
      assert.ok(!sent.some((body) => body.includes(salt)));
    });
  });

  for (const kind of [CHROMIUM, FIREFOX]) {
    describe(`in ${kind.name}`, { skip: skipReason(kind) }, () => {
      const opened = openedFor(kind);
      let page: Page;
      before(async () => {
        page = await opened.browser.newPage();
        page.setDefaultTimeout(60_000);
      });

      const save = async (wanted: string): Promise<string> => {
        for (let tries = 0; tries < 200 && !(await readdir(folder)).includes(wanted); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
        return path.join(folder, wanted);
      };
      const show = async (language: string): Promise<void> => {
        await openMailbox(page, service.intake, told.words.join(" "), language);
        await page.waitForSelector(".show-certificate");
        await page.click(".show-certificate");
        await page.waitForSelector("#certificate-name");
        await page.waitForFunction(() => [...document.styleSheets].some((sheet) => sheet.href?.includes("/dossier-")));
      };

      it("is made in the mailbox, which says what it gives away", async () => {
        for (const width of [320, 1_200]) {
          await page.setViewport({ width, height: 900 });
          for (const language of ["ar", "en"]) {
            await show(language);
            assert.deepEqual(await complaints(page), [], `${language} ${width}`);
          }
        }
        const said = (): Promise<string> => page.$eval("case-certificate .warning", (box) => (box as HTMLElement).innerText);
        assert.match(await said(), /names nobody/);
        assert.doesNotMatch(await said(), /shows the channel/);
        await page.click("#certificate-channel");
        await page.type("#certificate-name", "Jo Doe");
        assert.match(await said(), /shows the channel[^]*shows the name/);
        await page.click("case-certificate button[type=submit]");
        await page.waitForSelector("case-certificate .save-json");
        assert.match(await page.$eval("case-certificate .done", (box) => (box as HTMLElement).innerText), /Jo Doe/);
        assert.deepEqual(await complaints(page), []);
        if (kind !== CHROMIUM) return; // saving is asked of one browser
        const session = await page.createCDPSession();
        await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder });
        for (const ending of ["html", "json"]) {
          await page.click(`case-certificate .save-${ending}`);
          const { name, channel } = await checked(service, await save(`certificate-${today()}.${ending}`));
          assert.deepEqual([name, channel !== null], ["Jo Doe", true]);
        }
      });

      /** Chooses a file; what is said of it. */
      const say = async (file: string): Promise<string> => {
        const field = (await page.waitForSelector("#checked-file")) as ElementHandle<HTMLInputElement>;
        await page.$eval(".found", (found) => { found.replaceChildren(); });
        await field.uploadFile(file);
        await page.waitForSelector(".found h2, .found .fault");
        return page.$eval(".found", (found) => (found as HTMLElement).innerText);
      };
      const files = async (): Promise<Record<"good" | "page" | "bare" | "altered" | "other" | "neither", string>> => {
        const made = await certified(NAME, true);
        const altered = new TextDecoder().decode(made.file).replace(NAME, "Someone Else");
        const mine = new SigningKey(new Uint8Array(32).fill(9));
        const { directory, note } = parseJsonObject(made.file, { limit: 1 << 23 }) as { directory: string; note: string };
        const stranger = new VerifierKey(root.name, mine.public);
        const { salt } = parseJsonObject(made.file, { limit: 1 << 23 }) as { salt: string };
        const resigned = signNote(parseNote(directory, { limit: 1 << 23 }).text, root.name, mine);
        return {
          good: await written("good.json", made.file),
          page: await written("page.html", certificatePaper(made, "Procurement", "ltr")),
          bare: await written("bare.json", (await certified("", false)).file),
          altered: await written("altered.json", utf8(altered)),
          other: await written("other.json", writeCertificate(note, utf8(resigned), stranger, NAME, b64decode(salt))),
          neither: await written("neither.json", utf8("{}")),
        };
      };
      const judges = async (offline: boolean): Promise<void> => {
        const { good, page: paper, bare, altered, other, neither } = await files();
        // Offline no site counts until its fingerprint was typed: nothing is called valid, and the reader is told to compare.
        const holds = offline ? /certificate holds together\. Compare the digits[^]*Compare these digits[^]*/ : /certificate is valid[^]*/;
        const saying = (words: RegExp): RegExp => new RegExp(holds.source + words.source);
        for (const file of [good, paper]) assert.match(await say(file), saying(/A report was received on[^]*Made out to: Zoë نور[^]*Nobody checked this name/));
        assert.match(await say(bare), saying(/made out to nobody/));
        assert.match(await say(altered), /does not hold[^]*name in this certificate/);
        assert.match(await say(neither), /no certificate and no dossier/);
        assert.match(await say(other), offline ? holds : /about another site/);
        assert.equal((await say(other)).includes("is valid"), false);
        assert.equal((await say(good)).includes("Compare these digits"), offline);
      };

      it("is checked on the site, and nothing is sent", async () => {
        await page.goto(`${service.intake}/en/verify`);
        await page.waitForSelector("#checked-file");
        const asked: string[] = [];
        page.on("request", (request) => asked.push(request.url()));
        await judges(false);
        assert.deepEqual(asked.filter((address) => address.startsWith("http")), []);
        for (const language of ["ar", "en"]) {
          for (const width of [320, 1_200]) {
            await page.setViewport({ width, height: 900 });
            await page.goto(`${service.intake}/${language}/verify`);
            await say((await files()).good);
            assert.deepEqual(await complaints(page), [], `${language} ${width}`);
          }
        }
      });

      it("is checked by the page that was saved, opened from the disk with no network", async () => {
        const address = await page.$eval("a[download]", (link) => link.href);
        const answer = await fetch(address);
        assert.match(answer.headers.get("Content-Disposition") ?? "", /^attachment/);
        const { good, other, ...rest } = await files();
        const saved = await written(`checking-${kind.name}.html`, new Uint8Array(await answer.arrayBuffer()));
        assert.ok(rest.bare !== "");
        await page.setOfflineMode(true);
        const failed: string[] = [];
        page.on("console", (message) => { if (message.type() === "error") failed.push(message.text()); });
        page.on("pageerror", (error) => failed.push(String(error)));
        await page.goto(pathToFileURL(saved).href);
        await page.waitForSelector("#checked-file");
        await judges(true);
        await page.type("#printed", service.credentials.fingerprint);
        assert.match(await say(good), /certificate is valid/);
        assert.doesNotMatch(await say(good), /Compare these digits/);
        assert.match(await say(other), /about another site/);
        assert.deepEqual(failed, []);
        await page.setOfflineMode(false);
      });
    });
  }
});
