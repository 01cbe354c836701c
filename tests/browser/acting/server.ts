/** Everything that a service holds, to be searched. */

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

import type { DemoService } from "../service.ts";
import { type Find, type Needles, scan } from "./scanning.ts";

// Through SQL, so that no page of the file cuts a value in two.
const DUMP = `
import sqlite3, sys
base = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
    for row in base.execute(f'SELECT * FROM "{table}"'):
        for value in row:
            sys.stdout.buffer.write((value if isinstance(value, bytes) else str(value).encode()) + b"\\n")
`;

async function everythingStored(service: DemoService): Promise<Buffer> {
  const file = path.join(service.folder, "server/reporting.sqlite");
  const run = promisify(execFile);
  const { stdout } = await run("python3", ["-c", DUMP, file], { encoding: "buffer", maxBuffer: 256 * 1024 * 1024 });
  return stdout;
}

/** Where any of `needles` stands in what the service wrote: data, home, temporary files, log, every value of every table. */
export async function scanServer(service: DemoService, needles: Needles): Promise<Find[]> {
  const stored = await everythingStored(service);
  const inTables = [...needles].filter(([, bytes]) => stored.includes(bytes)).map(([needle]) => ({ file: "the database", layer: "by SQL", needle }));
  return [...inTables, ...(await scan(service.home, needles))];
}
