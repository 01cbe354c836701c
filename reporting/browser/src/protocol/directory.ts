/**
 * The directory: the signed list of channels and members (protocol sections 3 and 13).
 *
 * A signed note of four lines: origin, `reporting/directory/v1`, the hash of the version before, and
 * one JSON object on one line.
 */

import * as parts from "./directory_parts.ts";
import { type Channel, type Former, type Kind, type Member, type Role, memberIds } from "./directory_parts.ts";
import { type Json, b64decode, b64encode, checkInteger, daysBetween, decodeUtf8, dumpJson, equalBytes, parseJsonObject, sha256, utf8 } from "./encoding.ts";
import { DirectoryExpired, Malformed, N_, NewerDirectory, NotAuthentic, Refused } from "./errors.ts";
import * as notes from "./note.ts";
import { VerifierKey } from "./note.ts";

export type { Channel, Former, Kind, Member, Questionnaire, Role } from "./directory_parts.ts";

export const HEADING = "reporting/directory/v1";
export const MAX_DIRECTORY = 4_194_304;
export const MAX_VALIDITY_DAYS = 92;
export const MIN_SHAPE = 65_536;
export const MAX_SHAPE = 1_048_576;
export const MAX_VERSION = 2 ** 31 - 1;
export const NO_PREVIOUS = new Uint8Array(32);
/** A channel's kind to the role that must be among the first grants, and the roles that get them too. */
export const INITIAL_ROLES: Readonly<Record<Kind, readonly [Role, ...Role[]]>> = {
  report: ["intake", "break_glass"],
  protection: ["protection", "break_glass"],
};
const ORIGIN = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(\/[a-z0-9._~/-]+)?$/;

/**
 * `origin` if it is a schemeless lowercase host with optional path, at most 255 ASCII characters.
 *
 * @throws Malformed anything else
 */
export function checkOrigin(origin: string): string {
  if (origin.length > 255 || !ORIGIN.test(origin)) {
    throw new Malformed(N_("An origin is a lowercase host name, with or without a path."));
  }
  return origin;
}

/** Whether a site is for practicing only, told for ever by its origin: its first label is `practice`. */
export function isForPractice(origin: string): boolean {
  return origin.split(/[.:/]/, 1)[0] === "practice";
}

/** Thirty digits in six groups of five: the first 16 bytes of SHA-256 over the key, modulo 10^30. */
export function fingerprint(rootPublic: Uint8Array): string {
  const number = sha256(rootPublic).subarray(0, 16).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const digits = (number % 10n ** 30n).toString().padStart(30, "0");
  return (digits.match(/.{5}/g) ?? []).join(" ");
}

/** A key that may have signed, and its standing. */
export interface AuthorKey {
  readonly publicKey: Uint8Array;
  readonly standing: "member" | "former-member" | "former-key";
}

/** What the lines of a directory hold. */
interface Content {
  readonly text: string;
  readonly origin: string;
  readonly previous: Uint8Array;
  readonly version: number;
  readonly date: string;
  readonly validUntil: string;
  readonly shape: number;
  readonly serviceKey: Uint8Array;
  readonly logKey: Uint8Array;
  readonly witnesses: readonly string[];
  readonly site: Uint8Array;
  readonly channels: readonly Channel[];
  readonly members: readonly Member[];
  readonly former: readonly Former[];
  readonly nextRoot: Uint8Array | null;
}

/** One version of the directory, its signature checked. `text` is the note's text; days are `YYYY-MM-DD`. */
export class Directory {
  readonly text: string;
  readonly origin: string;
  readonly previous: Uint8Array;
  readonly version: number;
  readonly date: string;
  readonly validUntil: string;
  readonly shape: number;
  readonly serviceKey: Uint8Array;
  readonly logKey: Uint8Array;
  readonly witnesses: readonly string[];
  readonly site: Uint8Array;
  readonly channels: readonly Channel[];
  readonly members: readonly Member[];
  readonly former: readonly Former[];
  /** The root key that signs what follows, where it is another one. */
  readonly nextRoot: Uint8Array | null;

