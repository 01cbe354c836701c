/** Replies to begin with. What stands in brackets is for the writer to fill in, and stays visible until then. */

import { N_ } from "../protocol/errors.ts";
import { gettext } from "../ui/i18n.ts";

/** One reply to begin with. */
export interface Template {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

const TEMPLATES: readonly Template[] = [
  {
    id: "received",
    title: N_("Received, and what happens next"),
    text: N_(
      "Thank you. Your report has arrived, and we have read it.\n\nWhat happens next: [what will be looked at, and by whom]. You will hear from us by [day].\n\nPlease look in here again from time to time with your receipt code: it is the only way in which we can reach you. If anything changes for you, above all if somebody treats you badly because of this, write to us here.",
    ),
  },
  {
    id: "more",
    title: N_("Asking for more"),
    text: N_(
      "Thank you for your report. To go on, it would help us to know more about [what].\n\nAnswer only if you can without risk to yourself. Do not look for anything that you do not know already, and leave out whatever could only come from you. If you cannot answer, that is fine: we go on with what there is.",
    ),
  },
  {
    id: "feedback",
    title: N_("Feedback on what was done"),
    text: N_(
      "We want to tell you what has been done about your report: [what was done, or is planned, and why].\n\nThere are things that we cannot tell you, because [reason]. The case is still open; you can write to us here.",
    ),
  },
  {
    id: "closing",
    title: N_("Closing the case"),
    text: N_(
      "We have finished our work on your report. The result: [result, with the reasons].\n\nYou can still read here and write to us. If you disagree, you can [what can be done, and by when]. If anybody treats you badly because of your report, tell us here at once: you stay protected after the case is closed.",
    ),
  },
];

/** The templates, in the page's language. */
export function replyTemplates(): readonly Template[] {
  return TEMPLATES.map(({ id, title, text }) => ({ id, title: gettext(title), text: gettext(text) }));
}
