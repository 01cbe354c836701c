/** What a file gives away, in words for staff. */

import type { Finding, Kind } from "../hidden/types.ts";
import { N_ } from "../protocol/errors.ts";
import { gettext } from "../ui/i18n.ts";

const KINDS: Readonly<Record<Kind, string>> = {
  place: N_("place"),
  time: N_("time"),
  author: N_("author"),
  company: N_("company"),
  camera: N_("camera"),
  serial: N_("serial number"),
  software: N_("program"),
  comment: N_("comment"),
  revision: N_("earlier version"),
  hidden: N_("hidden part"),
  thumbnail: N_("small preview"),
  title: N_("title"),
  attachment: N_("file packed in"),
  script: N_("script"),
  other: N_("other"),
};

/** One finding: its kind, and what stands in the file. */
export function findingWords({ kind, value }: Finding): string {
  return gettext("{kind}: {value}", { kind: gettext(KINDS[kind]), value });
}
