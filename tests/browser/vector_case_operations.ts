/** What the vectors of directories and cases ask for; `tests/vectors/case_operations.py` is the twin. */

import { HybridIdentity } from "../../reporting/browser/src/protocol/age.ts";
import * as custody from "../../reporting/browser/src/protocol/custody.ts";
import * as directory from "../../reporting/browser/src/protocol/directory.ts";
import * as disclosure from "../../reporting/browser/src/protocol/disclosure.ts";
import { b64decode, b64encode, decodeUtf8, dumpJson, hex, sha256 } from "../../reporting/browser/src/protocol/encoding.ts";
import * as entry from "../../reporting/browser/src/protocol/entry.ts";
import * as epoch from "../../reporting/browser/src/protocol/epoch.ts";
import * as grant from "../../reporting/browser/src/protocol/grant.ts";
import { VerifierKey } from "../../reporting/browser/src/protocol/note.ts";
import { ReceiptCode } from "../../reporting/browser/src/protocol/receipt.ts";
import * as thread from "../../reporting/browser/src/protocol/thread.ts";
import { fileOperations } from "./vector_file_operations.ts";
import type { Input, Operations } from "./vector_input.ts";

function directoryOf(i: Input): directory.Directory {
  return directory.parse(i.text("directory"), VerifierKey.parse(i.text("root")));
}

const directories: Operations = {
  fingerprint: (i) => directory.fingerprint(i.hex("public")),
  parse: (i) => {
    const parsed = directoryOf(i);
    const channels = parsed.channels.map(({ id, kind }) => `${id} ${kind}`);
    const members = parsed.members.map(({ id }) => id);
    const { version, date, shape } = parsed;
    return { version, date, valid_until: parsed.validUntil, shape, channels, members, sha256: hex(parsed.sha256) };
  },
  current: (i) => {
    directoryOf(i).checkCurrent(i.text("today"));
    return true;
  },
  follows: (i) => {
    const root = VerifierKey.parse(i.text("root"));
    directory.parse(i.text("directory"), root).checkFollows(directory.parse(i.text("before"), root));
    return true;
  },
  holders: (i) => directoryOf(i).initialHolders(i.text("channel"), i.text("today"), i.texts("excluded")),
  custodians: (i) => directoryOf(i).custodians(i.text("channel"), i.text("today"), i.texts("excluded")),
  author_keys: (i) => {
    const channel = i.has("channel") ? i.text("channel") : null;
    const keys = directoryOf(i).authorKeys(i.text("member"), i.number("version"), channel, i.text("day"));
    return keys.map(({ publicKey, standing }) => `${standing} ${hex(publicKey)}`);
  },
};

function chainFacts(chain: epoch.Chain): unknown {
  return {
    epochs: chain.epochs.length,
    broken: chain.broken?.name ?? null,
    holders: [...chain.holders()].sort(),
    last: hex(epoch.epochSha256(chain.last)),
  };
}

const epochs: Operations = {
  case_id: (i) => epoch.caseId(epoch.caseHash(i.text("recipient")), i.hex("reporter_sha256")),
  parse: (i) => epoch.epochText(epoch.parseText(i.text("text"))),
  chain: (i) => {
    const binding = { case: i.text("case"), reporterKey: i.hex("reporter_key") };
    return chainFacts(epoch.verifyChain(i.texts("epochs"), binding, directoryOf(i), i.texts("excluded")));
  },
};

function grantFacts(opened: grant.Grant): unknown {
  return {
    case: opened.case,
    epoch: opened.epoch,
    reporter_key: hex(opened.reporterKey),
    recipient: String(opened.identity.recipient),
  };
}

const grants: Operations = {
  parse: (i) => grantFacts(grant.parseGrant(i.bytes("plaintext"))),
  open: async (i) => {
    const place = { case: i.text("case"), epoch: i.number("epoch"), firstNote: i.text("first"), origin: i.text("origin") };
    return grantFacts(await grant.openGrant(i.bytes("sealed"), HybridIdentity.parse(i.text("identity")), place));
  },
};

function contentOf(opened: entry.Entry): string {
  return decodeUtf8(dumpJson(opened.content));
}

const entries: Operations = {
  content: (i) => contentOf(entry.parseContent(i.bytes("json"))),
  decode: (i) => contentOf(entry.decode(i.bytes("plaintext")).verify(i.hex("public"))),
  open: async (i) => {
    const signed = await entry.openEntry(i.bytes("sealed"), HybridIdentity.parse(i.text("identity")));
    return contentOf(signed.verify(i.hex("public")));
  },
};

