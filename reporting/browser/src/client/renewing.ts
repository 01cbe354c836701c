/**
 * A member's new keys in the place of their present ones: made here, kept in the vault first, then asked for.
 *
 * Whatever ends half-way, nothing is lost: a pair that waits in the vault is asked for again by the session that made
 * it, and one that was asked for counts once the verified directory lists it.
 */

import { decrypt } from "../protocol/age.ts";
import { type JsonObject, b64encode, sha256, utf8 } from "../protocol/encoding.ts";
import { N_, Refused } from "../protocol/errors.ts";
import { signPossession, signRenewal } from "../protocol/possession.ts";
import { type Pair, type Vault, withWaiting } from "../protocol/vault.ts";
import type { OwnKeys } from "../workers/keys_api.ts";
import { keyDigits } from "./enrolling.ts";
import { Problem, UnexpectedAnswer } from "./errors.ts";
import { bytes } from "./kept_vault.ts";
import type { MemberSession } from "./member.ts";
import { ACCOUNT, type KeysOfAccount, loadAccount } from "./own_account.ts";

const KEYS = `${ACCOUNT}/keys`;
const NONCE_BYTES = 32;
const ROUNDS = 3;

/** The digits of a pair, as whoever signs the directory sees them. */
function digitsOf({ signingKey, identity }: Pair): string {
  return keyDigits(signingKey.public, String(identity.recipient));
}

/** The member's own keys, as their vault and the verified directory have them. */
export function ownKeys(session: MemberSession): OwnKeys {
  const { vault, site, member, standing } = session;
  const { waiting = [], former = [] } = vault;
  return {
    waiting: waiting.map((pair) => ({ signingKey: b64encode(pair.signingKey.public), digits: digitsOf(pair), here: session.hasMade(pair) })),
    former: former.length,
    since: standing === "listed" ? (site.directory.member(member)?.since ?? 0) : 0,
  };
}

/**
 * Makes new keys, and asks for them. Where those that this session made wait already, nothing more is to be done.
 *
 * Whatever an earlier session left in the vault is not asked for: whoever had the vault open then may have those keys.
 *
 * @throws Refused others wait that this session did not make; or the vault holds as many as it may
 * @throws Problem the server refuses; of kind `step-up-needed` where the member has to show first who they are
 * @throws UnexpectedAnswer the challenge is not as long as it has to be
 */
export async function renewKeys(session: MemberSession): Promise<void> {
  for (let round = 1; ; round++) {
    const { keys } = await loadAccount(session);
    if (await isAskedFor(session, keys)) return;
    const pair = await session.keepPair((vault) => nextPair(session, vault, keys.takenBack));
    try {
      await session.send("POST", KEYS, await request(session, pair));
      return;
    } catch (error) {
      if (!isChanged(error) || round === ROUNDS) throw error;
      await session.reloadVault();
    }
  }
}

function isChanged(error: unknown): boolean {
  return error instanceof Problem && error.kind === "vault-changed";
}

async function isAskedFor(session: MemberSession, { pending }: KeysOfAccount): Promise<boolean> {
  if (pending === null) return false;
  if (waitingIn(session.vault, pending.signingKey) === undefined) await session.reloadVault();
  const pair = waitingIn(session.vault, pending.signingKey);
  if (pair === undefined) {
    throw new Refused(N_("The server says that other keys of yours wait, which were not made here: take them back, and tell whoever administers the service."));
  }
  if (session.hasMade(pair)) return true;
  throw new Refused(N_("New keys of yours wait already, which were asked for at another sign-in. If that was not you, take them back first."));
}

function waitingIn({ waiting = [] }: Vault, signingKey: string): Pair | undefined {
  return waiting.find((pair) => b64encode(pair.signingKey.public) === signingKey);
}

/** The pair to ask for: one that this session kept and was not taken back, else a fresh one; and the vault with it. */
function nextPair(session: MemberSession, vault: Vault, takenBack: readonly string[]): readonly [Pair, Vault] {
  const { waiting = [] } = vault;
  const kept = waiting.find((pair) => session.hasMade(pair) && !takenBack.includes(b64encode(pair.signingKey.public)));
  if (kept !== undefined) return [kept, vault];
  const pair = session.makePair();
  return [pair, withWaiting(vault, pair)];
}

async function request(session: MemberSession, { identity, signingKey }: Pair): Promise<JsonObject> {
  const recipient = String(identity.recipient);
  const publicKeys = { recipient, signing_key: b64encode(signingKey.public) };
  const nonce = await decrypt(bytes(await session.send("POST", `${KEYS}/challenge`, publicKeys), "sealed"), identity);
  // Whatever a server has opened with these keys, it is a nonce and nothing else that comes back.
  if (nonce.length !== NONCE_BYTES) throw new UnexpectedAnswer(N_("The server's challenge is not as the protocol says."));
  const { member, vault, site } = session;
  const change = { origin: site.directory.origin, member, next: signingKey.public, recipientSha256: sha256(utf8(recipient)) };
  return {
    ...publicKeys,
    nonce: b64encode(nonce),
    signature: b64encode(signPossession(nonce, recipient, member, signingKey)),
    renewal: b64encode(signRenewal(change, vault.signingKey)),
    vault: b64encode(session.vaultSha256),
  };
}

/** Asks for them no longer. They stay in the vault, for a directory that was signed with them already. */
export async function takeBackKeys(session: MemberSession): Promise<void> {
  await session.sendOnce("DELETE", KEYS, {});
}
