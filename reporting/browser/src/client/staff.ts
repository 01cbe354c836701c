/** The session that the desk's cookie carries, by the server's word: who, how far it has come, and requests under it. */

import { type Json, type JsonObject, MAX_INTEGER, checkInteger, checkText, isId, isObject } from "../protocol/encoding.ts";
import { N_, ProtocolError } from "../protocol/errors.ts";
import { Problem, UnexpectedAnswer, Unreachable, notAsDescribed } from "./errors.ts";
import type { Answer, RequestOptions, Transport } from "./transport.ts";

export const SESSION = "/api/session";
const ATTEMPTS = 3;
const MAX_TEXT = 256;
const SHORTEST_IDLE = 60; // seconds
const LONGEST_IDLE = 3_600;
const SIGNED_OUT: JsonObject = { type: "urn:reporting:problem:not-signed-in" };
const NO_SESSION = N_("The server opened no session.");
const STAGES = ["open", "factor", "enrolling", "recovery-factor", "recovery"] as const;

/** How far a session has come (`reporting/permissions.py`). */
export type Stage = (typeof STAGES)[number];

/** Which kinds of second factor a member has registered. */
export interface FactorKinds {
  readonly passkey: boolean;
  readonly totp: boolean;
  readonly backup: boolean;
}

/** What a member waits for who is not in the directory in force. */
export interface Awaiting {
  /** Who can put them into it, by label. */
  readonly administrators: readonly string[];
  /** The fingerprint of the keys that the server would put there. */
  readonly keys: string;
}

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
  readonly stage: Stage;
  readonly factors: FactorKinds;
  /** Whether the member proved lately who they are. */
  readonly recent: boolean;
  readonly awaiting: Awaiting | null;
}

/** Requests under a session, whatever its stage. */
export class Staff {
  #account: Account;

  constructor(
    readonly transport: Transport,
    account: Account,
  ) {
    this.#account = account;
  }

  /** Who is signed in, by the server's word. */
  get account(): Account {
    return this.#account;
  }

  /**
   * Takes over what the server answers of the same member's session.
   *
   * @throws UnexpectedAnswer another member's
   */
  became(account: Account): void {
    if (account.member !== this.#account.member) throw new UnexpectedAnswer(NO_SESSION);
    this.#account = account;
  }

  /**
   * Asks how the session stands now.
   *
   * @throws Problem of kind `not-signed-in`: it has ended, or is another member's
   */
  async refresh(): Promise<Account> {
    const current = await account(this.transport);
    if (current?.member !== this.#account.member) throw new Problem(401, SIGNED_OUT);
    this.#account = current;
    return current;
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
        return await this.sendOnce(method, path, value);
      } catch (error) {
        if (!(error instanceof Unreachable) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Sends something that must not come twice. It throws what {@link send} does. */
  async sendOnce(method: string, path: string, value: JsonObject): Promise<JsonObject> {
    const answer = (await this.#attempt(method, path, value)).expect(200, 201, 204);
    return answer.body.length > 0 ? answer.json() : {};
  }

  /** Sends bytes, once; whatever the desk answers. @throws Unreachable no answer */
  sendBytes(method: string, path: string, bytes: Uint8Array<ArrayBuffer>, options: RequestOptions = {}): Promise<Answer> {
    const type = { "Content-Type": "application/octet-stream", ...options.headers };
    return this.#underToken((token) =>
      this.transport.request(method, path, bytes, { ...options, credentials: true, headers: { ...type, ...token } }),
    );
  }

  #attempt(method: string, path: string, value: JsonObject): Promise<Answer> {
    return this.#underToken((headers) => this.transport.sendJson(method, path, value, { credentials: true, headers }));
  }

  async #underToken(request: (headers: Readonly<Record<string, string>>) => Promise<Answer>): Promise<Answer> {
    const send = (): Promise<Answer> => request({ "X-CSRF-Token": this.#account.csrf });
    const answer = await send();
    if (answer.status !== 403 || !isWrongToken(answer)) return answer;
    // Another tab of this browser has signed in since: the cookie is that session's, and so is its token.
    await this.refresh();
    return send();
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

/** The session that the cookie carries, for requests under it. @throws Problem of kind `not-signed-in`: there is none */
export async function currentStaff(transport: Transport): Promise<Staff> {
  const current = await account(transport);
  if (current === null) throw new Problem(401, SIGNED_OUT);
  return new Staff(transport, current);
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

function isWrongToken(answer: Answer): boolean {
  try {
    answer.expect(200);
    return false;
  } catch (error) {
    if (error instanceof Problem) return error.kind === "wrong-token";
    throw error;
  }
}

/**
 * A session as the server describes it.
 *
 * @throws UnexpectedAnswer it does not
 */
export function parseAccount(content: JsonObject): Account {
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
      stage: parseStage(content["stage"]),
      factors: parseKinds(content["factors"]),
      recent: content["recent"] === true,
      awaiting: parseAwaiting(content["awaiting"]),
    };
  } catch (error) {
    throw error instanceof ProtocolError ? notAsDescribed(error) : error;
  }
}

// A stage that is not known opens nothing.
function parseStage(value: Json | undefined): Stage {
  const found = STAGES.find((stage) => stage === value);
  if (found === undefined) throw new UnexpectedAnswer(NO_SESSION);
  return found;
}

function parseKinds(value: Json | undefined): FactorKinds {
  const held = isObject(value) ? value : {};
  return { passkey: held["passkey"] === true, totp: held["totp"] === true, backup: held["backup"] === true };
}

function parseAwaiting(value: Json | undefined): Awaiting | null {
  if (!isObject(value)) return null;
  return { administrators: texts(value["administrators"]), keys: checkText(value["keys"], { limit: MAX_TEXT }) };
}

/** The texts of a list; whatever else is in it is left out. */
export function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === "string") : [];
}
