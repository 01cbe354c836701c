/**
 * A member's session: signed in, vault opened on this device, directory held against the vault's pin.
 *
 * The passphrase never travels: it is stretched here, and only the secret that follows from it for signing
 * in is sent (protocol section 9). The browser carries the session's cookie and names the page's origin; a
 * page without a protected way to its server has no cryptography of the browser's, and gets no further.
 */

import { type Json, type JsonObject, MAX_INTEGER, b64decode, b64encode, checkInteger, checkText, daysBetween, equalBytes, isId, isObject } from "../protocol/encoding.ts";
import { CannotOpen, N_, ProtocolError } from "../protocol/errors.ts";
import type { Author } from "../protocol/submission.ts";
import * as vaults from "../protocol/vault.ts";
import type { Vault } from "../protocol/vault.ts";
import type { SignInStep } from "../workers/desk_api.ts";
import { Problem, UnexpectedAnswer, Unreachable, notAsDescribed } from "./errors.ts";
import { Site } from "./site.ts";
import type { Answer, Transport } from "./transport.ts";

const ATTEMPTS = 3;
const MAX_TEXT = 256;
const SHORTEST_IDLE = 60; // seconds
const LONGEST_IDLE = 3_600;
const SESSION = "/api/session";
const SIGNED_OUT: JsonObject = { type: "urn:reporting:problem:not-signed-in" };
const NO_SESSION = N_("The server opened no session.");

/** Who is signed in, by the server's word; `csrf` goes with every request that changes something. */
export interface Account {
  readonly member: string;
  readonly name: string;
  readonly label: string;
  readonly roles: readonly string[];
  readonly channels: Readonly<Record<string, readonly string[]>>;
  readonly csrf: string;
  /** Seconds without input after which the desk locks; within bounds, whatever the server says. */
  readonly idle: number;
}

/** How far signing in has come. */
export type Progress = (step: SignInStep) => void;

/** What opens the vault, and what replaces it. In memory alone. */
interface Keys {
  readonly key: Uint8Array;
  readonly wraps: JsonObject;
  readonly auth: Uint8Array;
}

/** A signed-in member. The keys are in memory alone, and gone with the worker. */
export class MemberSession {
  readonly #keys: Keys;
  #account: Account;
  #vault: Vault;
  #dayOfDevice = deviceDay();

  constructor(
    readonly transport: Transport,
    readonly site: Site,
    account: Account,
    vault: Vault,
    keys: Keys,
  ) {
    this.#account = account;
    this.#vault = vault;
    this.#keys = keys;
  }

  /** The member's id. */
  get member(): string {
    return this.#vault.member;
  }

  /** Who is signed in, by the server's word. */
  get account(): Account {
    return this.#account;
  }

  get vault(): Vault {
    return this.#vault;
  }

  get vaultKey(): Uint8Array {
    return this.#keys.key;
  }

