/** Archives: what is in them is listed, not opened. */

import { N_ } from "../protocol/errors.ts";
import { Findings } from "./findings.ts";
import { whole } from "./office.ts";
import { CannotClean, type Detected, type Format, type Found } from "./types.ts";
import { list } from "./zip.ts";

const ARCHIVE = N_("What the files inside an archive hide is not removed. Unpack it and attach them one by one.");
const UNSAFE = N_("This archive would put files outside of its own folder, or holds archives within. Open it with care.");

function isOdd(name: string): boolean {
  return /^(?:[\\/]|[a-z]:)|(?:^|[\\/])\.\.(?:[\\/]|$)|\.(?:zip|7z|rar|gz|xz|bz2|tar|iso|jar)$/i.test(name);
}

/** ZIP alone is listed; of others only the type is known. */
export const archive: Format = {
  matches: ({ family }: Detected): boolean => family === "archive",

  inspect: async (file: Blob, { type }: Detected): Promise<Found> => {
    if (type !== "application/zip") return { findings: [], cleaning: "none", notes: [ARCHIVE] };
    const findings = new Findings();
    const { members, comment } = list(await whole(file));
    for (const { name, changed } of members) {
      findings.add("attachment", name);
      findings.add("time", changed ?? "");
    }
    findings.add("comment", comment);
    const notes = members.some(({ name }) => isOdd(name)) ? [ARCHIVE, UNSAFE] : [ARCHIVE];
    return { findings: findings.list, cleaning: "none", notes };
  },

  clean: () => Promise.reject(new CannotClean(ARCHIVE)),
};
