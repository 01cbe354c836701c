/**
 * What ids of the protocol are called, in the page's language: warnings, states, kinds, statuses, deadlines.
 *
 * Reporters' pages and the desk say the same things with these. The facts are the terminal's sentences
 * (`reporting/cli/telling.py`); what follows from them differs by who reads, and stands in tables of its own.
 */

import type { Author, Clock, Sentence } from "../client/shown.ts";
import type { Removed } from "../evidence/types.ts";
import { visibleBidi } from "../protocol/encoding.ts";
import { N_ } from "../protocol/errors.ts";
import type { CaseWarning, State } from "../protocol/thread.ts";
import { fromToday, longDay, today } from "./dates.ts";
import { gettext } from "./i18n.ts";

/** Who reads: a reporter with a receipt code, or a member at the desk. */
export type Side = "reporter" | "member";

const WARNINGS: Readonly<Record<CaseWarning, string>> = {
  "not-your-case": N_("This case was not made with your receipt code. The server should not show it here."),
  "case-damaged": N_("The beginning of this case is damaged. Nothing can be sealed to it; its clocks run on."),
  "grant-damaged": N_("A key to this case is damaged or does not belong to it. Its clocks run on."),
  "first-entry-missing": N_("The report itself is missing or not authentic."),
  "other-channel": N_("The server says that this case is on another channel than its reporter chose."),
  "epochs-broken": N_("The list of people who hold this case does not hold. Nothing more is sealed to it."),
  "epochs-withheld": N_("The server withholds part of the list of people who hold this case."),
  "entries-may-be-missing": N_("Entries may be missing: one is referred to that the server does not show."),
  "removed-without-word": N_("Something was removed, and nobody signed for removing it."),
};

const REPORTER_AGAIN = N_(
  "Look again later. If it stays so, somebody may be interfering: reach the office in another way, by what its poster or leaflet says.",
);
const REPORTER_ANEW = N_("Do not write here. To reach somebody, file a new report with a new code, or use another way to reach the office.");
const REPORTER_ADVICE: Readonly<Record<CaseWarning, string>> = {
  "not-your-case": N_("Nothing of it is shown. Do not believe what is said about it; your own cases are not touched by this."),
  "case-damaged": REPORTER_ANEW,
  "grant-damaged": REPORTER_ANEW,
  "first-entry-missing": N_(
    "The server may hold it back. Nobody but you could have written it, and nothing was put in its place. Look again later; if it stays so, report again, or use another way to reach the office.",
  ),
  "other-channel": N_("Your report may lie with other people than you chose. Do not write here before somebody has explained it in another way."),
  "epochs-broken": N_("You cannot write here any more. File a new report with a new code if you have more to say, and mention this sentence in it."),
  "epochs-withheld": N_("Until the whole list is there, nothing you write is sealed to anybody. Look again later; if it stays so, use another way to reach the office."),
  "entries-may-be-missing": REPORTER_AGAIN,
  "removed-without-word": N_("It was there before and is gone now. Ask below what it was and who removed it, if it matters to you."),
};

const MEMBER_ADVICE: Readonly<Record<CaseWarning, string>> = {
  "not-your-case": N_("Nothing of it is shown. Tell whoever runs the service."),
  "case-damaged": N_("No answer can be sealed to it. The deadlines go on: tell whoever runs the service."),
  "grant-damaged": N_("Ask a colleague who holds the case to grant it to you again. If nobody can open it, tell whoever runs the service."),
  "first-entry-missing": N_("Without it, nobody's role in this case can be judged. Look again later; if it stays so, tell whoever runs the service."),
  "other-channel": N_("Roles are judged by the channel that the reporter chose. Do not write here before whoever runs the service has explained it."),
  "epochs-broken": N_("Compare with colleagues who hold the case, and tell whoever runs the service."),
  "epochs-withheld": N_("Nothing is sealed before the whole list is there. Look again later; if it stays so, tell whoever runs the service."),
  "entries-may-be-missing": N_("Look again later, and compare with colleagues. If it stays so, tell whoever runs the service."),
  "removed-without-word": N_("A removal is signed by whoever removes. Ask colleagues, and tell whoever runs the service."),
};

/** What is wrong with a case: a fact. */
export function warningWords(warning: CaseWarning): string {
  return gettext(WARNINGS[warning]);
}

/** What follows from a warning, and what its reader can do. */
export function warningAdvice(warning: CaseWarning, side: Side): string {
  return gettext((side === "reporter" ? REPORTER_ADVICE : MEMBER_ADVICE)[warning]);
}

/** Said beside the warnings where a case needs a newer directory than the server shows. */
export function newerDirectoryWords(): string {
  return gettext("Part of this case names a newer list of recipients than the site shows.");
}

const STATES: Readonly<Record<Exclude<State, "authentic">, string>> = {
  "not-authentic": N_("Not authentic; its content is withheld."),
  "cannot-be-opened": N_("Cannot be opened with your keys."),
  removed: N_("Removed."),
};

/** What is known of an entry; empty for an authentic one, which needs no word. */
export function stateWords(state: State): string {
  return state === "authentic" ? "" : gettext(STATES[state]);
}

const WITHHELD: Readonly<Record<Exclude<State, "authentic">, string>> = {
  "not-authentic": N_("Somebody may have altered it, or written it in another's name. Go by the other entries, and ask what it was."),
  "cannot-be-opened": N_("It was sealed to somebody else, or damaged on the way. Ask for it to be written again."),
  removed: N_("What stood here is no longer on the server."),
};

