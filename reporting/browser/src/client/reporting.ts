/** Sending a report, as a reporter's device does it. */

import * as acknowledgements from "../protocol/acknowledgement.ts";
import type { Directory } from "../protocol/directory.ts";
import { memberIds } from "../protocol/directory_parts.ts";
import type { JsonObject } from "../protocol/encoding.ts";
import { N_ } from "../protocol/errors.ts";
import { type Prepared, type Recipients, type Report, newCase, prepareReport, reportRecipients } from "../protocol/submission.ts";
import { type Acknowledged, ROUNDS, type Sealed, type Sending, filesAreGone, forget, isProblem, noteOf } from "./acknowledged.ts";
import { NewRecipients, UnexpectedAnswer } from "./errors.ts";
import { labelOf } from "./showing.ts";
import type { Site } from "./site.ts";

/**
 * What a report is sealed with: a directory that the reporter was asked about, and the recipients under it. The
 * two change together or not at all, though the site may have loaded a newer directory since.
 */
export interface Loaded {
  readonly site: Site;
  directory: Directory;
  recipients: Recipients;
}

/**
 * Seals and sends a report; returns only once the server's acknowledgement was checked. `sealed` keeps what
 * was sealed: with it, a further call sends the same bytes again.
 *
 * An unanswered attempt is repeated as it is. Where the directory has changed meanwhile, the new one is loaded
 * and verified, `changed` is told, and the report is sealed anew under a new case identity; unless somebody
 * would get it who would not have before: then a further call says that this may be.
 *
 * @throws NewRecipients people joined of whom the reporter may not know; nothing was sealed to them
 * @throws NotAuthentic directory, recipients or acknowledgement do not hold
 * @throws Refused nobody who may receive the report remains
 * @throws Problem the server refuses
 * @throws Unreachable it does not answer
 */
export async function sendReport(loaded: Loaded, report: Report, sealed: Sealed<Prepared>, sending: Sending): Promise<Acknowledged> {
  for (let round = 0; round < ROUNDS; round++) {
    const { directory } = loaded;
    if (sealed.made === null) sending.sealing();
    const prepared = (sealed.made ??= await prepare(loaded, report, sealed, sending));
    let answer: JsonObject;
    try {
      answer = await sending.sender.shaped(directory.shape).send("/api/reports", prepared.request);
    } catch (error) {
      forget(sealed, error, sending);
      const gone = filesAreGone(error);
      if (!gone && !isProblem(error, "directory-outdated")) throw error;
      sealed.made = sealed.keys = null;
      await (gone ? sending.files.forget() : reload(loaded, report));
      if (!gone) sending.changed();
      continue;
    }
    const note = noteOf(answer);
    const day = acknowledgements.verifyReport(note, directory.verifier("service"), prepared.expected);
    if (answer["case"] !== prepared.case) throw new UnexpectedAnswer(N_("The server's answer is about another case."));
    return { case: prepared.case, day, note };
  }
  throw new UnexpectedAnswer(N_("The site's list of recipients keeps changing; try again in a moment."));
}

/** Seals a report; files that go with it before it, under the same new case. */
async function prepare(loaded: Loaded, report: Report, sealed: Sealed<Prepared>, { receipt, files }: Sending): Promise<Prepared> {
  const { directory, recipients, site } = loaded;
  const at = { directory, recipients, today: site.today };
  if (files.number === 0) return prepareReport(report, receipt, at);
  const keys = (sealed.keys ??= await newCase(receipt, directory.origin));
  // What refuses the report does so before any file is on its way.
  await prepareReport(report, receipt, at, { keys, attachments: files.rehearsal });
  return prepareReport(report, receipt, at, { keys, attachments: await files.send(reportRecipients(keys)) });
}

async function reload(loaded: Loaded, report: Report): Promise<void> {
  const { site } = loaded;
  const before = loaded.directory;
  const after = await site.load();
  if (after.version === before.version) {
    throw new UnexpectedAnswer(N_("The server refuses the list of recipients that it shows itself."));
  }
  const recipients = await site.recipients(report.channel);
  Object.assign(loaded, { directory: after, recipients });
  const people = joined(before, after, site.today, report).map((member) => labelOf(after, member)).join("; ");
  if (people === "") return;
  throw new NewRecipients(N_("The list of recipients has changed. New on it: {people}. Look whether they may see this, then send it again."), { people });
}

/** Members of whom a reporter who knew the list `before` was not asked: new on the channel, or new among those who get it. */
function joined(before: Directory, after: Directory, today: string, report: Report): string[] {
  const [known, now] = [before, after].map((directory) => parts(directory, today, report));
  const found = now?.flatMap((members, part) => members.filter((member) => known?.[part]?.includes(member) !== true)) ?? [];
  return [...new Set(found)].sort();
}

/** Members not shut out: with any role on the channel; those who get the report; those who get the identity. */
function parts(directory: Directory, today: string, { channel, excluded, identityAnswers }: Report): string[][] {
  const anyRole = [...memberIds(directory.channel(channel))].filter((id) => directory.isListed(id, today) && !excluded.includes(id));
  const keeping = identityAnswers === null ? [] : directory.custodians(channel, today, excluded);
  return [anyRole, directory.initialHolders(channel, today, excluded), keeping];
}
