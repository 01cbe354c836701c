/** Plain text and tables: they show what they hold, but for marks that nobody sees. */

import { N_ } from "../protocol/errors.ts";
import { type Data, starts, utf16 } from "./bytes.ts";
import { Findings } from "./findings.ts";
import { type Bare, bare, tellMarks } from "./marks.ts";
import { whole } from "./office.ts";
import type { Detected, Format, Found } from "./types.ts";

const READ = N_("Read this text once more: names, addresses and paths in it stay. Its wording can also tell which copy it is, where each reader got another one.");
const MARKED = N_("This text holds marks that nobody sees. Such marks can tell which copy of a text this is, and so who had it.");
const NEEDED = N_("Some of the unseen marks stay, because the language of this text needs them.");
const UNTOUCHED = N_("This text is stored in an older way, so that its unseen marks stay in it. Save it as UTF-8, or copy what matters into your report.");
const PLAIN = new Set(["text/plain", "text/csv", "text/tab-separated-values", "text/markdown"]);

/** The text, and whether it is stored as UTF-8. */
function decoded(bytes: Data): { text: string; modern: boolean } {
  if (starts(bytes, "\xff\xfe") || starts(bytes, "\xfe\xff")) return { text: utf16(bytes, true), modern: false };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), modern: true };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), modern: false };
  }
}

async function looked(file: Blob, { type }: Detected): Promise<Bare & { modern: boolean }> {
  const { text, modern } = decoded(await whole(file));
  return { ...bare(text, { blanks: true, table: type === "text/tab-separated-values", within: text }), modern };
}

export const plain: Format = {
  matches: ({ type }: Detected): boolean => PLAIN.has(type),

  inspect: async (file: Blob, detected: Detected): Promise<Found> => {
    const { found, kept, modern } = await looked(file, detected);
    const findings = new Findings();
    tellMarks(found, findings);
    const stays = kept || (found.size > 0 && !modern);
    const notes = [...(found.size > 0 ? [MARKED] : []), ...(kept && modern ? [NEEDED] : []), ...(found.size > 0 && !modern ? [UNTOUCHED] : []), READ];
    return { findings: findings.list, cleaning: stays ? "partial" : "full", notes };
  },

  clean: async (file: Blob, detected: Detected): Promise<Blob> => {
    const { text, found, modern } = await looked(file, detected);
    return modern && found.size > 0 ? new Blob([text]) : file;
  },
};
