/**
 * A member's session: signed in, vault opened on this device, directory held against the vault's pin.
 *
 * The passphrase never travels: it is stretched here, and only the secret that follows from it for signing
 * in is sent (protocol section 9). The browser carries the session's cookie and names the page's origin; a
 * page without a protected way to its server has no cryptography of the browser's, and gets no further.
 */

import { HybridIdentity } from "../protocol/age.ts";
import { type JsonObject, b64encode, daysBetween, equalBytes, sha256 } from "../protocol/encoding.ts";
import { SigningKey } from "../protocol/signing.ts";
import type { Author } from "../protocol/submission.ts";
import * as vaults from "../protocol/vault.ts";
import type { Pair, Stretched, Vault } from "../protocol/vault.ts";
import { N_, Refused } from "../protocol/errors.ts";
import { Problem } from "./errors.ts";
import { type Wraps, fetchVault } from "./kept_vault.ts";
import type { Site } from "./site.ts";
import { type Account, Staff } from "./staff.ts";
import type { Transport } from "./transport.ts";

const ROUNDS = 3;

/** What opens the vault, and what replaces it. In memory alone. */
export interface Keys {
  readonly key: Uint8Array;
  readonly wraps: Wraps;
  readonly stretched: Stretched;
  /** SHA-256 of the vault as the server has it: only that one is replaced. */
  readonly kept: Uint8Array;
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
  /** The vault as the server has it: what is in use is that, under the directory at hand. */
  #stored: Vault;
  readonly #made: Pair[] = [];
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
    this.#stored = vault;
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
    this.#vault = this.#underDirectory(this.#vault);
    await this.#change((vault) => vault);
  }

  /** The vault under the directory as it was verified: with its pin, and with the keys that it lists of those made here. */
  #underDirectory(vault: Vault): Vault {
    const { root, version, sha256 } = this.site.pin;
    if (version < vault.directoryVersion) return vault; // another browser has seen a newer one: no pin goes down
    const listed = this.site.directory.member(this.member);
    const followed = listed === undefined ? vault : vaults.following(vault, listed);
    const isPinned = root.encode() === vault.root.encode() && version === vault.directoryVersion && equalBytes(sha256, vault.directorySha256);
    return isPinned ? followed : { ...followed, root, directoryVersion: version, directorySha256: sha256 };
  }

  /**
   * Stores the vault as `next` has it, where that is another one. Where another browser of the member's stored one
   * meanwhile, it is done again on that: none stores its own over what it does not know.
   */
  async #change(next: (vault: Vault) => Vault): Promise<void> {
    for (let round = 1; ; round++) {
      const vault = next(this.#vault);
      if (vault === this.#stored) return;
      try {
        await this.#store(vault, this.#keys.wraps, {});
        return;
      } catch (error) {
        if (!(error instanceof Problem) || error.kind !== "vault-changed" || round === ROUNDS) throw error;
        await this.reloadVault();
      }
    }
  }

  /** Fresh keys. */
  makePair(): Pair {
    const pair = { identity: HybridIdentity.generate(), signingKey: SigningKey.generate() };
    this.#made.push(pair);
    return pair;
  }

  /** Whether this very session made a pair: one that an earlier session left in the vault may be somebody else's too. */
  hasMade(pair: Pair): boolean {
    return this.#made.some((made) => vaults.isSame(made, pair));
  }

  /**
   * Keeps keys that are to follow the present ones in the vault; `choose` says which, and the vault with them.
   *
   * @throws Problem the server refuses
   */
  async keepPair(choose: (vault: Vault) => readonly [Pair, Vault]): Promise<Pair> {
    const chosen: Pair[] = [];
    await this.#change((vault) => {
      const [pair, next] = choose(vault);
      chosen.push(pair);
      return next;
    });
    const pair = chosen.at(-1);
    if (pair === undefined) throw new Error("nothing was chosen");
    return pair;
  }

  /**
   * Takes up the vault that the server has, where another browser of the member's has stored it; whether it was one.
   *
   * @throws CannotOpen the vault that the server hands out is not this member's
   * @throws Refused it lacks the keys in use, as an older copy does: those here are kept
   */
  async reloadVault(): Promise<boolean> {
    const found = await fetchVault(this);
    const kept = sha256(found.sealed);
    if (equalBytes(kept, this.#keys.kept)) return false;
    const stored = await vaults.openVault(found.sealed, this.#keys.key, this.member);
    if (!vaults.hasIdentity(stored, this.#vault.identity)) {
      throw new Refused(N_("The server has an older copy of your keys, without those in use: they are on this page alone. Keep it open, save your own key as a file, and tell whoever administers the service."));
    }
    this.#stored = stored;
    this.#vault = this.#underDirectory(stored);
    this.#keys = { ...this.#keys, wraps: found.wraps, kept };
    return true;
  }

  /** SHA-256 of the vault as the server has it. */
  get vaultSha256(): Uint8Array {
    return this.#keys.kept;
  }

  /** How the directory in force has this member: with these very keys, with others, or not at all. */
  get standing(): "listed" | "other-keys" | "not-listed" {
    const { directory, today } = this.site;
    const listed = directory.member(this.member);
    if (listed === undefined || !directory.isListed(this.member, today)) return "not-listed";
    return vaults.isListed(this.#vault, listed) ? "listed" : "other-keys";
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
    const before = b64encode(this.#keys.kept);
    const content: JsonObject = {
      ...{ vault: b64encode(sealed), before, wraps, current_auth: b64encode(this.#keys.stretched.authSecret) },
      ...(passphrase === undefined ? {} : { passphrase: { salt: b64encode(passphrase.salt), auth: b64encode(passphrase.stretched.authSecret) } }),
      ...(recoveryAuth === undefined ? {} : { recovery_auth: b64encode(recoveryAuth) }),
    };
    await this.sendOnce("PUT", "/api/vault", content);
    this.#vault = vault;
    this.#stored = vault;
    this.#keys = { ...this.#keys, wraps, kept: sha256(sealed), stretched: passphrase?.stretched ?? this.#keys.stretched };
  }
}

function deviceDay(): string {
  return new Date().toISOString().slice(0, 10);
}
