/** Taking back a request for an identity, before it is opened (protocol section 4): by whoever made it, nobody else. */

import { type Asked, decisionBody, parseDecision } from "./custody.ts";
import type { DisclosureAuthor } from "./disclosure.ts";
import type { NewEntry } from "./entry.ts";
import { N_, Refused } from "./errors.ts";
import type { CaseView } from "./thread_types.ts";

/**
 * The `disclosure` entry that withdraws a request, ready to be sealed to those who were asked, and the case.
 *
 * @throws Refused the author did not make the request, it is closed or withdrawn, or the case is not in order
 * @throws Malformed no reason
 */
export function makeWithdrawal(view: CaseView, asked: Asked, author: DisclosureAuthor, reason: string): NewEntry {
  const { chain, case: caseId } = view.facts;
  if (author.author !== asked.entry.author) throw new Refused(N_("Only whoever asked can withdraw this request."));
  asked.checkStands();
  if (chain?.broken !== null) throw new Refused(N_("This case is not in order; nothing can be sealed to it."));
  const body = decisionBody({ request: asked.entry.id, sha256: asked.sha256, decision: "withdrawn", reason });
  parseDecision(body);
  const place = { case: caseId, epoch: chain.last.number, prev: view.heads("custodian") };
  return { ...author, ...place, audience: "custodian", kind: "disclosure", body };
}