function servedEntry(i: Input): thread.SealedEntry {
  const [id, day, audience] = [i.text("id"), i.text("day"), i.text("audience")];
  if (!i.has("sealed")) return { id, day, audience, sealed: null, sha256: b64decode(i.text("sha256")) };
  const sealed = i.bytes("sealed");
  return { id, day, audience, sealed, sha256: sha256(sealed) };
}

/** A case as served, from a vector. */
export function servedCase(i: Input): thread.SealedCase {
  return {
    case: i.text("case"),
    channel: i.text("channel"),
    epochs: i.texts("epochs"),
    status: i.text("status"),
    outcome: i.has("outcome") ? i.text("outcome") : null,
    entries: i.inners("entries").map(servedEntry),
  };
}

function viewFacts(view: thread.CaseView): unknown {
  const { facts } = view;
  return {
    channel: facts.channel,
    warnings: facts.warnings,
    entries: facts.entries.map(({ served, state, entry: shown, standing, reason }) => ({
      id: served.id,
      state,
      standing,
      reason: reason?.name ?? null,
      shown: shown === null ? null : { id: shown.id, kind: shown.kind, author: shown.author },
    })),
    chain: facts.chain === null ? null : chainFacts(facts.chain),
    first: facts.first?.id ?? null,
    status: facts.status?.id ?? null,
    other_statuses: facts.otherStatuses.map(({ id }) => id),
    alone: view.authentic().flatMap((one) => view.signedAlone(one).map((what) => `${one.id} ${what}`)),
    status_differs: view.statusDiffers,
    needs_newer_directory: facts.needsNewerDirectory,
    named_epoch: facts.namedEpoch,
    heads: { reporter: view.heads("reporter").map(b64encode), team: view.heads("team").map(b64encode) },
    heads_for_status: view.headsForStatus().map(b64encode),
  };
}

/** A case as its reporter reads it. */
function asReporter(i: Input): Promise<thread.CaseView> {
  const code = new ReceiptCode(i.hex("entropy"));
  return thread.readAsReporter(servedCase(i.inner("served")), code, directoryOf(i));
}

/** A case as a member reads it. */
function asMember(i: Input): Promise<thread.CaseView> {
  const sealed = i.inners("grants").map((one) => ({ epoch: one.number("epoch"), sealed: one.bytes("sealed") }));
  const identity = HybridIdentity.parse(i.text("identity"));
  return thread.readAsMember(servedCase(i.inner("served")), sealed, identity, directoryOf(i));
}

const threads: Operations = {
  reporter: async (i) => viewFacts(await asReporter(i)),
  member: async (i) => viewFacts(await asMember(i)),
};

const disclosures: Operations = {
  open: async (i) => {
    const about = { case: i.text("case"), epochs: i.texts("epochs"), directory: directoryOf(i) };
    const custodian = HybridIdentity.parse(i.text("custodian"));
    const { entry: asked, request } = await disclosure.openDisclosure(i.bytes("sealed"), custodian, about);
    if (!i.has("identity")) return { author: asked.author, reason: request.reason, legal_basis: request.legalBasis };
    return contentOf(await disclosure.openIdentity(i.bytes("identity"), custodian, i.text("case"), request));
  },
  custody: async (i) => {
    const about = { case: i.text("case"), epochs: i.texts("epochs"), directory: directoryOf(i) };
    const custodian = HybridIdentity.parse(i.text("custodian"));
    const served = i.inners("entries").map((one) => thread.sealedEntry(one.text("id"), one.text("day"), one.bytes("sealed"), "custodian"));
    const found = await custody.readCustody(served, custodian, about);
    if (!i.has("identity")) return custodyFacts(found);
    const asked = found.asked[i.number("asked")];
    if (asked === undefined) throw new TypeError("there is no such request");
    const opening = { custodian, directory: about.directory, today: i.text("today") };
    return contentOf(await custody.openApproved(found, asked, i.bytes("identity"), opening));
  },
};

function custodyFacts(found: custody.Custody): unknown {
  return {
    asked: found.asked.map(({ entry: { id }, request, current, approvals, decided }) => ({
      id,
      reason: request.reason,
      needed: request.needed,
      notice: request.notice === null ? null : b64encode(request.notice),
      waiver: request.waiver,
      current,
      approvals: [...approvals].sort(),
      decided: decided.map((one) => `${one.entry.author} ${one.decision.decision}`),
    })),
    faults: found.faults.map(({ id, reason }) => `${id} ${reason.name}`),
    heads: found.heads.map(b64encode),
    missing: found.missing,
    named_epoch: found.namedEpoch,
  };
}

/** Operations by module. A submission is read as the case that it makes. */
export const CASE_MODULES: Readonly<Record<string, Operations>> = {
  directory: directories,
  disclosure: disclosures,
  entry: entries,
  epoch: epochs,
  file: fileOperations(asReporter, asMember),
  grant: grants,
  submission: threads,
  thread: threads,
};
