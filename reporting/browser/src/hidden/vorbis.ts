/** Vorbis comments, as Vorbis, Opus, FLAC, Theora and Speex carry them: what they give away. */

import { Bytes, type Data, anyText, le32, joined, sizeText } from "./bytes.ts";
import type { Findings } from "./findings.ts";
import { kindOfName } from "./keys.ts";
import { CannotClean } from "./types.ts";


/** No program's name, and no comment. */
export const NO_COMMENTS: Data = joined([le32(0), le32(0)]);

/** Notes what comments give away, from the length of the program's name on. */
export function inspectComments(data: Data, findings: Findings): void {
  try {
    const bytes = new Bytes(data, true);
    const vendor = bytes.u32(0);
    findings.add("software", anyText(bytes.part(4, 4 + vendor)));
    let at = 8 + vendor;
    for (let rest = bytes.u32(4 + vendor); rest > 0; rest--) {
      const length = bytes.u32(at);
      comment(anyText(bytes.part(at + 4, at + 4 + length)), findings);
      at += 4 + length;
    }
  } catch (error) {
    if (!(error instanceof CannotClean)) throw error; // cut: what came before is told
    findings.add("other", sizeText(data.length));
  }
}

function comment(text: string, findings: Findings): void {
  const equal = text.indexOf("=");
  const kind = kindOfName(text.slice(0, Math.max(0, equal)));
  if (kind === "thumbnail") findings.add(kind, sizeText(Math.floor((text.length * 3) / 4)));
  else findings.words(kind, kind === "other" ? text : text.slice(equal + 1));
}
