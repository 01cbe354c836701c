/**
 * What the browser's side of the HTTP API throws; each carries a sentence for a person.
 *
 * ```
 * ProtocolError               (the core's own tree passes through unchanged)
 * └── ClientError
 *     ├── Unreachable         no answer: the server, or the way to it
 *     ├── UnexpectedAnswer    an answer that no server of this protocol gives
 *     ├── InvitationOver      an invitation that is used, past its time, taken back, or none
 *     ├── Canceled            the person stopped what was sent or fetched
 *     ├── NewRecipients       others would get it than the person was told: to be asked first
 *     ├── FewHolders          fewer than two would hold a case: to be confirmed first
 *     └── Problem             the server refused, with a problem document (RFC 9457)
 * ```
 *
 * They join the core's tree, so that one function explains every error: marked messages, values apart.
 */

import { type Json, type JsonObject, visibleBidi } from "../protocol/encoding.ts";
import { N_, ProtocolError, type Values } from "../protocol/errors.ts";

const PROBLEM_PREFIX = "urn:reporting:problem:";
const MOST_DETAIL = 500;

/** Base of what the client itself throws. */
export class ClientError extends ProtocolError {
  static override readonly called: string = "ClientError";
}

/** No answer came. `mayHaveArrived`: a request was sent whose fate is not known. */
export class Unreachable extends ClientError {
  static override readonly called: string = "Unreachable";
  mayHaveArrived = false;
}

/** An answer that no server of this protocol gives. */
export class UnexpectedAnswer extends ClientError {
  static override readonly called: string = "UnexpectedAnswer";
}

/** The person stopped files on their way. */
export class Canceled extends ClientError {
  static override readonly called: string = "Canceled";
}

/** The list of recipients changed, and people (`values.people`) would get it now whom nobody was asked about. */
export class NewRecipients extends ClientError {
  static override readonly called: string = "NewRecipients";
}

/** Fewer than two (`values.members`) would hold a case, the break-glass key included: to be confirmed first. */
export class FewHolders extends ClientError {
  static override readonly called: string = "FewHolders";
}

/** An invitation that is used, past its time, taken back, or none: nobody is told which. */
export class InvitationOver extends ClientError {
  static override readonly called: string = "InvitationOver";
}

/** What a malformed part of an answer becomes. */
export function notAsDescribed(error: ProtocolError): UnexpectedAnswer {
  return new UnexpectedAnswer(N_("The server's answer is not as the protocol says: {fault}"), { fault: visibleBidi(error.toString()) });
}

// What a person is told, by kind; for other kinds the server's own words.
const TRY_AGAIN = N_("The server did not take the work that it had asked for; try again.");
const SENTENCES: Readonly<Record<string, string>> = {
  "too-large": N_("This is too long for the server."),
  "directory-outdated": N_("The site's list of recipients keeps changing; try again in a moment."),
  "challenge-expired": TRY_AGAIN,
  "challenge-spent": TRY_AGAIN,
  "challenge-unsolved": TRY_AGAIN,
  "mailbox-full": N_("There are six cases under this receipt code already; file a further one with a new code."),
  "epoch-stale": N_("The people who hold this case keep changing; try again in a moment."),
  "vault-changed": N_("Your keys were changed in another window; try again."),
  "unknown-position": N_("What is on the server changed while it was read; try again."),
  "not-signed-in": N_("You are not signed in any more; try again."),
  "factor-needed": N_("Finish signing in first."),
  "step-up-needed": N_("Show first that it is you."),
  "wrong-credentials": N_("The name or the passphrase is wrong."),
  "too-many-attempts": N_("Too many attempts; wait a minute and try again."),
  "not-found": N_("There is nothing under this name that you may see."),
  "nothing-published": N_("This site has not published its list of recipients yet."),
  unavailable: N_("The server cannot take this now; try again later."),
  "room-low": N_("The server cannot take this now; try again later."),
  internal: N_("The server failed; try again later."),
};

/** The server refused. `kind` is the end of the problem's type, `members` the whole document. */
export class Problem extends ClientError {
  static override readonly called: string = "Problem";
  readonly kind: string;

  constructor(
    readonly status: number,
    readonly members: JsonObject,
  ) {
    const type = members["type"];
    const kind = typeof type === "string" && type.startsWith(PROBLEM_PREFIX) ? type.slice(PROBLEM_PREFIX.length) : "";
    super(...explanation(kind, status, members));
    this.kind = kind;
  }
}

function explanation(kind: string, status: number, members: JsonObject): [string, Values] {
  const wait = members["retry_after"];
  if (kind === "too-many-attempts" && typeof wait === "number") {
    return [N_("Too many attempts; wait {seconds} seconds and try again."), { seconds: Math.ceil(wait) }];
  }
  const sentence = Object.hasOwn(SENTENCES, kind) ? SENTENCES[kind] : undefined;
  if (sentence !== undefined) return [sentence, {}];
  const { pointer } = members;
  const detail = short(members["detail"] ?? members["title"] ?? `HTTP ${status}`);
  if (typeof pointer !== "string" || pointer === "") return [N_("The server refuses: {detail}"), { detail }];
  return [N_("The server refuses {field}: {detail}"), { field: short(pointer), detail }];
}

function short(value: Json): string {
  return visibleBidi((typeof value === "string" ? value : JSON.stringify(value)).slice(0, MOST_DETAIL));
}
