/**
 * What a page shows of a case: plain data, judged and opened in the worker, without keys.
 *
 * The types alone; `showing.ts` makes them. Texts of people are as they wrote them; marked messages
 * (`sentence` with `values`) are translated by the page.
 */

import type { FileMark, Removed, ShownFile } from "../evidence/types.ts";
import type { Values } from "../protocol/errors.ts";
import type { CheckIn, Measure } from "../protocol/measures.ts";
import type { Assessment, SelfAssessment } from "../protocol/risk.ts";
import type { Asked, Minutes, MinutesAnswer, Noted, StepTaken } from "../protocol/rights.ts";
import type { CaseWarning, State } from "../protocol/thread.ts";
import type { Alone } from "../protocol/thread_types.ts";

/** A marked message that the page translates. */
export interface Sentence {
  readonly message: string;
  readonly values: Values;
}

/** One deadline. Days are `YYYY-MM-DD`, UTC. */
export interface Clock {
  readonly name: string;
  readonly due: string;
  readonly done: string | null;
  /** It was not met on the day `done`, but ended: the reporter objects. Left out elsewhere. */
  readonly waived?: true;
}

/** Who wrote an entry. `label` is the directory's; `standing` is `member`, `former-member`, `former-key` or `other-role`. */
export interface Author {
  readonly id: string;
  readonly label: string;
  readonly standing: string;
  /** Whether the reader wrote it. */
  readonly mine: boolean;
  readonly reporter: boolean;
}

/** An answer as its question asked for it. Where the questionnaire is not known, `question` is the bare id. */
export interface Answered {
  readonly id: string;
  readonly section: string;
  readonly question: string;
  /** In words, a paragraph or list item each; never HTML. Text is as people wrote it, a sentence is translated by the page. */
  readonly answer: readonly (string | Sentence)[];
  /** Of an answer to *when*: the days, months or years that it names. */
  readonly period?: { readonly from: string; readonly to: string };
}

/** What an authentic entry says. */
export type Content =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "answers"; readonly language: string; readonly answers: readonly Answered[] }
  /** `entry` is the JSON id; `outcome` and `appeal`, how to contest it, are empty but for a decision. */
  | {
      readonly type: "status";
      readonly entry: string;
      readonly status: string;
      readonly reason: string;
      readonly outcome: string;
      readonly appeal: string;
      /** What was found of a report; empty where it says nothing of that. */
      readonly finding: string;
      /** What of it two have to sign for, and one did, as far as can be seen. */
      readonly alone: readonly Alone[];
      readonly clocks: readonly Clock[];
    }
  /** What the reporter says to the decision whose JSON id is `decision`. */
  | { readonly type: "answer"; readonly decision: string; readonly accepts: boolean; readonly text: string }
  /** For the team: why to refuse, or what was found; `finding` is empty for a refusal, `appeal` for a finding. */
  | { readonly type: "proposal"; readonly reason: string; readonly appeal: string; readonly finding: string }
  /** For the team: the risk of retaliation, assessed. */
  | (Assessment & { readonly type: "assessment" })
  /** How the reporter sees it. */
  | (SelfAssessment & { readonly type: "self-assessment" })
  /** What is signed of a measure of protection; `ownerLabel` names who sees to it. */
  | { readonly type: "measure"; readonly signed: Measure; readonly ownerLabel: string }
  /** What the reporter answers when they are asked how they are. */
  | { readonly type: "check-in"; readonly signed: CheckIn }
  | { readonly type: "access"; readonly member: string; readonly label: string; readonly epochs: readonly number[] }
  | { readonly type: "tags"; readonly tags: readonly string[] }
  /** What is said of a file of the case: `upload` names it, `of` the one that it was made from. */
  | { readonly type: "mark"; readonly upload: string; readonly mark: FileMark; readonly of: string | null }
  /** What the reporter asks for; `entry` is the JSON id. */
  | ({ readonly type: "request"; readonly entry: string } & Asked)
  /** That a request was dealt with, for the team. */
  | ({ readonly type: "noted" } & Noted)
  /** Minutes by members; `entry` is the JSON id. */
  | ({ readonly type: "minutes"; readonly entry: string } & Minutes)
  /** What the reporter says to minutes. */
  | ({ readonly type: "minutes-answer" } & MinutesAnswer)
  /** What was done towards persons concerned, for the team. */
  | ({ readonly type: "step" } & StepTaken)
  | { readonly type: "removal"; readonly sha256: string; readonly reason: string }
  /** Of a kind that this program does not know: its members, plainly. */
  | { readonly type: "other"; readonly lines: readonly string[] };

