/** What the desk's worker does about its member: the session in all its stages, and the keys. */

import { type Catalogue, learn } from "../ui/i18n.ts";
import * as accountNews from "../client/account_news.ts";
import * as enrolling from "../client/enrolling.ts";
import { Problem, Unreachable } from "../client/errors.ts";
import { type KeptVault, fetchVault } from "../client/kept_vault.ts";
import type { MemberSession } from "../client/member.ts";
import * as own from "../client/own_account.ts";
import * as ownMail from "../client/own_mail.ts";
import * as recovering from "../client/recovering.ts";
import * as renewing from "../client/renewing.ts";
import { titleOf } from "../client/showing.ts";
import * as signingIn from "../client/signing_in.ts";
import { Site } from "../client/site.ts";
import * as staffs from "../client/staff.ts";
import type { Staff } from "../client/staff.ts";
import type { Transport } from "../client/transport.ts";
import { type JsonObject, b64encode } from "../protocol/encoding.ts";
import { fingerprint } from "../protocol/directory.ts";
import { CannotOpen, N_ } from "../protocol/errors.ts";
import { VerifierKey } from "../protocol/note.ts";
import { ReceiptCode } from "../protocol/receipt.ts";
import * as vaults from "../protocol/vault.ts";
import type { Made, Session, SignInStep } from "./desk_api.ts";
import type { Arrival, Invitation, Invited, MemberApi, NewTotp, OwnAccount, PasskeyAnswer, Proof, ShownCode } from "./member_api.ts";

const SIGNED_OUT = { type: "urn:reporting:problem:not-signed-in" };
const NOWHERE = { stretched: null, passkey: null, kept: null, today: "", code: null } as const;

type Steps = (step: SignInStep) => void;

/** What was given on the way in, until the session is open. */
interface Given {
  readonly stretched: vaults.Stretched | null;
  readonly passkey: PasskeyAnswer | null;
  readonly kept: KeptVault | null;
  readonly today: string;
  /** The recovery code, typed or fresh. */
  readonly code: ReceiptCode | null;
}

/** An invitation that was looked at, and keys made for it: the same ones where sending them has to be repeated. */
interface Enrolling {
  readonly token: string;
  readonly invitation: Invitation;
  readonly keys: enrolling.NewKeys | null;
}

/** The methods of {@link MemberApi}. What the desk does beyond them is its heir's. */
export abstract class MemberEngine implements MemberApi {
  #session: MemberSession | null = null;
  /** The session as the server has it, in any stage. */
  #staff: Staff | null = null;
  #given: Given = NOWHERE;
  #enrolling: Enrolling | null = null;

  constructor(
    readonly transport: Transport,
    /** That of the page. */
    protected language: string,
  ) {}

  speak(language: string, texts: Catalogue): Promise<void> {
    this.language = language;
    learn(texts, language);
    return Promise.resolve();
  }

  /** A session as the page is told of it. */
  protected abstract describe(session: MemberSession): Session;
  /** Forgets all that is held for a session. */
  protected abstract forget(): void;

  /** The session, once its keys are here. @throws Problem of kind `not-signed-in` */
  protected here(): MemberSession {
    if (this.#session === null) throw new Problem(401, SIGNED_OUT);
    this.#session.followDay();
    return this.#session;
  }

  #staffHere(): Staff {
    const staff = this.#session ?? this.#staff;
    if (staff === null) throw new Problem(401, SIGNED_OUT);
    return staff;
  }

