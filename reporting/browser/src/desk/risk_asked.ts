/** What a case holds of the risk, and why it is to be assessed again: by what was signed, and by the server's word. */

import type { Content, ShownEntry } from "../client/shown.ts";
import type { Step } from "../protocol/rights.ts";
import type { Trigger } from "../protocol/risk.ts";
import type { DeskCase, HistoryEvent } from "../workers/desk_api.ts";

/** An assessment with the entry that made it. */
export interface Assessed {
  readonly entry: ShownEntry;
  readonly content: Extract<Content, { type: "assessment" }>;
}

/** The authentic assessments of a case, the one that stands first: nothing is before what it followed. */
export function assessmentsOf({ entries }: Pick<DeskCase, "entries">): readonly Assessed[] {
  return entries.flatMap((entry) => (entry.content?.type === "assessment" ? [{ entry, content: entry.content }] : [])).reverse();
}

/** What the reporter last shared of how they see the risk; null where they shared nothing. */
export function sharedView({ entries }: Pick<DeskCase, "entries">): (Extract<Content, { type: "self-assessment" }> & { readonly day: string }) | null {
  const found = entries.flatMap(({ content, day }) => (content?.type === "self-assessment" ? [{ ...content, day }] : []));
  return found.at(-1) ?? null;
}

/** When the risk is to be assessed by; null where nobody asks now. */
export function dueOf({ protection }: Pick<DeskCase, "protection">): string | null {
  return protection?.clocks.find(({ name, done }) => name === "assessment" && done === null)?.due ?? null;
}

/**
 * What was done since the assessment that stands, and can raise the risk: the latest first, each once. `events` are the
 * server's, the latest first; which step towards persons concerned one of them is, the signed `entries` say.
 */
export function triggersSince(standing: Assessed | undefined, events: readonly HistoryEvent[], entries: readonly ShownEntry[]): readonly Trigger[] {
  const place = standing === undefined ? -1 : events.findIndex(({ act, details }) => act === "entry:add" && details["entry"] === standing.entry.id);
  const since = place === -1 ? events : events.slice(0, place);
  const steps = new Map(entries.flatMap(({ id, content }) => (content?.type === "step" ? [[id, content.step] as const] : [])));
  return [...new Set(since.flatMap((event, index) => stepTaken(event, steps) ?? triggerOf(event, events.slice(index + 1)) ?? []))];
}

/** Whoever is heard is told by that. */
const OF_STEPS: Readonly<Record<Step, Trigger>> = { notice: "notice", heard: "notice", referral: "referral", publicity: "publicity" };

function stepTaken({ act, details }: HistoryEvent, steps: ReadonlyMap<string, Step>): Trigger | null {
  const { entry } = details;
  const step = act === "entry:add" && typeof entry === "string" ? steps.get(entry) : undefined;
  return step === undefined ? null : OF_STEPS[step];
}

function triggerOf({ act, details }: HistoryEvent, before: readonly HistoryEvent[]): Trigger | null {
  switch (act) {
    case "identity:open":
      return "identity";
    case "case:status":
      if (details["to"] !== "decided") return null;
      return details["outcome"] === "referred" ? "referral" : "decision";
    case "case:epoch":
      return passesOn(details, before) ? "transfer" : null;
    default:
      return null;
  }
}

/** Whether an epoch names somebody as a holder whom the one before it did not; of the first one that is not known. */
function passesOn({ holders }: HistoryEvent["details"], before: readonly HistoryEvent[]): boolean {
  const last: unknown = before.find(({ act }) => act === "case:epoch")?.details["holders"];
  if (!Array.isArray(holders) || !Array.isArray(last)) return true;
  return holders.some((holder) => !last.includes(holder));
}
