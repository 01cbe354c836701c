/** Asking for a certificate as a reporter's device does it: nothing is handed out that was not asked for. */

import { type Certificate, MAX_NOTE, SALT_SIZE, type Wanted, checkIssued, checkName, commit, writeCertificate } from "../protocol/certificate.ts";
import { b64encode, checkText } from "../protocol/encoding.ts";
import { N_, NotAuthentic, ProtocolError, Refused } from "../protocol/errors.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";
import { caseHashOf } from "./case_files.ts";
import { UnexpectedAnswer } from "./errors.ts";
import type { Sender } from "./sending.ts";
import type { OpenedCase } from "./served.ts";
import type { Site } from "./site.ts";

/** A certificate that is exactly what was asked for, and the file in which it is passed on. */
export interface Certified {
  readonly certificate: Certificate;
  readonly note: string;
  /** As it stands in the file: empty for none. */
  readonly name: string;
  readonly file: Uint8Array<ArrayBuffer>;
}

/**
 * Has it certified that the report of a case was made, to `name` or, where that is empty, to nobody. Only a commitment
 * to the name is sent. The service needs the opening to compute which report it signs for.
 *
 * @throws Refused the site's acknowledgement of the report is missing, so that nothing can be compared
 * @throws NotAuthentic the server certifies something else
 * @throws Malformed the name cannot be used
 */
export async function certify(site: Site, sender: Sender, receipt: ReceiptCode, opened: OpenedCase, name: string, nameChannel: boolean): Promise<Certified> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_SIZE));
  const used = checkName(name);
  const wanted = await wantedOf(site.directory.origin, receipt, opened, commit(used, salt), nameChannel);
  const token = b64encode(await receipt.mailboxToken(site.directory.origin));
  const request = { token, case: opened.view.facts.case, opening: b64encode(wanted.opening), commitment: b64encode(wanted.commitment), name_channel: nameChannel };
  const note = noteOf((await sender.send("/api/certify", request))["certificate"]);
  const certificate = await judged(site, note, wanted);
  return { certificate, note, name: used, file: writeCertificate(note, site.signed, site.pin.root, used, salt) };
}

function noteOf(value: unknown): string {
  try {
    return checkText(value, { limit: MAX_NOTE });
  } catch (error) {
    throw error instanceof ProtocolError ? new UnexpectedAnswer(N_("The server's answer carries no certificate.")) : error;
  }
}

async function wantedOf(origin: string, receipt: ReceiptCode, { served, view, acknowledged }: OpenedCase, commitment: Uint8Array, nameChannel: boolean): Promise<Wanted> {
  for (const { served: sealed, entry } of view.facts.entries) {
    const [day, note] = [acknowledged.get(sealed.id), served.acknowledgements.get(sealed.id)];
    if (!entry?.first || day === undefined || note === undefined) continue;
    const opening = await receipt.certificateOpening(origin, caseHashOf(served.sealed), commitment);
    return { acknowledgement: note, opening, received: day, channel: nameChannel ? entry.first.channel : null, commitment };
  }
  throw new Refused(N_("The site's signed acknowledgement is missing, and without it there is nothing to certify."));
}

/** What was issued; under a newer directory where there is one by now. */
async function judged(site: Site, note: string, wanted: Wanted): Promise<Certificate> {
  try {
    return checkIssued(note, wanted, site.directory, site.today);
  } catch (error) {
    if (!(error instanceof NotAuthentic)) throw error;
    const { version } = site.directory;
    if ((await site.load()).version === version) throw error;
    return checkIssued(note, wanted, site.directory, site.today);
  }
}