  #drop(): void {
    this.#session = null;
    this.#staff = null;
    this.#given = NOWHERE;
    this.forget();
  }

  async signIn(name: string, passphrase: string, today: string, progress: Steps): Promise<Arrival> {
    this.#drop();
    const [staff, stretched] = await signingIn.signIn(this.transport, name, passphrase, progress);
    this.#staff = staff;
    this.#given = { ...NOWHERE, stretched, today };
    return this.#arrive(progress);
  }

  async unlock(passphrase: string, today: string, progress: Steps): Promise<Arrival> {
    this.#drop();
    progress("stretching");
    const staff = await staffs.currentStaff(this.transport);
    const kept = await fetchVault(staff);
    this.#staff = staff;
    this.#given = { ...NOWHERE, stretched: await vaults.stretch(passphrase, kept.salt), kept, today };
    try {
      return await this.#arrive(progress);
    } catch (error) {
      if (!(error instanceof CannotOpen)) throw error;
      throw new CannotOpen(N_("This passphrase does not open your keys. Type it again."));
    }
  }

  /** Goes as far as can be gone with what was given. */
  async #arrive(progress: Steps): Promise<Arrival> {
    const staff = this.#staffHere();
    const { stage, label, factors } = staff.account;
    if (stage === "factor" || stage === "recovery-factor") return { stage: "factor", label, factors };
    if (stage !== "open") return { stage, label };
    const { stretched, passkey, today } = this.#given;
    // What a recovery code opened is never open; a session without passphrase has no keys to open.
    if (stretched === null) throw new Problem(401, SIGNED_OUT);
    const kept = this.#given.kept ?? (await fetchVault(staff));
    this.#given = { ...this.#given, kept };
    const needed = signingIn.neededPasskeys(kept);
    if (needed.length > 0 && !needed.includes(passkey?.credential ?? "")) return { stage: "key", label, credentials: needed, question: own.passkeyQuestion(staff.account.member) };
    const session = await signingIn.openSession(staff, kept, { stretched, passkey }, today, progress);
    passkey?.answer.fill(0);
    this.#given = NOWHERE;
    this.#staff = null;
    this.#session = session;
    return this.describe(session);
  }

  async factorOptions(): Promise<JsonObject> {
    const staff = this.#staffHere();
    const { options } = await staff.sendOnce("POST", `${own.FACTOR}/options`, {});
    // What passkeys turn into a key follows from the member alone: no server chooses it.
    return { ...enrolling.asObject(options), extensions: own.passkeyExtension(staff.account.member) };
  }

  async proveFactor(proof: Proof, progress: Steps): Promise<Arrival> {
    const staff = this.#staffHere();
    if ("answer" in proof) this.#given = { ...this.#given, passkey: proof.answer };
    progress("signing-in");
    await own.prove(staff, await this.#sent(staff, proof));
    return this.#arrive(progress);
  }

  async openWithPasskey(passkey: PasskeyAnswer, progress: Steps): Promise<Arrival> {
    this.#given = { ...this.#given, passkey };
    return this.#arrive(progress);
  }

  async stepUp(proof: Proof): Promise<void> {
    const session = this.here();
    await own.prove(session, await this.#sent(session, proof));
  }

  /** A proof as the server takes it: neither passphrase nor a passkey's key material leave this device. */
  async #sent(staff: Staff, proof: Proof): Promise<own.Proof> {
    if ("passkey" in proof) return { passkey: proof.passkey };
    if (!("passphrase" in proof)) return proof;
    const salt = await signingIn.saltOf(this.transport, staff.account.name);
    const { authSecret } = await vaults.stretch(proof.passphrase, salt);
    return { auth: b64encode(authSecret) };
  }

  async whoIsSignedIn(): Promise<{ readonly name: string; readonly label: string } | null> {
    const found = await staffs.account(this.transport);
    return found?.stage === "open" ? { name: found.name, label: found.label } : null;
  }

  async signOut(): Promise<void> {
    this.#drop();
    await staffs.signOut(this.transport);
  }

  async lookAgain(): Promise<Session> {
    const session = this.here();
    await session.refresh();
    await session.loadDirectory();
    return this.describe(session);
  }

  async recover(name: string, code: string, today: string): Promise<Arrival> {
    this.#drop();
    const read = ReceiptCode.parse(code);
    this.#staff = await recovering.recover(this.transport, name, read);
    this.#given = { ...NOWHERE, code: read, today };
    return this.#arrive(() => undefined);
  }

  async renewPassphrase(passphrase: string): Promise<void> {
    const { code } = this.#given;
    if (code === null) throw new Problem(401, SIGNED_OUT);
    await recovering.renewPassphrase(this.#staffHere(), code, passphrase);
    this.#drop();
  }

  async invitation(token: string, root: string, today: string): Promise<Invited> {
    const invitation = await enrolling.look(this.transport, token);
    this.#enrolling = { token, invitation, keys: null };
    const trusted = VerifierKey.parse(root);
    const site = new Site(this.transport, { root: trusted, version: 0, sha256: new Uint8Array(32) }, today);
    const { channels } = await site.load();
    const titles = channels.map((channel) => [channel.id, titleOf(channel, this.language)] as const);
    return { ...invitation, origin: trusted.name, fingerprint: fingerprint(trusted.publicKey), titles: Object.fromEntries(titles) };
  }

  newPassphrase(): Promise<string> {
    return Promise.resolve(vaults.generatePassphrase());
  }

  newRecoveryCode(): Promise<ShownCode> {
    const code = ReceiptCode.generate();
    this.#given = { ...this.#given, code };
    return Promise.resolve({ words: code.words(), groups: code.groups() });
  }

  async enroll(passphrase: string, root: string, today: string): Promise<Arrival> {
    const { code } = this.#given;
    if (this.#enrolling === null || code === null) throw new Error("there is no invitation, or no recovery code");
    const { token, invitation } = this.#enrolling;
    const isAgain = this.#enrolling.keys !== null;
    const keys = this.#enrolling.keys ?? (await enrolling.makeKeys(invitation.member, VerifierKey.parse(root), passphrase, code));
    this.#enrolling = { ...this.#enrolling, keys };
    this.#staff = await this.#register(token, invitation, keys, isAgain);
    this.#enrolling = null;
    this.#given = { ...NOWHERE, stretched: keys.stretched, today };
    return this.#arrive(() => undefined);
  }

  /** Where an earlier attempt was not answered, the keys may be registered already: then they sign in. */
  async #register(token: string, invitation: Invitation, keys: enrolling.NewKeys, isAgain: boolean): Promise<Staff> {
    try {
      return await enrolling.enroll(this.transport, token, keys);
    } catch (error) {
      if (!isAgain || error instanceof Unreachable) throw error;
      const auth = keys.sent["auth"] ?? "";
      return signingIn.openWith(this.transport, staffs.SESSION, { name: invitation.name, auth }).catch(() => {
        throw error;
      });
    }
  }

  account(): Promise<OwnAccount> {
    return own.loadAccount(this.#staffHere());
  }

  accountNews(): Promise<accountNews.AccountNews> {
    return accountNews.loadNews(this.here());
  }

  noteTold(): Promise<void> {
    return accountNews.noteTold(this.here());
  }

  beginTotp(): Promise<NewTotp> {
    return own.beginTotp(this.#staffHere());
  }

  async confirmTotp(id: string, code: string, progress: Steps): Promise<Arrival> {
    await this.#makeRoom();
    await own.confirmTotp(this.#staffHere(), id, code);
    return this.#registered(progress);
  }

  async passkeyOptions(): Promise<JsonObject> {
    const { options } = await this.#staffHere().sendOnce("POST", `${own.ACCOUNT}/factors/passkey/options`, {});
    return enrolling.asObject(options);
  }

  async addPasskey(name: string, credential: JsonObject, progress: Steps): Promise<Arrival> {
    await this.#makeRoom();
    await this.#staffHere().sendOnce("POST", `${own.ACCOUNT}/factors/passkey`, { name, credential });
    return this.#registered(progress);
  }

  /** A factor that is not joined is about to be registered: the passphrase alone has to open the vault then. */
  async #makeRoom(): Promise<void> {
    if (this.#session !== null) await own.fitWraps(this.#session, []);
  }

  async #registered(progress: Steps): Promise<Arrival> {
    const session = this.#session;
    await this.#staffHere().refresh();
    return session === null ? this.#arrive(progress) : this.describe(session);
  }

  async joinPasskey(passkey: PasskeyAnswer): Promise<Session> {
    const session = this.here();
    await own.joinPasskey(session, passkey);
    return this.describe(session);
  }

  async removeFactor(id: string): Promise<Session> {
    const session = this.here();
    const { factors } = await own.loadAccount(session);
    await own.fitWraps(session, factors.filter((factor) => factor.id !== id));
    await session.sendOnce("DELETE", `${own.ACCOUNT}/factors/${id}`, {});
    await session.refresh();
    return this.describe(session);
  }

  newBackupCodes(): Promise<readonly string[]> {
    return own.newBackupCodes(this.#staffHere());
  }

  mail(): Promise<ownMail.OwnMail> {
    return ownMail.loadMail(this.here());
  }

  askMailCode(address: string): Promise<void> {
    return ownMail.askMailCode(this.here(), address, this.language);
  }

  confirmMailCode(code: string): Promise<void> {
    return ownMail.confirmMailCode(this.here(), code, this.language);
  }

  chooseMail(choices: ownMail.MailChoices): Promise<void> {
    return ownMail.chooseMail(this.here(), choices);
  }

  forgetMail(): Promise<void> {
    return ownMail.forgetMail(this.here());
  }

  async endSession(id: string): Promise<void> {
    await this.here().send("DELETE", `${own.ACCOUNT}/sessions/${id}`, {});
  }

  async endOtherSessions(): Promise<void> {
    await this.here().send("DELETE", `${own.ACCOUNT}/sessions`, {});
  }

  async isPassphrase(present: string): Promise<boolean> {
    const session = this.here();
    return own.isPassphrase(session, await signingIn.saltOf(this.transport, session.account.name), present);
  }

  async changePassphrase(next: string): Promise<Session> {
    const session = this.here();
    await own.changePassphrase(session, next);
    return this.describe(session);
  }

  async changeRecovery(): Promise<void> {
    const { code } = this.#given;
    if (code === null) throw new Error("there is no fresh recovery code");
    await own.changeRecovery(this.here(), code);
    this.#given = NOWHERE;
  }

  async renewKeys(): Promise<Session> {
    const session = this.here();
    await renewing.renewKeys(session);
    return this.describe(session);
  }

  takeBackKeys(): Promise<void> {
    return renewing.takeBackKeys(this.here());
  }

  async exportIdentity(): Promise<Made> {
    const session = this.here();
    await own.noteExport(session); // before anything is made: what is not recorded does not leave the desk
    const { vault } = session;
    const keys = vaults.identitiesOf(vault).flatMap((identity) => [`# public key: ${String(identity.recipient)}`, identity.encode()]);
    const lines = [`# reporting/v1/member ${vault.member}`, ...keys];
    const content = lines.map((line) => `${line}\n`).join("");
    return { name: `${vault.member}.age-identity.txt`, type: "text/plain", bytes: new TextEncoder().encode(content) };
  }
}
