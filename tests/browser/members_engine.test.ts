/** Enrolling, second factors and recovery at the desk's engine: what leaves the device, and what a dishonest server gets. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { InvitationOver, Unreachable } from "../../reporting/browser/src/client/errors.ts";
import { HybridRecipient, encrypt } from "../../reporting/browser/src/protocol/age.ts";
import { b64encode } from "../../reporting/browser/src/protocol/encoding.ts";
import { CannotOpen } from "../../reporting/browser/src/protocol/errors.ts";
import type { Arrival, Session } from "../../reporting/browser/src/workers/member_api.ts";
import { type Desk, Scene, TODAY, opened } from "./desk_scene.ts";
import { App, invite } from "./members.ts";
import { startService } from "./service.ts";

const IGNORE = (): void => undefined;

/** Somebody who has just enrolled. */
interface Enrolled {
  readonly desk: Desk;
  readonly passphrase: string;
  readonly recovery: string;
  readonly session: Session;
}

describe("enrolling at the desk's engine", () => {
  let scene: Scene;
  let root: string;
  let count = 0;

  before(async () => {
    scene = new Scene(await startService());
    root = (await (await fetch(`${scene.service.desk}/.well-known/reporting/root`)).text()).trim();
  });
  after(() => scene.service.stop());

  /** A page with a good invitation, a passphrase and a recovery code. */
  async function invited(): Promise<Omit<Enrolled, "session"> & { id: string; token: string }> {
    const id = `new-${String(++count)}`;
    const token = (await invite(scene.service, { id, label: "Noor Aziz", role: "intake" })).split("#")[1] ?? "";
    const desk = scene.open();
    await desk.engine.invitation(token, root, TODAY);
    const passphrase = await desk.engine.newPassphrase();
    const recovery = (await desk.engine.newRecoveryCode()).words.join(" ");
    return { desk, passphrase, recovery, id, token };
  }

  async function enrolled(): Promise<Enrolled & { id: string }> {
    const found = await invited();
    return { ...found, session: opened(await found.desk.engine.enroll(found.passphrase, root, TODAY)) };
  }

  it("says what the invitation is for, and whose site it is", async () => {
    const token = (await invite(scene.service, { id: "new-0", label: "Noor Aziz", role: "intake" })).split("#")[1] ?? "";
    const found = await scene.open().engine.invitation(token, root, TODAY);
    assert.deepEqual([found.name, found.label, found.roles], ["new-0", "Noor Aziz", [["procurement", "intake"]]]);
    assert.equal(found.fingerprint, scene.service.credentials.fingerprint);
    assert.equal(found.titles["procurement"], "Public procurement");
  });

  it("sends neither passphrase nor code, nor anything of the private keys", async () => {
    const { desk, passphrase, recovery } = await invited();
    const sent: string[] = [];
    desk.intercept = (_address, body) => {
      sent.push(body);
      return null;
    };
    opened(await desk.engine.enroll(passphrase, root, TODAY));
    const file = new TextDecoder().decode((await desk.engine.exportIdentity()).bytes);
    const key = /AGE-SECRET-KEY-PQ-1\w+/.exec(file)?.[0] ?? "?";
    assert.ok(sent.length > 1);
    for (const secret of [...passphrase.split(" ").map((word) => `"${word}"`), passphrase, recovery, key]) {
      assert.ok(!sent.some((body) => body.includes(secret)), secret);
    }
  });

  it("makes no file of the member's own key before that is in the audit log", async () => {
    const desk = await scene.at("intake");
    const asked: string[] = [];
    desk.intercept = (address) => {
      asked.push(new URL(address, "https://desk.example").pathname);
      return Promise.resolve(new Response("{}", { status: 503 }));
    };
    await assert.rejects(desk.engine.exportIdentity());
    assert.deepEqual(asked, ["/api/account/exports"]);
    desk.intercept = null;
    assert.match(new TextDecoder().decode((await desk.engine.exportIdentity()).bytes), /^AGE-SECRET-KEY-PQ-1/m);
  });

  it("takes an invitation once, and tells nothing of why it is refused", async () => {
    const { desk, passphrase, token } = await invited();
    await desk.engine.enroll(passphrase, root, TODAY);
    for (const one of [token, "guessed"]) {
      await assert.rejects(scene.open().engine.invitation(one, root, TODAY), InvitationOver);
    }
  });

  it("goes on where the answer was lost after the keys were registered", async () => {
    const { desk, passphrase, id } = await invited();
    desk.intercept = (address, _body, send) => {
      if (address !== "/api/enrolment") return null;
      desk.intercept = null;
      return send().then(() => {
        throw new TypeError("the line is down");
      });
    };
    await assert.rejects(desk.engine.enroll(passphrase, root, TODAY), Unreachable);
    assert.equal(opened(await desk.engine.enroll(passphrase, root, TODAY)).member, id);
  });

  it("signs nothing for a challenge that is no nonce", async () => {
    const { desk, passphrase } = await invited();
    desk.intercept = (address, body) => {
      if (address !== "/api/enrolment/challenge") return null;
      const { recipient } = JSON.parse(body) as { recipient: string };
      return encrypt(new Uint8Array(31), [HybridRecipient.parse(recipient)]).then((sealed) => Response.json({ sealed: b64encode(sealed) }));
    };
    await assert.rejects(desk.engine.enroll(passphrase, root, TODAY), { name: "UnexpectedAnswer" });
    assert.ok(!desk.sent.includes("POST /api/enrolment"));
  });

  it("waits for the signed directory, whatever the server says of it", async () => {
    const { desk, session, passphrase } = await enrolled();
    assert.equal(session.listing, "not-listed");
    assert.equal(session.awaiting?.keys, session.keys);
    assert.deepEqual(session.awaiting.administrators, ["Grace Mwangi, administration"]);
    desk.spoil = (address, body) => (address === "/api/session" ? JSON.stringify({ ...(JSON.parse(body) as object), awaiting: null }) : null);
    assert.notEqual(opened(await desk.engine.unlock(passphrase, TODAY, IGNORE)).awaiting, null);
    desk.spoil = null;
    await scene.service.publish();
    assert.equal((await desk.engine.lookAgain()).awaiting, null);
  });

  /** Adds an app to the account. */
  async function withApp({ desk }: Enrolled): Promise<App> {
    const { id, secret } = await desk.engine.beginTotp();
    const app = new App(secret);
    opened(await desk.engine.confirmTotp(id, await app.code(), IGNORE));
    return app;
  }

  it("stops at the second factor, and goes on with it", async () => {
    const person = await enrolled();
    const app = await withApp(person);
    const desk = scene.open();
    const signIn = (): Promise<Arrival> => desk.engine.signIn(person.id, person.passphrase, TODAY, IGNORE);
    assert.deepEqual((await signIn()).stage, "factor");
    assert.ok(!desk.sent.includes("PUT /api/vault"));
    await assert.rejects(desk.engine.openCase("00".repeat(16)), { kind: "not-signed-in" });
    await assert.rejects(desk.engine.proveFactor({ totp: "000000" }, IGNORE), { kind: "wrong-credentials" });
    assert.equal(opened(await desk.engine.proveFactor({ totp: await app.code() }, IGNORE)).member, person.id);
    // Another member's session is not taken up for this one's.
    desk.intercept = (address, _body, send) =>
      address === "/api/session/factor" ? send().then(async (answer) => Response.json({ ...((await answer.json()) as object), member: "intake" })) : null;
    await assert.rejects(desk.engine.stepUp({ totp: await app.code() }), { name: "UnexpectedAnswer" });
  });

  it("lets no server choose what passkeys turn into keys", async () => {
    const { desk } = await enrolled();
    const extensions = { prf: { eval: { first: "AAAA" } } };
    desk.intercept = () => Promise.resolve(Response.json({ options: { challenge: "AAAA", extensions } }));
    const asked = await desk.engine.factorOptions();
    assert.notDeepEqual(asked["extensions"], extensions);
    assert.match(JSON.stringify(asked["extensions"]), /"first":"[\w-]{43}"/);
  });

  it("joins a passkey with the passphrase, and opens with both or with the sheet alone", async () => {
    const { desk, passphrase, recovery, id } = await enrolled();
    const [credential, answer] = ["AAECAw", new Uint8Array(32).fill(7)];
    const factor = { id: "00".repeat(16), kind: "passkey", name: "key", created: "2026-11-26T00:00:00Z", used: null, prf: true, credential };
    desk.spoil = (address, body) => (address === "/api/account" ? JSON.stringify({ ...(JSON.parse(body) as object), factors: [factor] }) : null);
    assert.deepEqual((await desk.engine.joinPasskey({ credential, answer: answer.slice() })).joined, [credential]);
    const arrived = await desk.engine.unlock(passphrase, TODAY, IGNORE);
    assert.ok(arrived.stage === "key");
    assert.deepEqual(arrived.credentials, [credential]);
    await assert.rejects(desk.engine.openWithPasskey({ credential, answer: new Uint8Array(32) }, IGNORE), CannotOpen);
    assert.equal(opened(await desk.engine.openWithPasskey({ credential, answer: answer.slice() }, IGNORE)).member, id);
    const other = scene.open();
    assert.equal((await other.engine.recover(id, recovery, TODAY)).stage, "recovery");
    await other.engine.renewPassphrase("a new passphrase");
    assert.equal(opened(await other.engine.signIn(id, "a new passphrase", TODAY, IGNORE)).member, id);
  });

  it("does not say that a passkey guards the keys while the passphrase alone opens them, whoever wanted that", async () => {
    const { desk, passphrase } = await enrolled();
    const credential = "AAECAw";
    const passkey = { id: "00".repeat(16), kind: "passkey", name: "key", created: "2026-11-26T00:00:00Z", used: null, prf: true, credential };
    const app = { ...passkey, id: "11".repeat(16), kind: "totp", name: "app", prf: false, credential: null };
    desk.spoil = (address, body) => (address === "/api/account" ? JSON.stringify({ ...(JSON.parse(body) as object), factors: [passkey, app] }) : null);
    assert.deepEqual((await desk.engine.joinPasskey({ credential, answer: new Uint8Array(32).fill(7) })).joined, []);
    assert.deepEqual(opened(await desk.engine.unlock(passphrase, TODAY, IGNORE)).joined, []);
  });

  it("writes nothing where the vault is not that of the recovery code", async () => {
    const [mine, theirs] = [await enrolled(), await enrolled()];
    const vault = await (await theirs.desk.browser.fetch("/api/vault", { method: "GET", credentials: "same-origin" })).text();
    const desk = scene.open();
    assert.equal((await desk.engine.recover(mine.id, mine.recovery, TODAY)).stage, "recovery");
    desk.spoil = (address) => (address === "/api/vault" ? vault : null);
    await assert.rejects(desk.engine.renewPassphrase("a new passphrase"), CannotOpen);
    assert.ok(!desk.sent.includes("PUT /api/vault"));
  });
});
