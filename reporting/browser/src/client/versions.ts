/** All directories that a site ever published, for those who have to judge what was signed long ago. */

import { type Directory, MAX_DIRECTORY, parseText } from "../protocol/directory.ts";
import { equalBytes, sha256, utf8 } from "../protocol/encoding.ts";
import { N_ } from "../protocol/errors.ts";
import { parse as parseNote } from "../protocol/note.ts";
import { UnexpectedAnswer } from "./errors.ts";
import { MAX_STEPS, PREFIX, type Site, discontinued } from "./site.ts";

/**
 * The directory at hand and every one before it, the newest first. Each names the hash of the one before it, so
 * that none needs a signature: the newest vouches for all.
 *
 * @throws NotAuthentic the server shows another than was published then
 * @throws UnexpectedAnswer there are more than anybody publishes
 */
export async function* versions(site: Site): AsyncGenerator<Directory, void> {
  let found = site.directory;
  yield found;
  for (let steps = 0; found.version > 1; steps++) {
    if (steps === MAX_STEPS) throw new UnexpectedAnswer(N_("Too many lists of recipients have been published."));
    const answer = await site.transport.get(`${PREFIX}/directory/${found.version - 1}`, { limit: MAX_DIRECTORY });
    const { text } = parseNote(answer.expect(200).body, { limit: MAX_DIRECTORY });
    if (!equalBytes(sha256(utf8(text)), found.previous)) throw discontinued();
    found = parseText(text);
    yield found;
  }
}
