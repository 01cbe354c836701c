/** Cases as a server may show them, honest and dishonest, for the vectors of `thread`. */

import { b64encode, concat } from "../../reporting/browser/src/protocol/encoding.ts";
import { sealEntry } from "../../reporting/browser/src/protocol/entry.ts";
import type { SealedCase, SealedGrant } from "../../reporting/browser/src/protocol/thread.ts";
import type { Vector } from "./vector_input.ts";
import { Case, FIRST_NOTE, SECOND_NOTE, keysOf, root } from "./world.ts";

function servedJson(served: SealedCase): unknown {
  const entries = served.entries.map(({ id, day, audience, sealed, sha256 }) => ({
    id,
    day,
    audience,
    sealed: sealed === null ? null : b64encode(sealed),
    sha256: b64encode(sha256),
  }));
  return { ...served, entries };
}

/** How `made` reads for its reporter. */
export function asReporter(name: string, made: Case, served: SealedCase, directory = FIRST_NOTE): Vector {
  const entropy = Array.from(made.receipt.entropy, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { name, do: "reporter", in: { entropy, served: servedJson(served), directory, root: root.encode() } };
}

/** Who reads as a member: their id, other keys than their first, other grants than their own. */
interface MemberReading {
  readonly member?: string;
  readonly generation?: number;
  readonly grants?: readonly SealedGrant[];
  readonly directory?: string;
}

/** How `made` reads for a member. */
export function asMember(name: string, made: Case, served: SealedCase, reading: MemberReading = {}): Vector {
  const { member = "m1", generation = 1, directory = FIRST_NOTE } = reading;
  const grants = (reading.grants ?? made.grantsOf(member)).map(({ epoch, sealed }) => ({ epoch, sealed: b64encode(sealed) }));
  const identity = keysOf(member, generation).identity.encode();
  return { name, do: "member", in: { identity, grants, served: servedJson(served), directory, root: root.encode() } };
}

/** A case in which both sides have spoken: status, reply, message, note. */
async function conversation(name: string): Promise<Case> {
  const made = await Case.submit(name, { excluded: ["m2"] });
  const [first] = made.entries.map(({ sha256 }) => sha256);
  const status = made.draft({ kind: "status", author: "m1", prev: first ? [first] : [], body: { status: "acknowledged", reason: "", clocks: [] } });
  const stored = await made.write(status);
  const reply = await made.write(made.draft({ kind: "message", author: "m1", prev: [stored.sha256] }));
  await made.write(made.draft({ kind: "message", author: "reporter", prev: [reply.sha256] }));
  await made.write(made.draft({ kind: "note", audience: "team", author: "m3", prev: [] }));
  made.status = "acknowledged";
  return made;
}

async function ordinary(): Promise<Vector[]> {
  const fresh = await Case.submit("fresh");
  const talk = await conversation("conversation");
  return [
    asReporter("a fresh report, read by its reporter", fresh, fresh.servedToReporter()),
    asMember("a fresh report, read by intake", fresh, fresh.served()),
    asMember("a fresh report, read by break glass", fresh, fresh.served(), { member: "m9" }),
    asReporter("a conversation, read by its reporter", talk, talk.servedToReporter()),
    asMember("a conversation, read by intake", talk, talk.served()),
    asMember("a conversation, served in another order", talk, talk.served({ entries: [...talk.entries].reverse() })),
    asReporter("a case of no entries", fresh, fresh.servedToReporter({ entries: [] })),
  ];
}

/** Leavers, new keys, epochs, notes, replies at once, a removal: and no warning at all. */
async function year(): Promise<Vector[]> {
  const made = await conversation("year");
  const last = made.entries.filter(({ audience }) => audience === "reporter").at(-1)?.sha256 ?? new Uint8Array();
  const note = made.entries.at(-1)?.sha256 ?? new Uint8Array();
  await made.write(made.draft({ kind: "message", author: "m1", prev: [last] }));
  await made.write(made.draft({ kind: "message", author: "reporter", prev: [last] }));
  await made.newEpoch("m1", ["m1", "m4", "m9"], { directory: 2, date: "2026-12-06" });
  const heads = made.entries.slice(-2).map(({ sha256 }) => sha256);
  const later = { directory: 2, date: "2026-12-07" };
  const body = { status: "assessing", reason: "", clocks: [] };
  await made.write(made.draft({ kind: "status", author: "m1", prev: heads, body, ...later }));
  const access = { kind: "access", audience: "team" as const, author: "m1", ...later };
  await made.write(made.draft({ ...access, prev: [note], body: { member: "m7", epochs: [0, 1] } }));
  made.status = "assessing";
  const reading = { generation: 2, directory: SECOND_NOTE };
  return [
    asReporter("a year of ordinary use, read by its reporter", made, made.servedToReporter(), SECOND_NOTE),
    asMember("a year of ordinary use, read by intake", made, made.served(), reading),
    asMember("a year of ordinary use, with the old directory", made, made.served(), { member: "m3" }),
    asReporter("a year of ordinary use, read by its reporter with the old directory", made, made.servedToReporter()),
    ...(await deletion(made)),
  ];
}

async function deletion(made: Case): Promise<Vector[]> {
  const gone = made.entries[3];
  if (gone === undefined) return [];
  const without = made.entries.map((one) => (one === gone ? { ...one, sealed: null } : one));
  const told = made.draft({ kind: "removal", author: "m1", prev: [], directory: 2, body: { sha256: b64encode(gone.sha256), reason: "x" } });
  const silent = made.served({ entries: without });
  const stored = await made.write(told);
  const reading = { generation: 2, directory: SECOND_NOTE };
  return [
    asMember("an entry removed without a word", made, silent, reading),
    asMember("an entry removed with a word", made, { ...silent, entries: [...without, stored] }, reading),
  ];
}

async function dishonestServer(): Promise<Vector[]> {
  const made = await conversation("dishonest");
  const other = await Case.submit("other");
  const [first, status, reply, answer] = made.entries;
  if (!first || !status || !reply || !answer) throw new Error("a conversation has five entries");
  const altered = { ...reply, sealed: flipped(reply.sealed) };
  const swap = (one: unknown, by: (typeof made.entries)[number]): SealedCase =>
    made.served({ entries: made.entries.map((entry) => (entry === one ? by : entry)) });
  const without = (one: unknown): SealedCase => made.served({ entries: made.entries.filter((entry) => entry !== one) });
  return [
    asMember("an entry altered", made, swap(reply, altered)),
    asMember("an entry dropped", made, without(reply)),
    asMember("the newest entry withheld", made, without(answer)),
    asMember("an entry served twice", made, made.served({ entries: [...made.entries, { ...reply, id: "twice", day: "2026-12-30" }] })),
    asMember("an entry moved to the other audience", made, swap(reply, { ...reply, audience: "team" })),
    asMember("an entry of another case", made, made.served({ entries: [...made.entries, ...other.entries] })),
    asMember("the first entry dropped", made, without(first)),
    asReporter("the first entry dropped, read by its reporter", made, made.servedToReporter({ entries: [reply] })),
    asMember("another channel", made, made.served({ channel: "police" })),
    asMember("another status", made, made.served({ status: "closed" })),
    asMember("another case id", made, made.served({ case: other.id })),
    asReporter("another case's epochs", made, made.servedToReporter({ epochs: other.epochNotes })),
    asReporter("no epochs", made, made.servedToReporter({ epochs: [] })),
    asMember("another case's grants", made, made.served(), { grants: other.grantsOf("m1") }),
    asMember("a grant to somebody else", made, made.served(), { grants: made.grantsOf("m3") }),
    asMember("one grant of two damaged", made, made.served(), { grants: [...made.grantsOf("m1"), ...other.grantsOf("m1")] }),
    asMember("a grant under another epoch", made, made.served(), { grants: made.grantsOf("m1").map((one) => ({ ...one, epoch: 1 })) }),
    asMember("no grants", made, made.served(), { grants: [] }),
  ];
}

function flipped(sealed: Uint8Array | null): Uint8Array {
  const copy = concat(sealed ?? new Uint8Array());
  const last = copy.length - 1;
  copy[last] = (copy[last] ?? 0) ^ 1;
  return copy;
}

async function dishonestMember(): Promise<Vector[]> {
  const made = await conversation("forger");
  const head = made.entries[3]?.sha256 ?? new Uint8Array();
  const forged = { status: "closed", reason: "nothing", clocks: [] };
  const stranger = keysOf("m5").signingKey;
  await made.write(made.draft({ kind: "status", author: "m1", prev: [head], body: forged }), stranger);
  await made.write(made.draft({ kind: "message", author: "m2", prev: [head] }));
  await made.write(made.draft({ kind: "note", audience: "team", author: "m4", prev: [] }));
  await made.write(made.draft({ kind: "message", author: "stranger", prev: [head] }), stranger);
  await made.write(made.draft({ kind: "message", author: "reporter", prev: [head] }), stranger);
  await made.write(made.draft({ kind: "message", author: "m1", prev: [head], directory: 9 }));
  const again = made.draft({ kind: "message", author: "m1", prev: [head] });
  await made.write(again);
  await made.write({ ...again, body: { text: "the same id" } });
  await made.write(made.draft({ kind: "poem", author: "m1", prev: [] }));
  const resealed = made.draft({ kind: "message", author: "m1", prev: [] });
  const lonely = (await made.recipientsFor(resealed)).slice(0, 1);
  const toTeam = { ...resealed, kind: "note", audience: "team" as const };
  made.store(await sealEntry(toTeam, keysOf("m1").signingKey, lonely), "reporter");
  return [
    asMember("forged and misplaced entries", made, made.served()),
    asReporter("forged and misplaced entries, read by the reporter", made, made.servedToReporter()),
    ...(await secondFirst()),
  ];
}

/** Whoever holds genuine grants cannot put another first entry under them. */
async function secondFirst(): Promise<Vector[]> {
  const made = await Case.submit("replaced");
  const other = await Case.submit("replacement", { excluded: ["m3"] });
  const [genuine] = made.entries;
  const opened = other.draft({ kind: "report", author: "reporter", prev: [], case: made.id });
  const recipients = await made.recipientsFor(opened);
  const [, recipient] = recipients;
  if (genuine === undefined || recipient === undefined) throw new Error("a case has a first entry");
  const first = { channel: "procurement", recipient, signingKey: made.reporterKey, excluded: [] };
  const forged = await sealEntry({ ...opened, first }, other.signingKey, recipients);
  const bySameKey = await sealEntry({ ...opened, first }, made.signingKey, recipients);
  const stored = { ...genuine, sealed: forged };
  const second = made.store(bySameKey, "reporter");
  return [
    asMember("the first entry replaced under genuine grants", made, made.served({ entries: [stored] })),
    asMember("two first entries by the reporter", made, made.served({ entries: [genuine, second] })),
  ];
}

async function falseEpochs(): Promise<Vector[]> {
  const vectors: Vector[] = [];
  const attempt = async (name: string, author: string, holders: string[], changes = {}): Promise<void> => {
    const made = await conversation(name);
    await made.newEpoch(author, holders, changes);
    vectors.push(
      asMember(`${name}, read by intake`, made, made.served()),
      asReporter(`${name}, read by the reporter`, made, made.servedToReporter()),
    );
  };
  await attempt("an epoch by a holder", "m3", ["m3", "m9"]);
  await attempt("an epoch by a stranger", "m5", ["m1", "m5"]);
  await attempt("an epoch that names an excluded member", "m1", ["m1", "m2"]);
  await attempt("an epoch by an excluded member", "m2", ["m1", "m3"]);
  await attempt("an epoch that skips a number", "m1", ["m1"], { number: 2 });
  await attempt("an epoch of another chain", "m1", ["m1"], { previous: new Uint8Array(32) });
  await attempt("an epoch of a newer directory", "m1", ["m1"], { directory: 5 });
  const withheld = await conversation("withheld");
  await withheld.newEpoch("m1", ["m1", "m9"]);
  await withheld.write(withheld.draft({ kind: "message", author: "m1", prev: [] }));
  const older = withheld.served({ epochs: withheld.epochNotes.slice(0, 1) });
  vectors.push(asMember("a newer epoch withheld", withheld, older));
  vectors.push(asReporter("a newer epoch withheld, read by the reporter", withheld, older));
  return vectors;
}

async function statuses(): Promise<Vector[]> {
  const made = await Case.submit("statuses");
  const first = made.entries[0]?.sha256 ?? new Uint8Array();
  const say = (status: string, author: string, prev: Uint8Array[]) =>
    made.write(made.draft({ kind: "status", author, prev, body: { status, reason: "", clocks: [] } }));
  const one = await say("acknowledged", "m1", [first]);
  await say("assessing", "m1", [one.sha256]);
  await say("closed", "m3", [one.sha256]);
  const odd = made.draft({ kind: "status", author: "m1", prev: [], body: { status: 7 } });
  await made.write(odd);
  await made.write(made.draft({ kind: "message", author: "m1", prev: [first], directory: 1 }));
  return [asMember("two statuses at once", made, made.served()), asReporter("two statuses at once, read by the reporter", made, made.servedToReporter())];
}

/** Every vector of `thread`. */
export async function threadVectors(): Promise<Vector[]> {
  const groups = [ordinary, year, dishonestServer, dishonestMember, falseEpochs, statuses];
  return (await Promise.all(groups.map((group) => group()))).flat();
}
