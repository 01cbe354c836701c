/** What the desk asks of its worker about its member: the way in, enrolling, and their own account. */

import type { Catalogue } from "../ui/i18n.ts";
import type { AccountEvent, AccountNews } from "../client/account_news.ts";
import type { Invitation } from "../client/enrolling.ts";
import type { MailChoice, MailChoices, MailKind, OwnMail } from "../client/own_mail.ts";
import type { OwnAccount } from "../client/own_account.ts";
import type { PasskeyAnswer } from "../client/signing_in.ts";
import type { Awaiting, FactorKinds } from "../client/staff.ts";
import type { JsonObject } from "../protocol/encoding.ts";
import type { Made, Session, SignInStep } from "./desk_api.ts";
import type { KeysApi } from "./keys_api.ts";

export type { AccountEvent, AccountNews, Awaiting, FactorKinds, Invitation, MailChoice, MailChoices, MailKind, OwnAccount, OwnMail, PasskeyAnswer, Session };

/** A session that is not open yet, and what it waits for. */
export type Pending =
  /** The second factor. */
  | { readonly stage: "factor"; readonly label: string; readonly factors: FactorKinds }
  /** A second factor to be registered. */
  | { readonly stage: "enrolling"; readonly label: string }
  /** One of these passkeys, since the keys open with passphrase and passkey together. */
  | { readonly stage: "key"; readonly label: string; readonly credentials: readonly string[]; readonly question: Uint8Array }
  /** A new passphrase. */
  | { readonly stage: "recovery"; readonly label: string };

/** How far one has come. */
export type Arrival = Session | Pending;

/** What shows who is there. A passkey that can answers with key material besides. */
export type Proof =
  | { readonly totp: string }
  | { readonly backup: string }
  | { readonly passkey: JsonObject; readonly answer: PasskeyAnswer | null }
  /** For members without any second factor. */
  | { readonly passphrase: string };

/** An invitation, and the site that it is for, as this device verified it. */
export interface Invited extends Invitation {
  readonly origin: string;
  readonly fingerprint: string;
  /** Titles of channels, by id. */
  readonly titles: Readonly<Record<string, string>>;
}

/** A code of twelve words, as it is shown. */
export interface ShownCode {
  readonly words: readonly string[];
  readonly groups: readonly string[];
}

/** An app that makes codes, to be set up: as text, and as the address that its QR code holds. */
export interface NewTotp {
  readonly id: string;
  readonly secret: string;
  readonly uri: string;
}

type Steps = (step: SignInStep) => void;

export interface MemberApi extends Pick<KeysApi, "renewKeys" | "takeBackKeys"> {
  /** Takes the page's language, and its texts for what is said here. */
  speak(language: string, texts: Catalogue): Promise<void>;
  /** Stretches the passphrase here, and signs in. Once the session is open, opens the vault and verifies the directory. */
  signIn(name: string, passphrase: string, today: string, progress: Steps): Promise<Arrival>;
  /** Opens the vault again after a lock or a reload, under the session that the cookie still carries. */
  unlock(passphrase: string, today: string, progress: Steps): Promise<Arrival>;
  /** What a passkey is asked, for signing in as for proving again: `PublicKeyCredentialRequestOptionsJSON`. */
  factorOptions(): Promise<JsonObject>;
  /** Proves with a second factor, and goes on to the next stage. */
  proveFactor(proof: Proof, progress: Steps): Promise<Arrival>;
  /** Opens the vault with what a passkey answered. */
  openWithPasskey(passkey: PasskeyAnswer, progress: Steps): Promise<Arrival>;
  /** Whose session the cookie carries, or null; one that was left before it was open is none. Needs no keys. */
  whoIsSignedIn(): Promise<{ readonly name: string; readonly label: string } | null>;
  signOut(): Promise<void>;
  /** Proves again who is there, before an act that asks for it. */
  stepUp(proof: Proof): Promise<void>;
  /** Asks how the session stands now: whether its member is in the directory in force. */
  lookAgain(): Promise<Session>;

  /** Begins again with the code on paper, in the place of the passphrase. */
  recover(name: string, code: string, today: string): Promise<Arrival>;
  /** Puts a new passphrase in the place of the lost one; then one signs in with it. */
  renewPassphrase(passphrase: string): Promise<void>;

  /** What an invitation is for, and whose site it is under the root key that the page carries. */
  invitation(token: string, root: string, today: string): Promise<Invited>;
  /** Seven words at random. */
  newPassphrase(): Promise<string>;
  /** A fresh recovery code, kept here until it is used. */
  newRecoveryCode(): Promise<ShownCode>;
  /** Makes the keys here and registers them; `root` is the root's verifier key, as the page carries it. */
  enroll(passphrase: string, root: string, today: string): Promise<Arrival>;

  account(): Promise<OwnAccount>;
  /** What happened to the account since its member was last told. */
  accountNews(): Promise<AccountNews>;
  /** Remembers that they saw it. */
  noteTold(): Promise<void>;
  /** Where the member gets mail, and of what. */
  mail(): Promise<OwnMail>;
  /** Has a code mailed to an address; mail is in the page's language from now on. */
  askMailCode(address: string): Promise<void>;
  confirmMailCode(code: string): Promise<void>;
  chooseMail(choices: MailChoices): Promise<void>;
  forgetMail(): Promise<void>;
  beginTotp(): Promise<NewTotp>;
  /** Registers the app by a code of it; the first factor opens the session. */
  confirmTotp(id: string, code: string, progress: Steps): Promise<Arrival>;
  /** What a new passkey is made with: `PublicKeyCredentialCreationOptionsJSON`. */
  passkeyOptions(): Promise<JsonObject>;
  /** Registers a passkey; the first factor opens the session. */
  addPasskey(name: string, credential: JsonObject, progress: Steps): Promise<Arrival>;
  /** Joins a registered passkey with the passphrase: from then on the keys open with both together. */
  joinPasskey(passkey: PasskeyAnswer): Promise<Session>;
  removeFactor(id: string): Promise<Session>;
  newBackupCodes(): Promise<readonly string[]>;
  endSession(id: string): Promise<void>;
  endOtherSessions(): Promise<void>;
  /** Whether this is the present passphrase. */
  isPassphrase(present: string): Promise<boolean>;
  /** Puts another passphrase in its place; all other sessions end, and passkeys are to be joined anew. */
  changePassphrase(next: string): Promise<Session>;
  /** Puts the code of `newRecoveryCode` in the place of the one before. */
  changeRecovery(): Promise<void>;
  /** The member's own age identities, as a standard file: the present one, and those that waited or were in use before. */
  exportIdentity(): Promise<Made>;
}
