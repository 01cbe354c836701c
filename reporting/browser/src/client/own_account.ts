/** A member's own account: second factors, backup codes, sessions, passphrase, recovery code, and the keys themselves. */

import { type Json, type JsonObject, MAX_INTEGER, b64encode, checkInteger, checkText, equalBytes, isHex32, isObject, sha256, utf8 } from "../protocol/encoding.ts";
import { N_, ProtocolError } from "../protocol/errors.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";
import { systemRandom } from "../protocol/signing.ts";
import * as vaults from "../protocol/vault.ts";
import { Problem, UnexpectedAnswer, notAsDescribed } from "./errors.ts";
import type { Wraps } from "./kept_vault.ts";
import type { MemberSession, Renewal } from "./member.ts";
import { PASSPHRASE, type PasskeyAnswer, RECOVERY, passkeyWrap } from "./signing_in.ts";
import { type Staff, parseAccount, texts } from "./staff.ts";

export const ACCOUNT = "/api/account";
export const FACTOR = "/api/session/factor";
const MAX_TEXT = 256;
const MAX_CODES = 64;

/** What a member's passkeys turn into key material (WebAuthn PRF): the same for ever, whatever a server asks for. */
export function passkeyQuestion(member: string): Uint8Array {
  return sha256(utf8(`reporting/v1/prf\0${member}`));
}

