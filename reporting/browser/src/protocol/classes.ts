/**
 * What was reported, in codes: the scheme `offence/1` of a classification, and the record of it that is counted
 * (protocol section 8.10).
 *
 * Plain words are for people; the article of the United Nations Convention against Corruption and the code of the
 * International Classification of Crime for Statistics (ICCS 1.0) are kept apart from them and from each other.
 */

import { type Json, type JsonObject, isObject } from "./encoding.ts";
import type { Entry } from "./entry.ts";
import { Malformed, N_ } from "./errors.ts";

/** Codes never change what they mean: another list is another scheme. */
export const OFFENCE_SCHEME = "offence/1";
export const MOMENTS = ["triage", "closing"] as const;
export const MAX_OFFENCES = 8;
export const CHANNEL_KINDS = ["report", "protection"] as const;
/** Articles 26 and 27 of the convention modify an offence. */
export const MODIFIERS = ["attempted", "legal_person", "participation"] as const;
export const SECTORS = [
  "unknown", "administration", "construction", "culture", "defense", "education", "energy", "environment", "finance", "food",
  "health", "justice", "police", "politics", "social", "tax", "technology", "trade", "transport", "other",
] as const;
export const LEVELS = ["unknown", "local", "regional", "national", "international", "public-company", "private"] as const;
export const STAGES = ["unknown", "none", "planning", "tender", "award", "performance"] as const;
/** In US dollars, or about as much in another currency. */
export const BANDS = ["unknown", "none", "to-1k", "to-10k", "to-100k", "to-1m", "to-10m", "above-10m"] as const;
/** At triage nothing else is said of it than `open`. */
export const OUTCOMES = [
  "open", "not-ours", "referred", "not-substantiated", "mistaken", "knowingly-false", "partly-substantiated", "substantiated",
  "proceedings", "sanctioned",
] as const;
/** Article and code, each null where there is none. */
export const OFFENCES = [
  ["15(a)", "070311"], ["15(b)", "070312"], ["16(1)", "07031"], ["16(2)", "07031"], ["17", "07032"], ["18", "07034"],
  ["19", "07033"], ["20", "07035"], ["21", "07031"], ["22", "07032"], ["23", "07041"], ["24", "07041"], ["25", "08061"],
  ["7(1)", "07039"], ["7(3)", "07039"], ["7(4)", "07039"], ["8(5)", "07039"], ["9", "07039"], ["12(3)", "07039"],
  ["32", null], ["33", null], [null, "07039"], [null, "0701"], [null, "08041"], [null, "08042"],
] as const;
// A country of ISO 3166-1, or one of its parts by ISO 3166-2.
const REGION = /^(?:[A-Z]{2}(?:-[A-Z0-9]{1,3})?)?$/;
const MONTH = /^[1-9][0-9]{3}-(?:0[1-9]|1[0-2])$/;

export type Moment = (typeof MOMENTS)[number];
export type Modifier = (typeof MODIFIERS)[number];
export type ChannelKind = (typeof CHANNEL_KINDS)[number];
export type Sector = (typeof SECTORS)[number];
export type Level = (typeof LEVELS)[number];
export type Stage = (typeof STAGES)[number];
export type Band = (typeof BANDS)[number];
export type Outcome = (typeof OUTCOMES)[number];
export type OffenceCode = (typeof OFFENCES)[number];

/** An offence, and what modifies it. */
export type Offence = { readonly uncac: OffenceCode[0]; readonly iccs: OffenceCode[1] } & Readonly<Record<Modifier, boolean>>;

interface Common {
  readonly at: Moment;
  readonly sector: Sector;
  readonly level: Level;
  /** A country or a part of one, as in `FR` or `FR-75`; empty where it is not said. */
  readonly region: string;
  readonly value: Band;
  readonly outcome: Outcome;
  readonly damage: Band;
  readonly recovery: Band;
}

/** What a classification says. `counted`: the month in which its record was put among the figures; null where none was. */
export interface Classification extends Common {
  readonly offences: readonly Offence[];
  readonly stage: Stage;
  readonly counted: string | null;
}

/** What is counted of it. */
export interface BagRecord extends Common {
  readonly scheme: typeof OFFENCE_SCHEME;
  readonly offences: readonly Pick<Offence, "uncac" | "iccs" | "attempted">[];
  readonly channel_kind: ChannelKind;
}

// The words are made where they are asked for alone: no page of reporters carries them.
export const MODIFIER_WORDS: Readonly<Record<Modifier, string>> = /* @__PURE__ */ (() => ({
  attempted: N_("Attempted, not completed"),
  legal_person: N_("By a company or another legal person"),
  participation: N_("By helping or inciting others"),
}))();

