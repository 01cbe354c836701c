/** A slow line and a slow device, for measuring what somebody far away on an old phone waits for. */

import { readFile, readdir } from "node:fs/promises";
import { type Server, type Socket, connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A line that carries `bytesPerSecond` each way, whatever the number of connections, and takes `roundTrip` milliseconds there and back. */
export interface Line {
  readonly bytesPerSecond: number;
  readonly roundTrip: number;
}

/** A line to a service, under an address of its own, until it is closed. */
export interface OpenLine {
  readonly port: number;
  /** Whether it is slow; a fast one passes everything at once. */
  slow: boolean;
  close(): void;
}

/** One direction of the line: what is sent waits for what was sent before, then for the way. */
class Direction {
  #free = 0;

  constructor(private readonly line: Line) {}

  /** The moment at which `size` bytes that are sent now have arrived. */
  arrival(size: number): number {
    const { bytesPerSecond, roundTrip } = this.line;
    this.#free = Math.max(this.#free, performance.now()) + (size / bytesPerSecond) * 1_000;
    return this.#free + roundTrip / 2;
  }
}

/** Opens a line to `port` of this machine. A connection takes a round trip before it carries anything, as TCP does. */
export async function openLine(port: number, line: Line): Promise<OpenLine> {
  const [up, down] = [new Direction(line), new Direction(line)];
  const sockets = new Set<Socket>();
  const opened = { slow: true };
  const pass = (from: Socket, to: Socket, direction: Direction, notBefore: number): void => {
    from.on("data", (data) => {
      const wait = opened.slow ? Math.max(notBefore, direction.arrival(data.length)) - performance.now() : 0;
      setTimeout(() => to.write(data), wait);
    });
    from.on("close", () => setTimeout(() => to.destroy(), opened.slow ? line.roundTrip : 0));
    from.on("error", () => to.destroy());
    sockets.add(from);
  };
  const server: Server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    const ready = performance.now() + 1.5 * line.roundTrip; // the handshake, then the request's own way
    pass(near, far, up, ready);
    pass(far, near, down, 0);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(opened, {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
}

const TURN = 40; // milliseconds in which a slowed process runs once and rests
const LOOK = 200; // milliseconds after which new processes are looked for

/** Processes of the browser `pid` that run pages and their workers. */
async function renderers(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  const pages: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const [stat, command] = await Promise.all([read(`/proc/${name}/stat`), read(`/proc/${name}/cmdline`)]);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    if (command.includes("--type=renderer")) pages.push(Number(name));
  }
  const isBelow = (one: number): boolean => {
    for (let at: number | undefined = one; at !== undefined && at > 1; at = parents.get(at)) if (at === pid) return true;
    return false;
  };
  return pages.filter(isBelow);
}

function read(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended.
    }
  }
}

/**
 * Runs `use` while pages and workers of Chromium `pid` run for one part in `times` of the time.
 *
 * DevTools slows the page's own thread alone; here whole processes are stopped in turn, workers too.
 */
export async function slowed<T>(pid: number, times: number, use: () => Promise<T>): Promise<T> {
  let over = false;
  let pids: readonly number[] = [];
  const looks = async (): Promise<void> => {
    while (!over) {
      pids = await renderers(pid);
      await sleep(LOOK);
    }
  };
  const turns = async (): Promise<void> => {
    while (!over) {
      const stopped = pids;
      signal(stopped, "SIGSTOP");
      await sleep(TURN * (1 - 1 / times));
      signal(stopped, "SIGCONT");
      await sleep(TURN / times);
    }
  };
  const turning = times > 1 ? Promise.all([looks(), turns()]) : Promise.resolve();
  try {
    return await use();
  } finally {
    over = true;
    await turning;
  }
}