/** One entry, oldest first in its thread. `content` and `author` are there only where it is authentic. */
export interface ShownEntry {
  /** The server's id. */
  readonly id: string;
  readonly audience: string;
  readonly kind: string;
  /** The author's day where authentic, else the server's. */
  readonly day: string;
  readonly state: State;
  readonly reason: Sentence | null;
  readonly author: Author | null;
  readonly content: Content | null;
  /** Why it was removed, by an authentic entry of the same audience; null where it is there, or nobody signed for it. */
  readonly removed: Removed | null;
  /** Files that an authentic entry names. */
  readonly files: readonly ShownFile[];
  /** Base64 SHA-256 of the sealed bytes. */
  readonly sha256: string;
  /** The same of the entries of its audience that its author had seen, where authentic; the order of entries, and so that of a day, is else the server's. */
  readonly prev: readonly string[];
  /** The day of the service's verified acknowledgement, on the reader's own entries; and the note itself. */
  readonly acknowledged: { readonly day: string; readonly note: string } | null;
}

/** One of the hours of staff, by the server's word. Times are ISO 8601. */
export interface StaffClock {
  readonly name: string;
  readonly started: string;
  readonly due: string;
  readonly done: string | null;
}

/** A proposal that somebody else confirms, by the server's word: its id there, the id of its entry, who proposed it. */
export interface Refusal {
  readonly id: string;
  readonly entry: string;
  readonly by: string;
  readonly state: string;
}

/** A measure, by the server's word: its random number, and the server's id of the last entry about it. */
export interface MeasureRow {
  readonly id: string;
  readonly state: string;
  readonly owner: string;
  readonly review: string | null;
  readonly end: string | null;
  readonly entry: string;
}

/** A day on which the reporter is asked how they are, by the server's word: so many months after the case was closed. */
export interface AskedDay {
  readonly months: number;
  readonly due: string;
  readonly done: string | null;
}

/** What the server says of a protection case beside its status and outcome. */
export interface Protected {
  readonly clocks: readonly StaffClock[];
  readonly refusals: readonly Refusal[];
  readonly measures: readonly MeasureRow[];
}

/** A signed status. */
export interface ShownStatus {
  /** Its JSON id. */
  readonly entry: string;
  readonly status: string;
  readonly reason: string;
  readonly outcome: string;
  readonly appeal: string;
  /** What was found of a report; empty where it says nothing of that. */
  readonly finding: string;
  /** What of it two have to sign for, and one did, as far as can be seen. */
  readonly alone: readonly Alone[];
  readonly day: string;
  readonly author: Author;
  readonly clocks: readonly Clock[];
}

/** A case as judged. What is the server's word alone is named so. */
export interface ShownCase {
  readonly case: string;
  readonly channel: string;
  /** The channel's title in the page's language. */
  readonly title: string;
  readonly kind: "report" | "protection" | null;
  readonly warnings: readonly CaseWarning[];
  readonly needsNewerDirectory: boolean;
  /** The signed status that stands; null before the first one. */
  readonly status: ShownStatus | null;
  /** The last decision that was signed, whatever followed it; null before one. */
  readonly decision: ShownStatus | null;
  /** Other authentic statuses that nothing follows. */
  readonly otherStatuses: readonly ShownStatus[];
  /** Whether something was removed that could have been a newer status. */
  readonly statusMayBeOlder: boolean;
  readonly server: {
    readonly status: string;
    /** Whether it must be shown, beside or instead of the signed status. */
    readonly differs: boolean;
    /** Of the last decision; null before one. */
    readonly outcome: string | null;
    /** Whether it is another than that of the last signed decision. */
    readonly outcomeDiffers: boolean;
    readonly received: string;
    readonly sealedBy: string;
    readonly clocks: readonly Clock[];
    readonly checkIns: readonly AskedDay[];
  };
  /** Ids and labels of those whom the last epoch names. */
  readonly holders: readonly { readonly id: string; readonly label: string }[];
  /** Ids and labels of those whom the reporter shut out, as far as the reader knows the first entry. */
  readonly excluded: readonly { readonly id: string; readonly label: string }[];
  /** Why nothing may be sealed to this case now; null where it may. */
  readonly closed: Sentence | null;
  readonly entries: readonly ShownEntry[];
}