/** By article and code, as {@link offenceKey} joins them. */
export const OFFENCE_WORDS: ReadonlyMap<string, string> = /* @__PURE__ */ (() => new Map<string, string>([
  ["15(a) 070311", N_("Offering or giving a bribe to a public official")],
  ["15(b) 070312", N_("A public official asks for or takes a bribe")],
  ["16(1) 07031", N_("Offering or giving a bribe to an official of another country or an international body")],
  ["16(2) 07031", N_("An official of another country or an international body asks for or takes a bribe")],
  ["17 07032", N_("An official steals or diverts money or property entrusted to them")],
  ["18 07034", N_("Buying or selling influence on an authority")],
  ["19 07033", N_("Abuse of an office for an unfair advantage")],
  ["20 07035", N_("Wealth that an official cannot explain")],
  ["21 07031", N_("Bribery in business")],
  ["22 07032", N_("Stealing or diverting money or property of a company")],
  ["23 07041", N_("Laundering what came from a crime")],
  ["24 07041", N_("Hiding or keeping what came from a crime")],
  ["25 08061", N_("Threatening or bribing witnesses or officers of justice")],
  ["7(1) 07039", N_("Posts for relatives, friends or supporters")],
  ["7(3) 07039", N_("Hidden or forbidden money for parties or candidates")],
  ["7(4) 07039", N_("A conflict of interest that was hidden or not dealt with")],
  ["8(5) 07039", N_("False or missing declarations of assets or interests")],
  ["9 07039", N_("Rigged public procurement")],
  ["12(3) 07039", N_("False books or accounts")],
  ["32 -", N_("Retaliation against a witness or expert")],
  ["33 -", N_("Retaliation against somebody who reported")],
  ["- 07039", N_("Another act of corruption")],
  ["- 0701", N_("Fraud")],
  ["- 08041", N_("Tax fraud or fraud with social benefits")],
  ["- 08042", N_("Breach of rules of trade or finance")],
]))();

export const SECTOR_WORDS: Readonly<Record<Sector, string>> = /* @__PURE__ */ (() => ({
  unknown: N_("Not known"),
  administration: N_("General administration"),
  construction: N_("Construction and housing"),
  culture: N_("Culture and sport"),
  defense: N_("Defense"),
  education: N_("Education and research"),
  energy: N_("Energy, mining, oil and gas"),
  environment: N_("Environment, land, forests and water"),
  finance: N_("Banks and finance"),
  food: N_("Farming, fishing and food"),
  health: N_("Health"),
  justice: N_("Courts and prosecution"),
  police: N_("Police, prisons and borders"),
  politics: N_("Parliament, parties and elections"),
  social: N_("Social benefits and aid"),
  tax: N_("Taxes and customs"),
  technology: N_("Telecommunications and technology"),
  trade: N_("Trade and industry"),
  transport: N_("Transport"),
  other: N_("Something else"),
}))();

export const LEVEL_WORDS: Readonly<Record<Level, string>> = /* @__PURE__ */ (() => ({
  unknown: N_("Not known"),
  local: N_("Town or district"),
  regional: N_("Region or state"),
  national: N_("Country"),
  international: N_("International body"),
  "public-company": N_("Company owned by the public"),
  private: N_("Private company or body"),
}))();

export const STAGE_WORDS: Readonly<Record<Stage, string>> = /* @__PURE__ */ (() => ({
  unknown: N_("Not known"),
  none: N_("No procurement"),
  planning: N_("Planning what is needed"),
  tender: N_("Calling for offers"),
  award: N_("Choosing who gets the contract"),
  performance: N_("Carrying it out, changes and payment"),
}))();

export const BAND_WORDS: Readonly<Record<Band, string>> = /* @__PURE__ */ (() => ({
  unknown: N_("Not known"),
  none: N_("Nothing"),
  "to-1k": N_("Up to 1,000"),
  "to-10k": N_("1,000 to 10,000"),
  "to-100k": N_("10,000 to 100,000"),
  "to-1m": N_("100,000 to 1 million"),
  "to-10m": N_("1 to 10 million"),
  "above-10m": N_("More than 10 million"),
}))();

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = /* @__PURE__ */ (() => ({
  open: N_("Not known yet"),
  "not-ours": N_("Nothing that this office deals with"),
  referred: N_("Passed on to another authority"),
  "not-substantiated": N_("Not confirmed"),
  mistaken: N_("Reported on reasonable grounds, but mistaken"),
  "knowingly-false": N_("Knowingly false"),
  "partly-substantiated": N_("Confirmed in part"),
  substantiated: N_("Confirmed"),
  proceedings: N_("Confirmed, and proceedings were begun"),
  sanctioned: N_("Confirmed, and somebody was punished or dismissed"),
}))();

/** Article and code as one text, to look words up by. */
export function offenceKey({ uncac, iccs }: Pick<Offence, "uncac" | "iccs">): string {
  return `${uncac ?? "-"} ${iccs ?? "-"}`;
}

/** Whether a classification of this scheme says what belongs in it; other entries pass. @throws Malformed it does not */
export function checkClassification({ kind, body }: Entry): void {
  if (kind === "classification" && body["scheme"] === OFFENCE_SCHEME) checkCodes(body["codes"]);
}

/**
 * What a classification says, if it is one of this scheme.
 *
 * @throws Malformed something is missing, of another form, or does not belong in it
 */
