/** A real mail server in a process of its own, which hands over what it takes. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

const ROOT = path.resolve("../.."); // tests run in reporting/browser
const PYTHON = path.join(ROOT, ".venv/bin/python");

/** The server. */
export interface MailServer {
  readonly port: number;
  /** The text of the next mail. */
  next(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts one at a port of the system's choice. */
export async function startMailServer(): Promise<MailServer> {
  const env = { ...process.env, PYTHONPATH: ROOT };
  const child = spawn(PYTHON, ["-m", "tests.mail_server"], { cwd: ROOT, env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
  const port = Number(await line());
  return {
    port,
    next: async () => String(await line()),
    stop: async () => {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}
