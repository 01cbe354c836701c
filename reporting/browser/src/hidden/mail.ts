/** Mail: its headers tell who wrote to whom, when, and through which computers. They are said; cleaning would falsify it. */

import { N_ } from "../protocol/errors.ts";
import { anyText, read } from "./bytes.ts";
import { Findings } from "./findings.ts";
import { CannotClean, type Detected, type Format, type Found, type Kind } from "./types.ts";

const MAIL = N_(
  "Mail shows in its first lines who sent it to whom, when, and through which computers. Nothing of that is removed here, since without it the mail proves little. If it leads to you, send its text or a picture of it instead.",
);
const HEADERS: Readonly<Record<string, Kind>> = {
  from: "author",
  sender: "author",
  "reply-to": "author",
  "return-path": "author",
  to: "other",
  cc: "other",
  bcc: "other",
  "delivered-to": "other",
  "x-original-to": "other",
  subject: "title",
  date: "time",
  received: "place",
  "x-originating-ip": "place",
  "message-id": "serial",
  "x-mailer": "software",
  "user-agent": "software",
  organization: "company",
};
const MOST_HEADERS = 64 * 1024;

export const mail: Format = {
  matches: ({ type }: Detected): boolean => type === "message/rfc822",

  inspect: async (file: Blob): Promise<Found> => {
    const findings = new Findings();
    const text = anyText(await read(file, 0, Math.min(file.size, MOST_HEADERS)));
    const [head = ""] = text.split(/\r?\n\r?\n/, 1);
    for (const line of head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
      const [called = "", value = ""] = line.split(/:(.*)/s);
      const kind = HEADERS[called.toLowerCase()];
      if (kind !== undefined) findings.add(kind, kind === "other" ? `${called}: ${value.trim()}` : value);
    }
    return { findings: findings.list, cleaning: "none", notes: [MAIL] };
  },

  clean: () => Promise.reject(new CannotClean(MAIL)),
};