/** What follows where an entry is not shown; empty for one that is. */
export function stateAdvice(state: State): string {
  return state === "authentic" ? "" : gettext(WITHHELD[state]);
}

/** Who removed something, when and why. */
export function removedWords({ by, day, reason }: Removed): string {
  return gettext("Removed by {name} on {day}, for this reason: {reason}", { name: by, day: longDay(day), reason });
}

const KINDS: Readonly<Record<string, string>> = {
  report: N_("Report"),
  message: N_("Message"),
  retaliation: N_("Retaliation"),
  status: N_("Status"),
  protection: N_("Protection"),
  removal: N_("Removal"),
  minutes: N_("Minutes"),
  request: N_("Request"),
  note: N_("Note for the team"),
  access: N_("Access"),
  classification: N_("Classification"),
  translation: N_("Translation"),
  disclosure: N_("Request to disclose the identity"),
  identity: N_("Identity"),
};

/** What a kind of entry is called; one that is not known, as it is. */
export function kindWords(kind: string): string {
  return named(KINDS, kind);
}

const STANDINGS: Readonly<Record<string, string>> = {
  "former-member": N_("former member"),
  "former-key": N_("former key"),
  "other-role": N_("without the role for this"),
};

/** Who wrote something: *you*, *the reporter*, or a member by label, with what is to be known of their key. */
export function authorWords(author: Author): string {
  if (author.mine) return gettext("you");
  if (author.reporter) return gettext("the reporter");
  const name = author.label === "" ? author.id : author.label;
  const standing = Object.hasOwn(STANDINGS, author.standing) ? STANDINGS[author.standing] : undefined;
  return standing === undefined ? name : gettext("{name}, {standing}", { name, standing: gettext(standing) });
}

const CLOCKS: Readonly<Record<string, string>> = {
  acknowledge: N_("acknowledgement"),
  feedback: N_("feedback"),
  decision: N_("decision"),
  review: N_("review"),
};

/** What a deadline is called; one that is not known, as it is. */
export function clockName(name: string): string {
  return named(CLOCKS, name);
}

/** How a deadline stands on the day `now`: met in time or late, still to come, or overdue. */
export type ClockState = "done" | "done-late" | "due" | "overdue";

/** How a deadline stands. Days compare as text. */
export function clockState(clock: Clock, now: string = today()): ClockState {
  if (clock.done !== null) return clock.done > clock.due ? "done-late" : "done";
  return clock.due < now ? "overdue" : "due";
}

type ClockSentences = Readonly<Record<ClockState, string>>;

const REPORTER_CLOCKS: Readonly<Record<string, ClockSentences>> = {
  acknowledge: {
    due: N_("Somebody has to confirm your report by {due}, {off}."),
    overdue: N_("Somebody should have confirmed your report by {due}, {off}."),
    done: N_("Your report was confirmed on {done}."),
    "done-late": N_("Your report was confirmed on {done}; it was due on {due}."),
  },
  feedback: {
    due: N_("An answer is due by {due}, {off}."),
    overdue: N_("An answer was due by {due}, {off}."),
    done: N_("You were answered on {done}."),
    "done-late": N_("You were answered on {done}; it was due on {due}."),
  },
  decision: {
    due: N_("A decision on your protection is due by {due}, {off}."),
    overdue: N_("A decision on your protection was due by {due}, {off}."),
    done: N_("It was decided on {done}."),
    "done-late": N_("It was decided on {done}; it was due on {due}."),
  },
  review: {
    due: N_("Whether your protection is still right is looked at by {due}, {off}."),
    overdue: N_("Whether your protection is still right should have been looked at by {due}, {off}."),
    done: N_("Your protection was looked at again on {done}."),
    "done-late": N_("Your protection was looked at again on {done}; it was due on {due}."),
  },
};

const PLAIN_CLOCKS: ClockSentences = {
  due: N_("{name}: due by {due}, {off}"),
  overdue: N_("{name}: was due by {due}, {off}"),
  done: N_("{name}: done on {done}"),
  "done-late": N_("{name}: done on {done}, late (due {due})"),
};

/** A deadline in words: a whole sentence for reporters, name and day for members. */
export function clockWords(clock: Clock, side: Side, now: string = today()): string {
  if (clock.waived === true) return waivedWords(clock, side);
  const known = side === "reporter" && Object.hasOwn(REPORTER_CLOCKS, clock.name) ? REPORTER_CLOCKS[clock.name] : undefined;
  return gettext((known ?? PLAIN_CLOCKS)[clockState(clock, now)], {
    name: clockName(clock.name),
    due: longDay(clock.due),
    off: fromToday(clock.due, now),
    done: clock.done === null ? "" : longDay(clock.done),
  });
}

function waivedWords({ name, done }: Clock, side: Side): string {
  if (side === "reporter") return gettext("You asked for no acknowledgement, so the office owes you none. The time for its answer runs on.");
  return gettext("{name}: none, the reporter objects to one ({done})", { name: clockName(name), done: done === null ? "" : longDay(done) });
}

/** A marked message from the worker, translated. */
export function sentenceWords(sentence: Sentence): string {
  return gettext(sentence.message, sentence.values);
}

/** The name of an id; one that is not known, as it is. */
export function named(names: Readonly<Record<string, string>>, id: string): string {
  const found = Object.hasOwn(names, id) ? names[id] : undefined;
  return found === undefined ? visibleBidi(id) : gettext(found);
}