  constructor(content: Content) {
    ({ text: this.text, origin: this.origin, previous: this.previous, version: this.version } = content);
    ({ date: this.date, validUntil: this.validUntil, shape: this.shape, site: this.site } = content);
    ({ serviceKey: this.serviceKey, logKey: this.logKey, witnesses: this.witnesses } = content);
    ({ channels: this.channels, members: this.members, former: this.former, nextRoot: this.nextRoot } = content);
  }

  /** What the next version names as the one before it. */
  get sha256(): Uint8Array {
    return sha256(utf8(this.text));
  }

  /** The signed-note name of one of the site's keys: `origin/<who>`. */
  keyName(who: string): string {
    return `${this.origin}/${who}`;
  }

  /** The verifier key of `service` or `log`. */
  verifier(who: "service" | "log"): VerifierKey {
    return new VerifierKey(this.keyName(who), who === "service" ? this.serviceKey : this.logKey);
  }

  /**
   * The channel of that id.
   *
   * @throws Refused there is none
   */
  channel(channelId: string): Channel {
    const found = this.channels.find((channel) => channel.id === channelId);
    if (found !== undefined) return found;
    throw new Refused(N_("The directory lists no channel “{channel}”."), { channel: channelId });
  }

  /** The listed member of that id, whatever their last day. */
  member(memberId: string): Member | undefined {
    return this.members.find((member) => member.id === memberId);
  }

  /** Whether the member is listed and not past their own last day. */
  isListed(memberId: string, today: string): boolean {
    const member = this.member(memberId);
    return member !== undefined && today <= member.validUntil;
  }

  /**
   * Who gets the first grants of a case on the channel: sorted member ids.
   *
   * @throws Refused nobody of the channel's first role would remain; `values.remaining` is 0 then: its text is translated
   */
  initialHolders(channelId: string, today: string, excluded: readonly string[] = []): string[] {
    const channel = this.channel(channelId);
    const [first, ...others] = INITIAL_ROLES[channel.kind];
    const leading = this.withRoles(channel, [first], today, excluded);
    if (leading.length === 0) {
      throw new Refused(N_("Nobody who may receive this report remains on this channel: choose another."), { remaining: 0 });
    }
    return [...new Set([...leading, ...this.withRoles(channel, others, today, excluded)])].sort();
  }

  /** The custodians of the channel whom nobody excluded: sorted member ids, possibly none. */
  custodians(channelId: string, today: string, excluded: readonly string[] = []): string[] {
    return this.withRoles(this.channel(channelId), ["custodian"], today, excluded);
  }

  private withRoles(channel: Channel, roles: readonly Role[], today: string, excluded: readonly string[]): string[] {
    const found = new Set(roles.flatMap((role) => channel.roles.get(role) ?? []));
    return [...found].filter((id) => !excluded.includes(id) && this.isListed(id, today)).sort();
  }

  /**
   * The keys with which a member may have signed at directory `version` on `day`. With a channel
   * named, only a role on it counts; with null, any listing does.
   *
   * @throws NewerDirectory `version` is above this one
   */
  authorKeys(memberId: string, version: number, channelId: string | null, day: string): AuthorKey[] {
    if (version > this.version) throw new NewerDirectory(N_("This names a newer directory than the one at hand."));
    const found: AuthorKey[] = [];
    const member = this.member(memberId);
    const channel = this.channels.find((candidate) => candidate.id === channelId);
    const hasRole = channelId === null || (channel !== undefined && memberIds(channel).has(memberId));
    if (member !== undefined && member.since <= version && day <= member.validUntil && hasRole) {
      found.push({ publicKey: member.signingKey, standing: "member" });
    }
    const standing = member === undefined ? "former-member" : "former-key";
    for (const former of this.former) {
      const inForce = former.id === memberId && former.since <= version && version <= former.until;
      if (inForce && (channelId === null || former.channels.includes(channelId))) {
        found.push({ publicKey: former.signingKey, standing });
      }
    }
    return found;
  }

  /**
   * Refuses a directory out of its time.
   *
   * @throws DirectoryExpired past `valid_until`, or dated more than a day ahead of `today`
   */
  checkCurrent(today: string): void {
    if (today > this.validUntil) {
      throw new DirectoryExpired(N_("The site's list of recipients ended on {day}."), { day: this.validUntil });
    }
    if (daysBetween(today, this.date) > 1) {
      const message = N_("The site's list of recipients is dated {day}, ahead of today.");
      throw new DirectoryExpired(message, { day: this.date });
    }
  }

