/** The dishonest administrator, with the server's data and log key in hand: the audit log written anew or erased. */

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

import type { DemoService } from "../service.ts";

const ROOT = path.resolve("../..");

// Events, positions, tiles and head all agree again; the server signs what they give.
const SCRIPT = `
import sys
from sqlalchemy import delete
from reporting.config import load_settings
from reporting.log import rules, trail
from reporting.log.models import AuditEvent, AuditHead, AuditTile
from reporting.protocol.audit import Frontier, parse_event
from reporting.service import open_service

service = open_service(load_settings(sys.argv[1]))
with service.database.write() as session:
    events = [trail.event_of(row).to_json() for row in trail.walk(session)]
    del events[int(sys.argv[2])]
    for table in (AuditEvent, AuditHead, AuditTile):
        session.execute(delete(table))
    session.add(AuditHead(log="audit", size=0, frontier=b""))
    session.flush()
    rules.append(session, Frontier(), [parse_event({**one, "position": place}) for place, one in enumerate(events)])
`;

// As if years had passed; and a tombstone that says of the same events what was never recorded.
const ERASE = `
import datetime, sys
from sqlalchemy import update
from reporting.config import load_settings
from reporting.directory.signers import log_signer
from reporting.log.checking import verifiers
from reporting.log.erasing import erase
from reporting.log.models import AuditEvent
from reporting.log.trail import tombstones
from reporting.protocol.audit import Tombstone, parse_tombstone
from reporting.service import open_service

service = open_service(load_settings(sys.argv[1]))
day = datetime.date(2026, 1, 1)
with service.database.write() as session:
    session.execute(update(AuditEvent).values(at=1))
    erase(service, session, day)
    stone = parse_tombstone(tombstones(session)[-1], verifiers(service, session)[0])
    other = Tombstone(stone.name, stone.size, stone.root, day - datetime.timedelta(days=365), stone.day)
    print(other.sign(log_signer(service, session)), end="")
`;

/** Erases every event that there is; answers a tombstone of as many events, well signed, that the log does not record. */
export async function eraseEvents(service: DemoService): Promise<string> {
  return run(service, ERASE);
}

/** Removes the event at `position` from the log so that nothing within it disagrees. */
export async function removeEvent(service: DemoService, position: number): Promise<void> {
  await run(service, SCRIPT, String(position));
}

async function run({ folder }: DemoService, script: string, ...given: readonly string[]): Promise<string> {
  const env = { ...process.env, PYTHONPATH: ROOT };
  const command = ["-c", script, path.join(folder, "server"), ...given];
  return (await promisify(execFile)(path.join(ROOT, ".venv/bin/python"), command, { cwd: ROOT, env })).stdout;
}
