/**
 * Passkeys and security keys, as browsers offer them to pages alone: a worker has no way to them.
 *
 * What an authenticator answers beside its signature (PRF) is key material: it goes to the worker by message,
 * and what is left of it here is overwritten.
 */

import type { JsonObject } from "../protocol/encoding.ts";
import { N_, ProtocolError } from "../protocol/errors.ts";
import type { PasskeyAnswer } from "../workers/member_api.ts";

const PRF_BYTES = 32;
const CHALLENGE_BYTES = 32;
const MINUTE = 60_000;

/** The person, or the browser, declined. */
export class PasskeyFailure extends ProtocolError {
  static override readonly called: string = "PasskeyFailure";
}

/** Whether this browser offers passkeys on this page: not on addresses of numbers, and not in Tor Browser. */
export function passkeysOffered(): boolean {
  return "PublicKeyCredential" in globalThis && isSecureContext && !/^[\d.]+$|^\[/.test(location.hostname);
}

/** What a fresh passkey sends to be registered, and its credential id. */
export interface MadePasskey {
  readonly credential: JsonObject;
  readonly id: string;
  /** Whether it can take part in keeping the keys. */
  readonly prf: boolean;
}

/**
 * Makes a passkey by the server's options.
 *
 * @throws PasskeyFailure it was declined, took too long, or is registered already
 */
export async function makePasskey(options: JsonObject): Promise<MadePasskey> {
  const asked = withBytes(options, ["challenge"]) as unknown as PublicKeyCredentialCreationOptions;
  const user = withBytes(options["user"] as JsonObject, ["id"]) as unknown as PublicKeyCredentialUserEntity;
  const publicKey = {
    ...asked,
    user,
    excludeCredentials: descriptors(options["excludeCredentials"]),
    extensions: { prf: {} },
  };
  const made = await attempt(() => navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  const prf = (made.getClientExtensionResults() as { prf?: { enabled?: boolean } }).prf?.enabled === true;
  const content = {
    clientDataJSON: encode(response.clientDataJSON),
    attestationObject: encode(response.attestationObject),
    transports: response.getTransports(),
  };
  return { credential: asJson(made, content), id: made.id, prf };
}

/** A passkey's signature over the server's challenge, and its answer where it can give one. */
export interface Assertion {
  readonly passkey: JsonObject;
  readonly answer: PasskeyAnswer | null;
}

/**
 * Has one of the member's passkeys sign, by the server's options.
 *
 * @throws PasskeyFailure it was declined, or took too long
 */
export async function usePasskey(options: JsonObject): Promise<Assertion> {
  const asked = withBytes(options, ["challenge"]) as unknown as PublicKeyCredentialRequestOptions;
  const allowed = descriptors(options["allowCredentials"]);
  const found = await attempt(() => navigator.credentials.get({ publicKey: { ...asked, allowCredentials: allowed, extensions: questionIn(options) } }));
  const response = found.response as AuthenticatorAssertionResponse;
  const content = {
    clientDataJSON: encode(response.clientDataJSON),
    authenticatorData: encode(response.authenticatorData),
    signature: encode(response.signature),
    userHandle: response.userHandle === null ? null : encode(response.userHandle),
  };
  return { passkey: asJson(found, content), answer: answerOf(found) };
}

/**
 * What one of these passkeys answers, for opening the vault: nothing of this goes to the server.
 *
 * @throws PasskeyFailure it was declined, took too long, or has no answer
 */
export async function askPasskey(credentials: readonly string[], question: Uint8Array): Promise<PasskeyAnswer> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: crypto.getRandomValues(new Uint8Array(CHALLENGE_BYTES)),
    allowCredentials: credentials.map((id) => ({ type: "public-key", id: decode(id) })),
    userVerification: "preferred",
    timeout: MINUTE,
    extensions: asking(new Uint8Array(question)),
  };
  const answer = answerOf(await attempt(() => navigator.credentials.get({ publicKey })));
  if (answer === null) throw new PasskeyFailure(N_("This passkey gave no key material: use the one that you registered here, on a device that supports it."));
  return answer;
}

/** Overwrites what is left of an answer on the page; best effort. */
export function wipe(answer: PasskeyAnswer | null): void {
  answer?.answer.fill(0);
}

async function attempt(work: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let found: Credential | null;
  try {
    found = await work();
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "InvalidStateError") throw new PasskeyFailure(N_("This passkey is registered already."));
    if (name === "NotAllowedError") throw new PasskeyFailure(N_("The passkey was not used: it was declined, or it took too long. Try again."));
    throw new PasskeyFailure(N_("This browser cannot use a passkey here. Use an app that makes codes."));
  }
  if (!(found instanceof PublicKeyCredential)) throw new PasskeyFailure(N_("This browser cannot use a passkey here. Use an app that makes codes."));
  return found;
}

function asking(first: Uint8Array<ArrayBuffer>): AuthenticationExtensionsClientInputs {
  return { prf: { eval: { first } } };
}

/** What the worker lets passkeys be asked beside the signature, in the options that it hands on. */
function questionIn(options: JsonObject): AuthenticationExtensionsClientInputs {
  const { prf } = (options["extensions"] ?? {}) as { prf?: { eval?: { first?: string } } };
  return asking(decode(prf?.eval?.first ?? ""));
}

function answerOf(found: PublicKeyCredential): PasskeyAnswer | null {
  const results = found.getClientExtensionResults() as { prf?: { results?: { first?: ArrayBuffer | ArrayBufferView } } };
  const first = results.prf?.results?.first;
  if (first === undefined) return null;
  const given = ArrayBuffer.isView(first) ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength) : new Uint8Array(first);
  return given.length === PRF_BYTES ? { credential: found.id, answer: given } : null;
}

// The results of extensions are left out but for what the server asks about: the answer is in them.
function asJson(found: PublicKeyCredential, response: JsonObject): JsonObject {
  const { credProps, prf } = found.getClientExtensionResults() as { credProps?: { rk?: boolean }; prf?: { enabled?: boolean } };
  const results: JsonObject = {
    ...(credProps?.rk === undefined ? {} : { credProps: { rk: credProps.rk } }),
    ...(prf?.enabled === undefined ? {} : { prf: { enabled: prf.enabled } }),
  };
  const attachment = found.authenticatorAttachment === null ? {} : { authenticatorAttachment: found.authenticatorAttachment };
  return { id: found.id, rawId: encode(found.rawId), type: found.type, response, clientExtensionResults: results, ...attachment };
}

function descriptors(value: unknown): PublicKeyCredentialDescriptor[] {
  const listed = Array.isArray(value) ? (value as readonly JsonObject[]) : [];
  return listed.map((one) => withBytes(one, ["id"]) as unknown as PublicKeyCredentialDescriptor);
}

/** Options as the browser wants them: these members are bytes. */
function withBytes(options: JsonObject, names: readonly string[]): Record<string, unknown> {
  const rest = Object.fromEntries(Object.entries(options).filter(([name]) => !["extensions", "hints"].includes(name)));
  const changed = names.map((name) => [name, decode(typeof options[name] === "string" ? options[name] : "")]);
  return { ...rest, ...(Object.fromEntries(changed) as Record<string, unknown>) };
}

function encode(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