  /**
   * Refuses a directory that does not continue `before`, the version pinned.
   *
   * @throws NotAuthentic another origin, a lower version, the same version with other text, or the
   * next version without the hash of this one
   */
  checkFollows(before: Directory): void {
    if (this.origin !== before.origin || this.version < before.version) {
      throw new NotAuthentic(N_("The server shows an older list of recipients, or another site's."));
    }
    if (this.version === before.version && this.text !== before.text) {
      throw new NotAuthentic(N_("The server shows another list of recipients than before."));
    }
    if (this.version === before.version + 1 && !equalBytes(this.previous, before.sha256)) {
      throw new NotAuthentic(N_("The list of recipients does not continue the one before it."));
    }
  }
}

/**
 * The text that the root key signs.
 *
 * @throws Malformed content that {@link parseText} would refuse
 */
export function toText(origin: string, previous: Uint8Array, content: Json): string {
  const json = decodeUtf8(dumpJson(content));
  const text = `${checkOrigin(origin)}\n${HEADING}\n${b64encode(previous)}\n${json}\n`;
  parseText(text);
  return text;
}

/**
 * A directory from its unsigned text: for showing what is about to be signed.
 *
 * @throws Malformed any line that is not as section 13 says; the pointer names the JSON member
 */
export function parseText(text: string): Directory {
  if (utf8(text).length > MAX_DIRECTORY) {
    throw new Malformed(N_("This is longer than {limit} bytes."), { limit: MAX_DIRECTORY });
  }
  const lines = text.split("\n");
  const [origin = "", heading, previous, json = "", rest] = lines;
  if (lines.length !== 5 || rest !== "" || heading !== HEADING) throw new Malformed(N_("This is not a directory."));
  const content = parseJsonObject(utf8(json), { limit: MAX_DIRECTORY });
  const version = checkInteger(content["version"], 1, MAX_VERSION, "/version");
  const members = parts.parseMembers(content["members"], version);
  const validity = parts.parseValidity(content, MAX_VALIDITY_DAYS);
  return new Directory({
    text,
    origin: checkOrigin(origin),
    previous: b64decode(previous, { length: 32 }),
    version,
    ...validity,
    shape: checkInteger(content["shape"], MIN_SHAPE, MAX_SHAPE, "/shape"),
    serviceKey: parts.parsePublicKey(content["service_key"], "/service_key"),
    logKey: parts.parsePublicKey(content["log_key"], "/log_key"),
    witnesses: parts.parseWitnesses(content["witnesses"]),
    site: b64decode(content["site"], { length: 32, pointer: "/site" }),
    channels: parts.parseChannels(content["channels"], new Set(members.map((member) => member.id))),
    members,
    former: parts.parseFormer(content["former"], version),
    nextRoot: Object.hasOwn(content, "next_root") ? parts.parsePublicKey(content["next_root"], "/next_root") : null,
  });
}

/**
 * A directory whose root signature holds and whose origin is the root key's name.
 *
 * @throws Malformed not a directory
 * @throws NotAuthentic not signed by `root`, or of another origin
 */
export function parse(signed: string | Uint8Array, root: VerifierKey): Directory {
  const directory = parseText(notes.verify(notes.parse(signed, { limit: MAX_DIRECTORY }), root));
  if (directory.origin !== root.name) {
    throw new NotAuthentic(N_("This list of recipients belongs to another site."));
  }
  if (directory.version === 1 && !equalBytes(directory.previous, NO_PREVIOUS)) {
    throw new NotAuthentic(N_("The first list of recipients names one before it."));
  }
  return directory;
}

/**
 * The root key that signs what follows `directory`, which `root` signed.
 *
 * A change of the root is named in the text, so that the old root vouches for the new one: a signature beside
 * its own anybody could add. The new one has signed too, which shows that somebody has it.
 *
 * @throws NotAuthentic the root that is named did not sign
 */
export function rootAfter(signed: Uint8Array, directory: Directory, root: VerifierKey): VerifierKey {
  if (directory.nextRoot === null) return root;
  const follower = new VerifierKey(root.name, directory.nextRoot);
  notes.verify(notes.parse(signed, { limit: MAX_DIRECTORY }), follower);
  return follower;
}
