/** What the page itself carries, in attributes of its root element (protocol section 11). */

import type { PageFacts } from "../workers/reporter_api.ts";
import { today } from "./dates.ts";
import { language } from "./i18n.ts";

/**
 * The facts of this page.
 *
 * @throws Error the page lacks them: it was not made by this release
 */
export function pageFacts(day: string = today()): PageFacts {
  const { root, directory, sha256, channel } = document.documentElement.dataset;
  if (root === undefined || directory === undefined || sha256 === undefined) throw new Error("this page carries no root key");
  return { root, version: Number(directory), sha256, language, channel: channel ?? null, today: day };
}