  /** Who signs what this member writes. */
  get author(): Author {
    return { id: this.#vault.member, key: this.#vault.signingKey };
  }

  /** Lets the session's day follow the device's midnight: a desk stays open for longer than a day. */
  followDay(device: string = deviceDay()): void {
    const passed = daysBetween(this.#dayOfDevice, device);
    if (passed <= 0) return;
    const day = new Date(`${this.site.today}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + passed);
    this.site.today = day.toISOString().slice(0, 10);
    this.#dayOfDevice = device;
  }

  /**
   * What the desk answers to `GET path`.
   *
   * @throws Problem it refuses; of kind `not-signed-in` where the session has ended
   */
  async get(path: string): Promise<JsonObject> {
    return (await this.transport.get(path, { credentials: true })).expect(200).json();
  }

  /**
   * Sends something that the desk takes twice for once; repeated while nothing answers.
   *
   * @throws Problem it refuses; of kind `not-signed-in` where the session has ended
   * @throws Unreachable no answer to any attempt
   */
  async send(method: string, path: string, value: JsonObject): Promise<JsonObject> {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = (await this.#sendOnce(method, path, value)).expect(200, 201, 204);
        return answer.body.length > 0 ? answer.json() : {};
      } catch (error) {
        if (!(error instanceof Unreachable) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async #sendOnce(method: string, path: string, value: JsonObject): Promise<Answer> {
    const send = (): Promise<Answer> =>
      this.transport.sendJson(method, path, value, { credentials: true, headers: { "X-CSRF-Token": this.#account.csrf } });
    const answer = await send();
    if (answer.status !== 403 || !isWrongToken(answer)) return answer;
    // Another tab of this browser has signed in since: the cookie is that session's, and so is its token.
    const current = await account(this.transport);
    if (current?.member !== this.member) throw new Problem(401, SIGNED_OUT);
    this.#account = current;
    return send();
  }

  /**
   * Loads the directory, judges it by the vault's pin, and raises the pin in the vault.
   *
   * @throws NotAuthentic older than the pin, off its chain, or not signed by the pinned root
   * @throws DirectoryExpired out of its time
   */
  async loadDirectory(): Promise<void> {
    await this.site.load();
    const { root, version, sha256 } = this.site.pin;
    const { root: known, directoryVersion, directorySha256 } = this.#vault;
    if (root.encode() === known.encode() && version === directoryVersion && equalBytes(sha256, directorySha256)) return;
    const raised: Vault = { ...this.#vault, root, directoryVersion: version, directorySha256: sha256 };
    const sealed = await vaults.sealVault(raised, this.#keys.key);
    const { wraps, auth } = this.#keys;
    await this.send("PUT", "/api/vault", { vault: b64encode(sealed), wraps, current_auth: b64encode(auth) });
    this.#vault = raised;
  }
}

/**
 * Signs in, opens the vault and verifies the directory.
 *
 * @throws Problem name or passphrase are wrong, or too many attempts
 * @throws CannotOpen the vault that the server hands out does not open with this passphrase
 * @throws NotAuthentic the directory does not hold
 * @throws DirectoryExpired it is out of its time
 */
export async function signIn(
  transport: Transport,
  name: string,
  passphrase: string,
  today: string,
  progress: Progress,
): Promise<MemberSession> {
  progress("stretching");
  const asked = await transport.sendJson("POST", `${SESSION}/salt`, { name }, { credentials: true });
  const stretched = await vaults.stretch(passphrase, bytes(asked.expect(200).json(), "salt", vaults.SALT_BYTES));
  progress("signing-in");
  const credentials = { name, auth: b64encode(stretched.authSecret) };
  const answer = await transport.sendJson("POST", SESSION, credentials, { credentials: true });
  const opened = parseAccount(answer.expect(200, 201).json());
  return openSession(transport, opened, await keptVault(transport), stretched, today, progress);
}

/**
 * Opens the vault again under the session that the cookie carries.
 *
 * @throws Problem of kind `not-signed-in`: there is no such session any more
 * @throws CannotOpen another passphrase
 * @throws NotAuthentic the directory does not hold
 */
export async function unlock(transport: Transport, passphrase: string, today: string, progress: Progress): Promise<MemberSession> {
  progress("stretching");
  const current = await account(transport);
  if (current === null) throw new Problem(401, SIGNED_OUT);
  const kept = await keptVault(transport);
  const stretched = await vaults.stretch(passphrase, bytes(kept, "salt", vaults.SALT_BYTES));
  try {
    return await openSession(transport, current, kept, stretched, today, progress);
  } catch (error) {
    if (!(error instanceof CannotOpen)) throw error;
    throw new CannotOpen(N_("This passphrase does not open your keys. Type it again."));
  }
}

/** Whose session the cookie carries; null where it carries none. */
export async function account(transport: Transport): Promise<Account | null> {
  try {
    return parseAccount((await transport.get(SESSION, { credentials: true })).expect(200).json());
  } catch (error) {
    if (error instanceof Problem && error.kind === "not-signed-in") return null;
    throw error;
  }
}

/** Ends the session that the cookie carries; one whose server cannot be reached ends by itself after a while. */
export async function signOut(transport: Transport): Promise<void> {
  try {
    const current = await account(transport);
    if (current === null) return;
    await transport.request("DELETE", SESSION, null, { credentials: true, headers: { "X-CSRF-Token": current.csrf } });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}

async function keptVault(transport: Transport): Promise<JsonObject> {
  return (await transport.get("/api/vault", { credentials: true })).expect(200).json();
}

async function openSession(
  transport: Transport,
  current: Account,
  kept: JsonObject,
  stretched: vaults.Stretched,
  today: string,
  progress: Progress,
): Promise<MemberSession> {
  progress("opening");
  const wraps = isObject(kept["wraps"]) ? kept["wraps"] : {};
  const wrapped = bytes(wraps, "passphrase");
  const sealed = bytes(kept, "vault");
  let key: Uint8Array;
  let vault: Vault;
  try {
    key = await vaults.unwrapWithPassphrase(wrapped, stretched.wrapKey, current.member);
    vault = await vaults.openVault(sealed, key, current.member);
  } catch (error) {
    if (!(error instanceof CannotOpen)) throw error;
    throw new CannotOpen(N_("The vault that the server hands out is not the one of this passphrase."));
  }
  progress("directory");
  const pin = { root: vault.root, version: vault.directoryVersion, sha256: vault.directorySha256 };
  const site = new Site(transport, pin, today);
  const session = new MemberSession(transport, site, current, vault, { key, wraps, auth: stretched.authSecret });
  await session.loadDirectory();
  return session;
}

function isWrongToken(answer: Answer): boolean {
  try {
    answer.expect(200);
    return false;
  } catch (error) {
    if (error instanceof Problem) return error.kind === "wrong-token";
    throw error;
  }
}

function deviceDay(): string {
  return new Date().toISOString().slice(0, 10);
}

function parseAccount(content: JsonObject): Account {
  const { member, channels } = content;
  if (!isId(member)) throw new UnexpectedAnswer(NO_SESSION);
  const roles = isObject(channels) ? Object.entries(channels).map(([id, held]) => [id, texts(held)] as const) : [];
  try {
    return {
      member,
      name: checkText(content["name"], { limit: MAX_TEXT }),
      label: checkText(content["label"], { limit: MAX_TEXT }),
      roles: texts(content["roles"]),
      channels: Object.fromEntries(roles),
      csrf: checkText(content["csrf"], { limit: MAX_TEXT }),
      idle: Math.min(Math.max(checkInteger(content["idle"], 0, MAX_INTEGER), SHORTEST_IDLE), LONGEST_IDLE),
    };
  } catch (error) {
    throw error instanceof ProtocolError ? notAsDescribed(error) : error;
  }
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === "string") : [];
}

function bytes(content: JsonObject, name: string, length?: number): Uint8Array {
  try {
    return b64decode(content[name], length === undefined ? {} : { length });
  } catch (error) {
    throw error instanceof ProtocolError ? notAsDescribed(error) : error;
  }
}
