/** What the vectors of the modules that know no case ask for; `tests/vectors/operations.py` is the twin. */

import { hexToBytes } from "@noble/hashes/utils.js";

import * as acknowledgement from "../../reporting/browser/src/protocol/acknowledgement.ts";
import * as age from "../../reporting/browser/src/protocol/age.ts";
import * as certificate from "../../reporting/browser/src/protocol/certificate.ts";
import * as challenge from "../../reporting/browser/src/protocol/challenge.ts";
import * as encoding from "../../reporting/browser/src/protocol/encoding.ts";
import { b64encode, hex, sha256, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import * as feed from "../../reporting/browser/src/protocol/feed.ts";
import * as log from "../../reporting/browser/src/protocol/log.ts";
import * as note from "../../reporting/browser/src/protocol/note.ts";
import * as padding from "../../reporting/browser/src/protocol/padding.ts";
import * as receipt from "../../reporting/browser/src/protocol/receipt.ts";
import * as possession from "../../reporting/browser/src/protocol/possession.ts";
import * as signing from "../../reporting/browser/src/protocol/signing.ts";
import * as vault from "../../reporting/browser/src/protocol/vault.ts";
import type { Input, Operations } from "./vector_input.ts";

const decoding: Operations = {
  b64decode: (i) => {
    const options = i.has("length") ? { length: i.number("length") } : {};
    return hex(encoding.b64decode(i.raw("text"), options));
  },
  json: (i) => {
    const value = encoding.parseJson(i.bytes("data"), { limit: i.number("limit") });
    return encoding.decodeUtf8(encoding.dumpJson(value));
  },
  day: (i) => encoding.parseDay(i.raw("text")),
  id: (i) => encoding.isId(i.raw("text")),
  hex32: (i) => encoding.isHex32(i.raw("text")),
  visible_bidi: (i) => encoding.visibleBidi(i.text("text")),
};

const sizes: Operations = {
  padme: (i) => padding.padme(i.number("length")),
  padded_size: (i) => padding.paddedSize(i.number("length")),
  padded_file_size: (i) => padding.paddedFileSize(i.number("length")),
};

const signatures: Operations = {
  renewal: (i) => {
    const change = { origin: i.text("origin"), member: i.text("member"), next: i.hex("new"), recipientSha256: i.hex("recipient_sha256") };
    return hex(possession.signRenewal(change, new signing.SigningKey(i.hex("old_seed"))));
  },
  possession: (i) => {
    const key = new signing.SigningKey(i.hex("seed"));
    return hex(possession.signPossession(i.hex("nonce"), i.text("recipient"), i.text("member"), key));
  },
  sign: (i) => hex(new signing.SigningKey(i.hex("seed")).sign(i.hex("message"))),
  verify: (i) => {
    signing.verify(i.hex("public"), i.hex("signature"), i.hex("message"));
    return true;
  },
  public_key: (i) => {
    signing.checkPublicKey(i.hex("public"));
    return true;
  },
};

function identityOf(i: Input): age.HybridIdentity {
  return age.HybridIdentity.parse(i.text("identity"));
}

function checkSealed(i: Input): boolean {
  const [least = 0, most = 0] = i.list("stanzas").map(Number);
  const allowed = i.has("sizes") ? i.list("sizes").map(Number) : null;
  const form = { stanzas: [least, most] as const, grease: i.raw("grease") === true };
  const plaintextSizes = (size: number): boolean => allowed?.includes(size) ?? true;
  age.checkSealed(i.bytes("sealed"), { ...form, plaintextSizes });
  return true;
}

const sealing: Operations = {
  recipient: (i) => hex(sha256(age.HybridRecipient.parse(i.raw("text")).publicKey)),
  identity: (i) => String(age.HybridIdentity.parse(i.raw("text")).recipient),
  open: async (i) => b64encode(await age.decrypt(i.bytes("sealed"), [identityOf(i)])),
  check_sealed: checkSealed,
  sealed_size: (i) => age.sealedSize(i.number("size"), i.number("stanzas")),
  plaintext_size: (i) => age.plaintextSize(i.bytes("sealed")),
  armor: (i) => age.armor(i.bytes("sealed")),
  dearmor: (i) => b64encode(age.dearmor(i.text("text"))),
};

const signedNotes: Operations = {
  parse: (i) => {
    const limit = i.has("limit") ? { limit: i.number("limit") } : {};
    const parsed = note.parse(i.bytes("note"), limit);
    return { text: parsed.text, names: parsed.signatures.map((signature) => signature.name), again: parsed.encode() };
  },
  sign: (i) => note.sign(i.text("text"), i.text("key_name"), new signing.SigningKey(i.hex("seed"))),
  verify: (i) => note.verify(note.parse(i.text("note")), note.VerifierKey.parse(i.text("key"))),
  verifier_key: (i) => {
    const key = note.VerifierKey.parse(i.text("line"));
    return { name: key.name, public: hex(key.publicKey), again: key.encode() };
  },
};

async function derive(i: Input): Promise<unknown> {
  const code = new receipt.ReceiptCode(i.hex("entropy"));
  const caseHash = i.hex("case_hash");
  const origin = i.text("origin");
  return {
    groups: code.groups(),
    token: hex(await code.mailboxToken(origin)),
    recipient: String((await code.caseIdentity(origin, caseHash)).recipient),
    signing_key: hex((await code.caseSigningKey(origin, caseHash)).public),
  };
}

async function opening(i: Input): Promise<unknown> {
  const code = new receipt.ReceiptCode(i.hex("entropy"));
  const found = await code.certificateOpening(i.text("origin"), i.hex("case_hash"), i.hex("commitment"));
  return { opening: hex(found), report: hex(certificate.commitReport(i.text("acknowledgement"), found)) };
}

const feeds: Operations = {
  derive: async (i) => {
    const found = await feed.Feed.ofToken(i.hex("token"));
    return { fragment: found.fragment(), lookup: hex(await found.lookup()), answer_key: hex(await found.answerKey()) };
  },
  parse: (i) => feed.Feed.parse(i.text("text")).fragment(),
  seal: async (i) => {
    const day = i.raw("day");
    return hex(await feed.sealDay(typeof day === "string" ? day : null, i.hex("key"), () => i.hex("nonce")));
  },
  open: (i) => feed.openDay(i.hex("sealed"), i.hex("key"), i.text("today")),
};

const receipts: Operations = {
  derive,
  opening,
  words: (i) => new receipt.ReceiptCode(i.hex("entropy")).words(i.text("language")),
  parse: (i) => hex(receipt.ReceiptCode.parse(i.text("typed"), i.text("language")).entropy),
  complete: (i) => receipt.complete(i.text("beginning"), i.text("language")),
};

function vaultOf(i: Input): vault.Vault {
  return {
    member: i.text("member"),
    identity: new age.HybridIdentity(i.hex("identity_seed")),
    signingKey: new signing.SigningKey(i.hex("signing_seed")),
    root: new note.VerifierKey(i.text("root_name"), new signing.SigningKey(i.hex("root_seed")).public),
    directoryVersion: i.number("version"),
    directorySha256: i.hex("sha256"),
  };
}

function severalOf(i: Input): vault.Vault {
  const pair = { identity: new age.HybridIdentity(i.hex("waiting_identity")), signingKey: new signing.SigningKey(i.hex("waiting_signing")) };
  return { ...vaultOf(i), waiting: [pair], former: [new age.HybridIdentity(i.hex("former"))] };
}

const renewing: Operations = {
  seal_several: async (i) => hex(await vault.sealVault(severalOf(i), i.hex("key"), () => i.hex("nonce"))),
  following: (i) => {
    const listed = { signingKey: i.hex("listed_signing"), recipientSha256: i.hex("listed_recipient") };
    const found = vault.following(severalOf(i), listed);
    return {
      identities: vault.identitiesOf(found).map(({ recipient }) => String(recipient)),
      signing_key: hex(found.signingKey.public),
      waiting: found.waiting?.length ?? 0,
      former: found.former?.length ?? 0,
    };
  },
};

const owner = (i: Input): vault.CardOwner => ({ member: i.text("member"), case: i.text("case") });

const vaults: Operations = {
  ...renewing,
  stretch: async (i) => {
    const { wrapKey, authSecret } = await vault.stretch(i.text("passphrase"), i.hex("salt"));
    return { wrap_key: hex(wrapKey), auth_secret: hex(authSecret) };
  },
  recovery: async (i) => hex(await vault.recoveryKey(i.hex("entropy"))),
  recovery_auth: async (i) => hex(await vault.recoveryAuth(i.hex("entropy"))),
  prf: async (i) => {
    const stretched = { stretched: i.hex("stretched"), wrapKey: new Uint8Array(), authSecret: new Uint8Array() };
    return hex(await vault.prfKey(stretched, i.hex("answer")));
  },
  passphrase: (i) => vault.generatePassphrase(() => i.hex("random")),
  seal_vault: async (i) => hex(await vault.sealVault(vaultOf(i), i.hex("key"), () => i.hex("nonce"))),
  open_vault: async (i) => {
    const opened = await vault.openVault(i.hex("sealed"), i.hex("key"), i.text("member"));
    return {
      recipient: String(opened.identity.recipient),
      signing_key: hex(opened.signingKey.public),
      root: opened.root.encode(),
      version: opened.directoryVersion,
      sha256: hex(opened.directorySha256),
      waiting: (opened.waiting ?? []).map((one) => [String(one.identity.recipient), hex(one.signingKey.public)]),
      former: (opened.former ?? []).map(({ recipient }) => String(recipient)),
    };
  },
  wrap_passphrase: async (i) =>
    hex(await vault.wrapWithPassphrase(i.hex("key"), i.hex("wrap_key"), i.text("member"), () => i.hex("nonce"))),
  unwrap_passphrase: async (i) =>
    hex(await vault.unwrapWithPassphrase(i.hex("wrapped"), i.hex("wrap_key"), i.text("member"))),
  wrap_recovery: async (i) =>
    hex(await vault.wrapWithRecovery(i.hex("key"), i.hex("wrap_key"), i.text("member"), () => i.hex("nonce"))),
  unwrap_recovery: async (i) =>
    hex(await vault.unwrapWithRecovery(i.hex("wrapped"), i.hex("wrap_key"), i.text("member"))),
  wrap_prf: async (i) =>
    hex(await vault.wrapWithPrf(i.hex("key"), i.hex("wrap_key"), i.text("member"), () => i.hex("nonce"))),
  unwrap_prf: async (i) => hex(await vault.unwrapWithPrf(i.hex("wrapped"), i.hex("wrap_key"), i.text("member"))),
  seal_card: async (i) => hex(await vault.sealCard(i.bytes("content"), i.hex("key"), owner(i), () => i.hex("nonce"))),
  open_card: async (i) => b64encode(await vault.openCard(i.hex("sealed"), i.hex("key"), owner(i))),
};

const challenges: Operations = {
  solve: async (i) => {
    const nonce = await challenge.solve(i.text("challenge"), i.number("bits"));
    return challenge.solveSync(i.text("challenge"), i.number("bits")) === nonce ? nonce : "the two ways differ";
  },
  solves: (i) => challenge.solves(i.text("challenge"), i.text("nonce"), i.number("bits")),
};

function followUp(i: Input): acknowledgement.EntryAcknowledgement {
  return { origin: i.text("origin"), case: i.text("case"), entrySha256: i.hex("entry_sha256"), date: i.text("date") };
}

function reported(i: Input): acknowledgement.ReportAcknowledgement {
  const { channel, directory } = { channel: i.text("channel"), directory: i.number("directory") };
  return { ...followUp(i), channel, directory, reporterSha256: i.hex("reporter_sha256") };
}

const serviceKey = (i: Input): note.VerifierKey => note.VerifierKey.parse(i.text("service"));

const acknowledgements: Operations = {
  sign_report: (i) => acknowledgement.signReport(reported(i.inner("statement")), new signing.SigningKey(i.hex("seed"))),
  sign_entry: (i) => acknowledgement.signEntry(followUp(i.inner("statement")), new signing.SigningKey(i.hex("seed"))),
  verify_report: (i) => acknowledgement.verifyReport(i.text("note"), serviceKey(i), reported(i.inner("expected"))),
  verify_entry: (i) => acknowledgement.verifyEntry(i.text("note"), serviceKey(i), followUp(i.inner("expected"))),
};

const hashes = (i: Input, name: string): Uint8Array[] => i.texts(name).map(hexToBytes);

const logs: Operations = {
  root: (i) => hex(log.root(hashes(i, "leaves"))),
  leaf: (i) => hex(log.leafHash(i.bytes("data"))),
  document: (i) => hex(log.leafData(utf8(i.text("text")))),
  inclusion: (i) => {
    const place = { index: i.number("index"), size: i.number("size"), root: i.hex("root") };
    log.verifyInclusion(i.hex("leaf"), hashes(i, "proof"), place);
    return true;
  },
  consistency: (i) => {
    const before = { size: i.number("old"), root: i.hex("old_root") };
    const after = { size: i.number("size"), root: i.hex("root") };
    log.verifyConsistency(before, after, hashes(i, "proof"));
    return true;
  },
};

/** Operations by module. */
export const MODULES: Readonly<Record<string, Operations>> = {
  acknowledgement: acknowledgements,
  age: sealing,
  challenge: challenges,
  encoding: decoding,
  feed: feeds,
  log: logs,
  note: signedNotes,
  padding: sizes,
  receipt: receipts,
  signing: signatures,
  vault: vaults,
};