export function checkCodes(codes: Json | undefined): Classification {
  const found = objectOf(codes, ["stage", "counted"]);
  const stage = oneOf(found, "stage", STAGES);
  const { counted = null } = found;
  if (counted !== null && !isMonth(counted)) throw new Malformed(N_("This must be a month as in 2026-11."), { pointer: "/counted" });
  return { ...common(found), offences: offencesOf(found["offences"], MODIFIERS), stage, counted };
}

/** Whether `value` is a month as in `2026-11`. */
export function isMonth(value: unknown): value is string {
  return typeof value === "string" && MONTH.test(value);
}

/**
 * What is counted of a classification: the same codes, and nothing that could lead to a case.
 *
 * @throws Malformed something is missing, of another form, or does not belong in it
 */
export function checkRecord(record: Json | undefined): BagRecord {
  const found = objectOf(record, ["scheme", "channel_kind"]);
  const scheme = oneOf(found, "scheme", [OFFENCE_SCHEME]);
  const kind = oneOf(found, "channel_kind", CHANNEL_KINDS);
  return { scheme, ...common(found), offences: offencesOf(found["offences"], ["attempted"]), channel_kind: kind };
}

/** The record of a classification: what no table needs is left out, day and case were never in it. */
export function recordOf(classification: Classification, kind: ChannelKind): BagRecord {
  const { at, offences, sector, level, region, value, outcome, damage, recovery } = classification;
  const named = offences.map(({ uncac, iccs, attempted }) => ({ uncac, iccs, attempted }));
  return { scheme: OFFENCE_SCHEME, at, offences: named, sector, level, region, value, outcome, damage, recovery, channel_kind: kind };
}

const COMMON = ["at", "offences", "sector", "level", "region", "value", "outcome", "damage", "recovery"] as const;

function objectOf(value: Json | undefined, more: readonly string[]): JsonObject {
  if (!isObject(value)) throw new Malformed(N_("This must be a JSON object."));
  checkNames(value, [...COMMON, ...more]);
  return value;
}

function checkNames(value: JsonObject, names: readonly string[], pointer = ""): void {
  const given = Object.keys(value);
  if (given.length === names.length && given.every((name) => names.includes(name))) return;
  throw new Malformed(N_("Something is missing here, or does not belong here."), { pointer });
}

function common(found: JsonObject): Common {
  const at = oneOf(found, "at", MOMENTS);
  const { region } = found;
  if (typeof region !== "string" || !REGION.test(region)) throw new Malformed(N_("A region is a code as in FR or FR-75."), { pointer: "/region" });
  const outcome = oneOf(found, "outcome", OUTCOMES);
  if ((at === "triage") !== (outcome === "open")) throw new Malformed(N_("The outcome is said at closing, and not before."), { pointer: "/outcome" });
  const choice = { sector: oneOf(found, "sector", SECTORS), level: oneOf(found, "level", LEVELS) };
  const [value, damage, recovery] = [oneOf(found, "value", BANDS), oneOf(found, "damage", BANDS), oneOf(found, "recovery", BANDS)];
  return { at, ...choice, region, value, outcome, damage, recovery };
}

function offencesOf<T extends Modifier>(value: Json | undefined, modifiers: readonly T[]): (Pick<Offence, "uncac" | "iccs"> & Record<T, boolean>)[] {
  if (!Array.isArray(value) || value.length > MAX_OFFENCES) {
    throw new Malformed(N_("This must be a list of at most {limit} items."), { pointer: "/offences", limit: MAX_OFFENCES });
  }
  const found = (value as readonly Json[]).map((one) => offenceOf(one, modifiers));
  if (new Set(found.map(offenceKey)).size !== found.length) throw new Malformed(N_("An offence is named twice."), { pointer: "/offences" });
  return found;
}

function offenceOf<T extends Modifier>(value: Json, modifiers: readonly T[]): Pick<Offence, "uncac" | "iccs"> & Record<T, boolean> {
  const pointer = "/offences";
  if (!isObject(value)) throw new Malformed(N_("Something is missing here, or does not belong here."), { pointer });
  checkNames(value, ["uncac", "iccs", ...modifiers], pointer);
  const known = OFFENCES.find(([uncac, iccs]) => value["uncac"] === uncac && value["iccs"] === iccs);
  const said = modifiers.map((name) => {
    if (typeof value[name] !== "boolean") throw new Malformed(N_("This must be true or false."), { pointer });
    return [name, value[name]] as const;
  });
  if (known === undefined) throw new Malformed(N_("This is not one of the choices."), { pointer });
  return { uncac: known[0], iccs: known[1], ...(Object.fromEntries(said) as Record<T, boolean>) };
}

function oneOf<T extends string>(found: JsonObject, name: string, known: readonly T[]): T {
  const value = known.find((one) => one === found[name]);
  if (value === undefined) throw new Malformed(N_("This is not one of the choices."), { pointer: `/${name}` });
  return value;
}
