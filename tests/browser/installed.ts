/** A service as an operator has it after installing: by the real commands, in a fresh folder, with nobody in it yet. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { end, firstLine, freePorts } from "./service.ts";

const ROOT = path.resolve("../..");
const PYTHON = path.join(ROOT, ".venv/bin/python");

/** A folder to work in, and the addresses that the service will have. */
export class Installed {
  #serving: ChildProcess | null = null;

  private constructor(
    readonly folder: string,
    readonly intake: string,
    readonly desk: string,
  ) {}

  /** A folder with nothing in it, and ports at which nobody listens. */
  static async fresh(): Promise<Installed> {
    const [port, deskPort] = await freePorts();
    const folder = await mkdtemp(path.join(tmpdir(), "reporting-installed-"));
    // Passkeys belong to names, not to numbers.
    return new Installed(folder, `http://localhost:${port.toString()}`, `http://localhost:${deskPort.toString()}`);
  }

  /** Where the two sides listen, as `--bind` and `--desk-bind` want it. */
  get binds(): readonly string[] {
    const bind = (address: string): string => `127.0.0.1:${new URL(address).port}`;
    return ["--bind", bind(this.intake), "--desk-bind", bind(this.desk)];
  }

  /** Runs `reporting` in the folder, with nobody at its terminal; answers what it printed. Throws where it is refused. */
  async run(...command: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(PYTHON, ["-m", "reporting.cli", ...command], this.#place);
    return stdout;
  }

  /** `reporting serve`, until {@link stop}. */
  async serve(): Promise<void> {
    this.#serving = spawn(PYTHON, ["-m", "reporting.cli", "serve", "--data", "data"], { ...this.#place, stdio: ["ignore", "pipe", "inherit"] });
    await firstLine(this.#serving);
  }

  /** Ends the service, and removes everything. */
  async stop(): Promise<void> {
    if (this.#serving !== null) await end(this.#serving);
    await rm(this.folder, { recursive: true, force: true });
  }

  get #place(): { cwd: string; env: NodeJS.ProcessEnv } {
    return { cwd: this.folder, env: { ...process.env, PYTHONPATH: ROOT, HOME: this.folder } };
  }
}
