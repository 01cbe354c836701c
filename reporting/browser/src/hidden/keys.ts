/** Names that programs give to what they note, in whatever format: what such a note tells. */

import type { Kind } from "./types.ts";

/** The first that fits decides. */
const WORDS: readonly (readonly [RegExp, Kind])[] = [
  [/picture|cover.?art/iu, "thumbnail"],
  [/location|gps|geo|place|city|country/iu, "place"],
  [/serial|identifier|uuid|guid|_id$/iu, "serial"],
  [/make|model|camera|lens|device/iu, "camera"],
  [/software|encoder$|encoding|version|tool|handler/iu, "software"],
  [/author|artist|creator|director|producer|copyright|owner|user|performer|composer|contact|encoded.?by/iu, "author"],
  [/organi[sz]ation|publisher|label|company/iu, "company"],
  [/date|time|year/iu, "time"],
  [/title|displayname|album/iu, "title"],
  [/comment|description|keyword|information|note|lyrics/iu, "comment"],
];

/** What a note of that name tells. */
export function kindOfName(name: string): Kind {
  const own = name.replace(/^com\.\w+\.quicktime\.|^com\./u, "");
  return WORDS.find(([word]) => word.test(own))?.[1] ?? "other";
}
