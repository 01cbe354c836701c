/**
 * A member's session: signed in, vault opened on this device, directory held against the vault's pin.
 *
 * The passphrase never travels: it is stretched here, and only the secret that follows from it for signing
 * in is sent (protocol section 9). The browser carries the session's cookie and names the page's origin; a
 * page without a protected way to its server has no cryptography of the browser's, and gets no further.
 */

import { type JsonObject, b64encode, daysBetween, equalBytes, sha256, utf8 } from "../protocol/encoding.ts";
import type { Author } from "../protocol/submission.ts";
import * as vaults from "../protocol/vault.ts";
import type { Stretched, Vault } from "../protocol/vault.ts";
import type { Site } from "./site.ts";
import { type Account, Staff } from "./staff.ts";
import type { Transport } from "./transport.ts";

/** The vault's key as it is kept at the server, by the name of what wraps it; base64. */
export type Wraps = Readonly<Record<string, string>>;

/** What opens the vault, and what replaces it. In memory alone. */
export interface Keys {
  readonly key: Uint8Array;
  readonly wraps: Wraps;
  readonly stretched: Stretched;
}

/** What else changes with the vault: the passphrase with its salt, the secret that signs in with a recovery code. */
export interface Renewal {
  readonly passphrase?: { readonly stretched: Stretched; readonly salt: Uint8Array };
  readonly recoveryAuth?: Uint8Array;
}

/** A signed-in member. The keys are in memory alone, and gone with the worker. */
export class MemberSession extends Staff {
  #keys: Keys;
  #vault: Vault;
  #dayOfDevice = deviceDay();

  constructor(
    transport: Transport,
    readonly site: Site,
    account: Account,
    vault: Vault,
    keys: Keys,
  ) {
    super(transport, account);
    this.#vault = vault;
    this.#keys = keys;
  }

  /** The member's id. */
  get member(): string {
    return this.#vault.member;
  }

  get vault(): Vault {
    return this.#vault;
  }

  get vaultKey(): Uint8Array {
    return this.#keys.key;
  }

  /** What opens the vault, and what it is wrapped by. */
  get keys(): Keys {
    return this.#keys;
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
    await this.#store({ ...this.#vault, root, directoryVersion: version, directorySha256: sha256 }, this.#keys.wraps, {});
  }

  /** How the directory in force has this member: with these very keys, with others, or not at all. */
  get standing(): "listed" | "other-keys" | "not-listed" {
    const { directory, today } = this.site;
    const listed = directory.member(this.member);
    if (listed === undefined || !directory.isListed(this.member, today)) return "not-listed";
    const recipient = sha256(utf8(String(this.#vault.identity.recipient)));
    const mine = equalBytes(listed.signingKey, this.#vault.signingKey.public) && equalBytes(listed.recipientSha256, recipient);
    return mine ? "listed" : "other-keys";
  }

  /**
   * Keeps the vault under other wraps, and with them what is renewed.
   *
   * @throws Problem the server refuses
   */
  async rewrap(wraps: Wraps, renewal: Renewal = {}): Promise<void> {
    await this.#store(this.#vault, wraps, renewal);
  }

  async #store(vault: Vault, wraps: Wraps, { passphrase, recoveryAuth }: Renewal): Promise<void> {
    const sealed = await vaults.sealVault(vault, this.#keys.key);
    const content: JsonObject = {
      ...{ vault: b64encode(sealed), wraps, current_auth: b64encode(this.#keys.stretched.authSecret) },
      ...(passphrase === undefined ? {} : { passphrase: { salt: b64encode(passphrase.salt), auth: b64encode(passphrase.stretched.authSecret) } }),
      ...(recoveryAuth === undefined ? {} : { recovery_auth: b64encode(recoveryAuth) }),
    };
    await this.sendOnce("PUT", "/api/vault", content);
    this.#vault = vault;
    this.#keys = { ...this.#keys, wraps, stretched: passphrase?.stretched ?? this.#keys.stretched };
  }
}

function deviceDay(): string {
  return new Date().toISOString().slice(0, 10);
}
