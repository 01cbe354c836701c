/** Reading a mailbox: every page, every case judged as its reporter (protocol sections 5 and 7). */

import * as acknowledgements from "../protocol/acknowledgement.ts";
import { type JsonObject, b64encode, sha256 } from "../protocol/encoding.ts";
import type { Entry } from "../protocol/entry.ts";
import { N_, ProtocolError } from "../protocol/errors.ts";
import type { ReceiptCode } from "../protocol/receipt.ts";
import { type CaseView, readAsReporter } from "../protocol/thread.ts";
import { Problem, UnexpectedAnswer, notAsDescribed } from "./errors.ts";
import type { Sender } from "./sending.ts";
import { type OpenedCase, type ServedCase, objects, parseCase, parseCaseId, parseEntryId } from "./served.ts";
import type { Site } from "./site.ts";

export { type OpenedCase, type ServedCase, objects, parseCase, parseClocks, parseEntry } from "./served.ts";

export const MAX_ENTRIES = 20_000;
const MAX_PAGES = 10_000;
const RESTARTS = 3;
const CHANGED = N_("What is on the server changed while it was read; try again.");

/**
 * Every case under a receipt code, the newest report first; none where nothing is under this code.
 *
 * @throws Problem the server refuses
 * @throws UnexpectedAnswer what it serves is not as the protocol says
 */
export async function readMailbox(site: Site, sender: Sender, receipt: ReceiptCode): Promise<OpenedCase[]> {
  const served = await readPages(sender, b64encode(await receipt.mailboxToken(site.directory.origin)));
  const opened: OpenedCase[] = [];
  for (const one of served) opened.push(await judged(site, receipt, one));
  const place = ({ served: { received, sealed } }: OpenedCase): string => `${received} ${sealed.case}`;
  return opened.sort((a, b) => (place(a) < place(b) ? 1 : -1));
}

/** A case judged as its reporter, under a newer directory where it names one. */
export async function judged(site: Site, receipt: ReceiptCode, served: ServedCase): Promise<OpenedCase> {
  let view = await readAsReporter(served.sealed, receipt, site.directory);
  if (view.facts.needsNewerDirectory) {
    await site.load();
    view = await readAsReporter(served.sealed, receipt, site.directory);
  }
  return { served, view, acknowledged: acknowledgedDays(site, served, view) };
}

/** The days of the acknowledgements that hold, by the server's ids of the reporter's own entries. */
function acknowledgedDays(site: Site, served: ServedCase, view: CaseView): Map<string, string> {
  const days = new Map<string, string>();
  for (const shown of view.facts.entries) {
    const { id, sha256: digest } = shown.served;
    const note = served.acknowledgements.get(id);
    if (note === undefined || shown.entry?.author !== "reporter") continue;
    try {
      days.set(id, verify(site, view, shown.entry, digest, note));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return days;
}

function verify({ directory }: Site, view: CaseView, entry: Entry, digest: Uint8Array, note: string): string {
  const service = directory.verifier("service");
  const about = { origin: directory.origin, case: view.facts.case, entrySha256: digest };
  if (entry.first === null) return acknowledgements.verifyEntry(note, service, about);
  return acknowledgements.verifyReport(note, service, {
    ...about,
    channel: entry.first.channel,
    directory: entry.directory,
    reporterSha256: sha256(view.facts.reporterKey),
  });
}

async function readPages(sender: Sender, token: string): Promise<ServedCase[]> {
  for (let restart = 0; restart < RESTARTS; restart++) {
    try {
      return await readAll(sender, token);
    } catch (error) {
      if (!(error instanceof Problem && error.kind === "unknown-position")) throw error;
    }
  }
  throw new UnexpectedAnswer(CHANGED);
}

/** What the server said is wrong in its form is the server's fault. */
function asDescribed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ProtocolError ? notAsDescribed(error) : error;
  }
}

async function readAll(sender: Sender, token: string): Promise<ServedCase[]> {
  const cases = new Map<string, JsonObject>();
  const entries = new Map<string, JsonObject>();
  let after: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page: JsonObject = await sender.send("/api/mailbox", { token, after });
    const before = entries.size;
    after = asDescribed(() => {
      for (const content of objects(page, "cases")) cases.set(parseCaseId(content), content);
      const found = objects(page, "entries").map((entry) => [parseEntryId(entry), entry] as const);
      for (const [id, entry] of found) if (!entries.has(id)) entries.set(id, entry);
      return found.at(-1)?.[0] ?? null;
    });
    if (page["more"] !== true) return assembled(cases, [...entries.values()]);
    if (entries.size === before || entries.size > MAX_ENTRIES) break;
  }
  throw new UnexpectedAnswer(N_("The server's pages have no end."));
}

function assembled(cases: ReadonlyMap<string, JsonObject>, entries: readonly JsonObject[]): ServedCase[] {
  return asDescribed(() =>
    [...cases].map(([id, content]) => parseCase(content, entries.filter((entry) => entry["case"] === id))),
  );
}