/** The question as WebAuthn's JSON has it. */
export function passkeyExtension(member: string): JsonObject {
  const first = b64encode(passkeyQuestion(member)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return { prf: { eval: { first } } };
}

/** A registered second factor, by the server's word. */
export interface Factor {
  readonly id: string;
  readonly kind: "passkey" | "totp";
  readonly name: string;
  readonly created: string;
  readonly used: string | null;
  /** A passkey's credential id, base64url. */
  readonly credential: string | null;
  /** Whether it can take part in keeping the keys. */
  readonly prf: boolean;
}

/** A session of the member's, by the server's word. */
export interface OwnSession {
  readonly id: string;
  readonly opened: string;
  readonly seen: string;
  readonly method: string;
  readonly current: boolean;
}

/** What a member's account consists of. */
export interface OwnAccount {
  readonly factors: readonly Factor[];
  readonly backupCodes: number;
  readonly recovery: boolean;
  readonly keys: KeysOfAccount;
  readonly sessions: readonly OwnSession[];
}

/** The member's keys that wait for the directory, by the server's word. */
export interface KeysOfAccount {
  /** Those that the server would have listed: their signing key (base64), and their digits. */
  readonly pending: { readonly signingKey: string; readonly digits: string } | null;
  /** Signing keys that were asked for, and taken back. */
  readonly takenBack: readonly string[];
  /** Who can have them listed, by label. */
  readonly administrators: readonly string[];
}

/** What proves, beside a session, who is there. */
export type Proof = { readonly totp: string } | { readonly backup: string } | { readonly passkey: JsonObject } | { readonly auth: string };

/**
 * Proves with a second factor who is there. The answer may be another session, with a token of its own.
 *
 * @throws Problem it does not prove it, or too many attempts
 */
export async function prove(staff: Staff, proof: Proof): Promise<void> {
  staff.became(parseAccount(await staff.sendOnce("POST", FACTOR, proof)));
}

/** The member's account. @throws Problem the session may not ask for it */
export async function loadAccount(staff: Staff): Promise<OwnAccount> {
  const content = await staff.get(ACCOUNT);
  try {
    return {
      factors: list(content["factors"]).map(parseFactor),
      backupCodes: checkInteger(content["backup_codes"], 0, MAX_CODES),
      recovery: content["recovery"] === true,
      keys: parseKeys(content["keys"]),
      sessions: list(content["sessions"]).map(parseSession),
    };
  } catch (error) {
    throw error instanceof ProtocolError ? notAsDescribed(error) : error;
  }
}

function list(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}

/** An instant as the server writes it: ISO 8601, or seconds since 1970; empty where there is none. */
export function instant(value: Json | undefined): string {
  if (typeof value === "number") return new Date(checkInteger(value, 0, MAX_INTEGER) * 1_000).toISOString();
  return value === null || value === undefined ? "" : checkText(value, { limit: MAX_TEXT });
}

function idOf(content: JsonObject): string {
  const { id } = content;
  if (!isHex32(id)) throw new UnexpectedAnswer(N_("The server's answer is not as the protocol says: {fault}"), { fault: "/id" });
  return id;
}

function parseKeys(value: Json | undefined): KeysOfAccount {
  const keys = isObject(value) ? value : {};
  const { pending } = keys;
  const text = (found: JsonObject, name: string): string => checkText(found[name], { limit: MAX_TEXT });
  return {
    pending: isObject(pending) ? { signingKey: text(pending, "signing_key"), digits: text(pending, "digits") } : null,
    takenBack: texts(keys["taken_back"]),
    administrators: texts(keys["administrators"]),
  };
}

function parseFactor(content: JsonObject): Factor {
  const used = instant(content["used"]);
  const { credential } = content;
  return {
    id: idOf(content),
    kind: content["kind"] === "passkey" ? "passkey" : "totp",
    name: checkText(content["name"], { limit: MAX_TEXT }),
    created: instant(content["created"]),
    used: used === "" ? null : used,
    credential: typeof credential === "string" ? credential : null,
    prf: content["prf"] === true,
  };
}

function parseSession(content: JsonObject): OwnSession {
  return {
    id: idOf(content),
    opened: instant(content["opened"]),
    seen: instant(content["seen"]),
    method: checkText(content["method"], { limit: MAX_TEXT }),
    current: content["current"] === true,
  };
}

/** A secret for an app that makes codes; it counts once a code of it was confirmed. */
export async function beginTotp(staff: Staff): Promise<{ readonly id: string; readonly secret: string; readonly uri: string }> {
  const content = await staff.sendOnce("POST", `${ACCOUNT}/factors/totp`, {});
  return { id: idOf(content), secret: checkText(content["secret"], { limit: MAX_TEXT }), uri: checkText(content["uri"], { limit: 1_024 }) };
}

/** Registers the app by a code that it shows. @throws Problem the code is wrong, or too many attempts */
export async function confirmTotp(staff: Staff, id: string, code: string): Promise<void> {
  await staff.sendOnce("POST", `${ACCOUNT}/factors/totp/${id}`, { code });
}

/** Ten codes on paper in the place of those before. @throws Problem of kind `step-up-needed` */
export async function newBackupCodes(staff: Staff): Promise<readonly string[]> {
  return texts((await staff.sendOnce("POST", `${ACCOUNT}/backup-codes`, {}))["codes"]);
}

/** Records that the member takes their own key out of the desk. @throws Problem of kind `step-up-needed` */
export async function noteExport(staff: Staff): Promise<void> {
  await staff.sendOnce("POST", `${ACCOUNT}/exports`, {});
}

/**
 * The wraps that the account's factors ask for: a passkey that is joined opens together with the passphrase,
 * and the passphrase alone opens as long as there is a factor that is not joined, or none.
 */
async function wrapsFor(session: MemberSession, factors: readonly Factor[], fresh: Wraps): Promise<Wraps> {
  const { key, wraps: held, stretched } = session.keys;
  const all: Wraps = { ...held, ...fresh };
  const names = factors.map(({ credential }) => passkeyWrap(credential ?? ""));
  const joined = names.filter((name) => Object.hasOwn(all, name));
  const kept = Object.entries(all).filter(([name]) => name === RECOVERY || joined.includes(name));
  if (factors.length > 0 && joined.length === factors.length) return Object.fromEntries(kept);
  const wrapped = await vaults.wrapWithPassphrase(key, stretched.wrapKey, session.member);
  return Object.fromEntries([...kept, [PASSPHRASE, all[PASSPHRASE] ?? b64encode(wrapped)]]);
}

function sameNames(first: Wraps, second: Wraps): boolean {
  return Object.keys(first).sort().join() === Object.keys(second).sort().join();
}

/**
 * The passkeys that guard the vault together with the passphrase, by credential id: none while the passphrase
 * alone opens it, whatever the factors are of which a server says that they need that.
 */
export function joinedPasskeys(session: MemberSession): readonly string[] {
  if (Object.hasOwn(session.keys.wraps, PASSPHRASE)) return [];
  return Object.keys(session.keys.wraps).flatMap((name) => (name.startsWith(passkeyWrap("")) ? [name.slice(passkeyWrap("").length)] : []));
}

/** Lets the vault be opened as `factors` ask for, before or after they change: nobody is locked out in between. */
export async function fitWraps(session: MemberSession, factors: readonly Factor[]): Promise<void> {
  const wraps = await wrapsFor(session, factors, {});
  if (!sameNames(wraps, session.keys.wraps)) await rewrapped(session, () => wrapsFor(session, factors, {}));
}

/** Joins a registered passkey with the passphrase: from now on the vault's key follows from both. */
export async function joinPasskey(session: MemberSession, { credential, answer }: PasskeyAnswer): Promise<void> {
  const { key, stretched } = session.keys;
  const { factors } = await loadAccount(session);
  const wrapped = await vaults.wrapWithPrf(key, await vaults.prfKey(stretched, answer), session.member);
  await rewrapped(session, () => wrapsFor(session, factors, { [passkeyWrap(credential)]: b64encode(wrapped) }));
}

/** Whether `present` is the passphrase that signed in. @throws Malformed it is empty or overlong */
export async function isPassphrase(session: MemberSession, salt: Uint8Array, present: string): Promise<boolean> {
  return equalBytes((await vaults.stretch(present, salt)).authSecret, session.keys.stretched.authSecret);
}

/**
 * Keeps the vault under other wraps. Where another browser stored it meanwhile, they are made once more for that one:
 * `make` goes by what the session holds.
 */
async function rewrapped(session: MemberSession, make: () => Wraps | Promise<Wraps>, renewal: Renewal = {}): Promise<void> {
  try {
    await session.rewrap(await make(), renewal);
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "vault-changed" || !(await session.reloadVault())) throw error;
    await session.rewrap(await make(), renewal);
  }
}

/** A new passphrase in the place of the present one; all other sessions end. Passkeys are to be joined anew. */
export async function changePassphrase(session: MemberSession, next: string): Promise<void> {
  const fresh = systemRandom(vaults.SALT_BYTES);
  const stretched = await vaults.stretch(next, fresh);
  const wrapped = b64encode(await vaults.wrapWithPassphrase(session.vaultKey, stretched.wrapKey, session.member));
  const wraps = (): Wraps => {
    const recovery = Object.entries(session.keys.wraps).filter(([name]) => name === RECOVERY);
    return { ...Object.fromEntries(recovery), [PASSPHRASE]: wrapped };
  };
  await rewrapped(session, wraps, { passphrase: { stretched, salt: fresh } });
}

/** Another recovery code in the place of the one before, which opens nothing from then on; all other sessions end. */
export async function changeRecovery(session: MemberSession, code: ReceiptCode): Promise<void> {
  const key = await vaults.recoveryKey(code.entropy);
  const wrapped = b64encode(await vaults.wrapWithRecovery(session.vaultKey, key, session.member));
  await rewrapped(session, () => ({ ...session.keys.wraps, [RECOVERY]: wrapped }), { recoveryAuth: await vaults.recoveryAuth(code.entropy) });
}
