/** The dishonest administrator, with the server's data and log key in hand: the audit log written anew without an event. */

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

/** Removes the event at `position` from the log so that nothing within it disagrees. */
export async function removeEvent({ folder }: DemoService, position: number): Promise<void> {
  const env = { ...process.env, PYTHONPATH: ROOT };
  await promisify(execFile)(path.join(ROOT, ".venv/bin/python"), ["-c", SCRIPT, path.join(folder, "server"), String(position)], { cwd: ROOT, env });
}
