/** What can help, by factor: calm, short, and no more than is known. Worked out on the device; nothing of it is sent. */

import { N_ } from "../protocol/errors.ts";
import type { Factor } from "../protocol/risk.ts";
import { gettext } from "../ui/i18n.ts";

/** Factors that belong together, in the order in which they are asked. */
export const GROUPS: readonly (readonly [string, readonly Factor[]])[] = [
  [N_("Who could guess that it was you"), ["few-knew", "small-unit", "many-know", "told-others", "traces", "work-device"]],
  [N_("Whom it is about"), ["power", "conflict", "past", "violence"]],
  [N_("What is at stake for you"), ["dependence", "dependants", "media"]],
];

const ADVICE: Readonly<Record<Factor, readonly string[]>> = {
  violence: [
    N_("Your safety comes before the case. If you are threatened or followed, call the emergency services where you are: this mailbox is not read at once."),
    N_("Then write here what happened, so that those who handle your case can act."),
  ],
  "few-knew": [
    N_("At work, do not show that you know more than others do."),
    N_("If you are asked here for something that only you could know, you can say that and leave it out."),
  ],
  "small-unit": [N_("In a small team people guess. Keep to your ways of other days, and do not be the first to speak about the matter.")],
  "many-know": [N_("That there is a report may be known; who made it need not be. You do not have to answer when colleagues ask who it was.")],
  "told-others": [N_("Ask those whom you told, once and calmly, to keep it to themselves. Tell nobody else at work.")],
  traces: [
    N_("Do not open, print or copy more at work to prove it: that may be recorded."),
    N_("Say here what there is and where. Those who handle your case can often ask for it in another way."),
  ],
  "work-device": [
    N_("From now on, use a device and a network that are not the workplace's."),
    N_("Do not begin to delete things there: that can be noticed, and held against you."),
  ],
  power: [
    N_("Keep a diary that is not at work: what happened, on what day, who was there."),
    N_("If a contract, an appraisal or a transfer is put before you, ask for time, and write here before you sign."),
  ],
  conflict: [N_("An old conflict is often given as the reason for what follows. Keep letters, appraisals and messages from before the report: they show how things stood.")],
  past: [N_("Write here what happened then and to whom, as far as you know. It helps others to see it coming.")],
  dependence: [N_("Ask a union, a lawyer or a free advice service early what protects your contract or your permit to stay. You need not tell them what you reported.")],
  dependants: [
    N_("Agree with those close to you on what to do if something happens."),
    N_("If they work in the same place, write that here: in many countries protection covers them too."),
  ],
  media: [N_("Before you speak to the press, ask an adviser. In many countries that is protected only once a report like yours has gone unanswered, or in an emergency.")],
};

/** The factors in the order of their advice: what presses comes first. */
export const ORDER = Object.keys(ADVICE) as readonly Factor[];

/** What can help with a factor. */
export function adviceOn(factor: Factor): readonly string[] {
  return ADVICE[factor].map((words) => gettext(words));
}

/** What helps in any case. */
export function adviceForAll(): readonly string[] {
  return [
    gettext("Keep a diary of what changes at work, with days and witnesses, in a place that only you can reach."),
    gettext("Write here as soon as something happens: a threat, a transfer, an appraisal out of line. You need not wait until it is bad."),
  ];
}
