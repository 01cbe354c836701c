/** A real demonstration of the service, for tests that speak to it; every one has ports and a folder of its own. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

import type { Fetch } from "../../reporting/browser/src/client/transport.ts";
import { b64encode, sha256, utf8 } from "../../reporting/browser/src/protocol/encoding.ts";
import { parse } from "../../reporting/browser/src/protocol/note.ts";
import { parseText } from "../../reporting/browser/src/protocol/directory.ts";
import type { PageFacts } from "../../reporting/browser/src/workers/reporter_api.ts";

// Tests run in reporting/browser.
const ROOT = path.resolve("../..");
const PYTHON = path.join(ROOT, ".venv/bin/python");
const STOP_MILLISECONDS = 15_000;

/** A member of the demonstration; those without a passphrase keep their keys offline. */
export interface DemoMember {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly passphrase: string | null;
}

/** What the demonstration says of itself. */
export interface Credentials {
  readonly base_url: string;
  readonly desk_url: string;
  readonly origin: string;
  readonly fingerprint: string;
  readonly members: readonly DemoMember[];
}

/** A demonstration that runs. */
export interface DemoService {
  /** Where reporters go, such as `http://127.0.0.1:40001`. */
  readonly intake: string;
  /** Where members go. */
  readonly desk: string;
  readonly credentials: Credentials;
  /** Everything of the demonstration: `server` is the service's data, `root` the root key's folder. */
  readonly folder: string;
  /** Where alone the service may write: its data, its home, its temporary files, and `log`, where it is kept. */
  readonly home: string;
  /** Runs `reporting` with these arguments; answers what it printed. */
  reporting(...command: readonly string[]): Promise<string>;
  /** Runs `reporting desk` as a member. */
  asMember(name: string, ...command: readonly string[]): Promise<string>;
  /** Signs and publishes the draft as the next version of the directory. */
  publish(): Promise<void>;
  stop(): Promise<void>;
}

/** Two different ports that nobody listens at. */
export async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    ports.push(address.port);
  }
  for (const server of servers) server.close();
  const [first = 0, second = 0] = ports;
  return [first, second];
}

/** How a demonstration is started. */
export interface Start {
  /** `practice` for a site with made-up cases, which takes half a minute longer. */
  readonly command?: "demo" | "practice";
  /** What it prints goes to a file. */
  readonly logged?: boolean;
  /** By name, such as `SECOND_FACTOR`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A folder in which Python looks first, for what a test changes beneath the product, and what that is told. */
  readonly beneath?: { readonly folder: string; readonly environment: Readonly<Record<string, string>> };
}

/** Starts a demonstration; {@link DemoService.stop} ends it and removes its folder. */
export async function startService({ command = "demo", logged = false, settings = {}, beneath }: Start = {}): Promise<DemoService> {
  const folder = await mkdtemp(path.join(tmpdir(), "reporting-demo-"));
  const data = path.join(folder, "demo");
  const [port, deskPort] = await freePorts();
  const temporary = path.join(folder, "tmp");
  await mkdir(temporary);
  // Slow machines sign in long before the last act of a test; who wants to be asked says so.
  const set = Object.fromEntries(Object.entries({ STEP_UP: "3600", ...settings }).map(([name, value]) => [`REPORTING_${name}`, value]));
  const searched = beneath === undefined ? ROOT : `${beneath.folder}${path.delimiter}${ROOT}`;
  const env = { ...process.env, ...set, ...beneath?.environment, PYTHONPATH: searched, HOME: folder, TMPDIR: temporary, XDG_STATE_HOME: path.join(folder, "state") };
  const parts = [command, "--port", String(port), "--desk-port", String(deskPort), "--data", data, "--fresh", "--json"];
  const log = logged ? createWriteStream(path.join(folder, "log")) : process.stderr;
  const child = spawn(PYTHON, ["-m", "reporting.cli", ...parts], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  child.stderr.pipe(log, { end: logged });
  if (logged) child.stdout.pipe(log, { end: false });
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  let credentials: Credentials;
  try {
    credentials = JSON.parse(await firstLine(child)) as Credentials;
  } catch (error) {
    await stop();
    throw error;
  }
  const reporting = async (...parts: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(PYTHON, ["-m", "reporting.cli", ...parts], { cwd: ROOT, env });
    return stdout;
  };
  const { base_url: intake, desk_url: desk } = credentials;
  const made = { intake, desk, credentials, folder: data, home: folder, reporting, stop };
  return { ...made, asMember: asMember(made), publish: publish(made) };
}

type Running = Pick<DemoService, "folder" | "credentials" | "desk" | "reporting">;

function asMember({ folder, credentials, desk, reporting }: Running): DemoService["asMember"] {
  return async (name, ...command) => {
    const passphrase = credentials.members.find((member) => member.name === name)?.passphrase;
    if (typeof passphrase !== "string") throw new Error(`${name} has no passphrase`);
    const file = path.join(folder, `${name}.passphrase`);
    await writeFile(file, `${passphrase}\n`, { mode: 0o600 });
    return reporting("desk", "--url", desk, "--member", name, "--passphrase-file", file, ...command);
  };
}

function publish({ folder, reporting }: Running): DemoService["publish"] {
  return async () => {
    const request = path.join(folder, "next.request.json");
    await reporting("keys", "request", "--data", path.join(folder, "server"), "--out", request);
    await reporting("keys", "sign", request, "--root-folder", path.join(folder, "root"), "--yes");
    await reporting("keys", "publish", "--data", path.join(folder, "server"), path.join(folder, "next.signed.json"));
  };
}

/** The first line that a process prints; throws where it ends before. */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("nothing to read");
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit").then(([status]) => {
    throw new Error(`the demonstration ended with ${String(status)} before it ran`);
  });
  const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
  ended.catch(() => undefined);
  return line;
}

/** Ends a process that a test started, by force where it does not go by itself. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MILLISECONDS);
  await ended;
  clearTimeout(timer);
}

/** Runs `use` with a demonstration of its own. */
export async function withService(use: (service: DemoService) => Promise<void>): Promise<void> {
  const service = await startService();
  try {
    await use(service);
  } finally {
    await service.stop();
  }
}

/** A `fetch` of paths that goes to the server at `address`. */
export function fetchFrom(address: string): Fetch {
  return (where, init) => fetch(address + where, init);
}

/** The UTC day of this machine. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** What a page made now would carry; `channel` is null for the mailbox page. */
export async function factsOf(service: DemoService, channel: string | null, changes: Partial<PageFacts> = {}): Promise<PageFacts> {
  const read = async (name: string): Promise<string> => (await fetch(`${service.intake}/.well-known/reporting/${name}`)).text();
  const { text } = parse(await read("directory"), { limit: 4_194_304 });
  const [root, { version }] = [(await read("root")).trim(), parseText(text)];
  return { root, version, sha256: b64encode(sha256(utf8(text))), language: "en", channel, today: today(), ...changes };
}
