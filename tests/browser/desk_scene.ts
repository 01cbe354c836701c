/** Members and reporters around one running service, for tests of the desk's engine. */

import assert from "node:assert/strict";

import type { ShownCase } from "../../reporting/browser/src/client/shown.ts";
import { Transport } from "../../reporting/browser/src/client/transport.ts";
import { FilesEngine } from "../../reporting/browser/src/evidence/engine.ts";
import type { OutgoingFile } from "../../reporting/browser/src/evidence/types.ts";
import type { JsonObject } from "../../reporting/browser/src/protocol/encoding.ts";
import type { InboxLine, Session } from "../../reporting/browser/src/workers/desk_api.ts";
import { DeskEngine } from "../../reporting/browser/src/workers/desk_engine.ts";
import type { Arrival } from "../../reporting/browser/src/workers/member_api.ts";
import { MailboxEngine } from "../../reporting/browser/src/workers/mailbox_engine.ts";
import { ReportEngine } from "../../reporting/browser/src/workers/report_engine.ts";
import { Browser } from "./desk_browser.ts";
import { type DemoService, factsOf, fetchFrom, today } from "./service.ts";

export const TODAY = today();

/** The session that somebody came to, who was asked for nothing more. */
export function opened(arrival: Arrival): Session {
  assert.ok(arrival.stage === "open");
  return arrival;
}

/** Changes the body of what the server answers to a GET, as whoever is dishonest would; null leaves it. */
export type Spoil = (address: string, body: string) => string | null;

/** Stands between the page and the server for requests that change something; null lets them through. */
export type Intercept = (address: string, body: string, send: (body?: string, to?: string) => Promise<Response>) => Promise<Response> | null;

/** A page of the desk, with its worker. */
export interface Desk {
  readonly engine: DeskEngine;
  readonly browser: Browser;
  spoil: Spoil | null;
  intercept: Intercept | null;
  /** Requests that changed something, as `METHOD address`. */
  readonly sent: string[];
}

/** A report, and the code that its reporter keeps. */
export interface Filed {
  readonly case: string;
  readonly code: string;
}

/** The people around `service`. Signing in takes a second: most tests share one page a member. */
export class Scene {
  readonly #shared = new Map<string, Promise<Desk>>();

  constructor(readonly service: DemoService) {}

  passphrase(member: string): string {
    return this.service.credentials.members.find(({ id }) => id === member)?.passphrase ?? "";
  }

  /** Files a report on *procurement*. */
  async file(account: string, excluded: readonly string[] = [], identity: JsonObject | null = null, files: readonly OutgoingFile[] = []): Promise<Filed> {
    const engine = new ReportEngine(this.#intake(), {}, () => new FilesEngine(this.#intake()));
    await engine.open(await factsOf(this.service, "procurement"));
    const code = (await engine.newCode()).words.join(" ");
    const { case: id } = await engine.submit({ answers: { account }, excluded, identity }, files, () => undefined);
    return { case: id, code };
  }

  /** Files a claim of retaliation. */
  async claim(answers: JsonObject): Promise<Filed> {
    const engine = new ReportEngine(this.#intake(), {}, () => new FilesEngine(this.#intake()));
    await engine.open(await factsOf(this.service, "protection"));
    const code = (await engine.newCode()).words.join(" ");
    const { case: id } = await engine.submit({ answers, excluded: [], identity: null }, [], () => undefined);
    return { case: id, code };
  }

  /** The case as its reporter sees it. */
  async mailbox(filed: Filed): Promise<ShownCase> {
    return (await this.atMailbox(filed)).found;
  }

  /** The case as its reporter sees it, with what they can do there. */
  async atMailbox({ code }: Filed): Promise<{ found: ShownCase; engine: MailboxEngine }> {
    const engine = new MailboxEngine(this.#intake(), {}, () => new FilesEngine(this.#intake()));
    await engine.open(await factsOf(this.service, null));
    await engine.readCode(code);
    const [found] = await engine.readMailbox(() => undefined);
    assert.ok(found);
    return { found, engine };
  }

  #intake(): Transport {
    return new Transport(fetchFrom(this.service.intake));
  }

  /** A page of the desk as it is loaded, in a browser of its own or in one that is there. */
  open(browser = new Browser(this.service.desk)): Desk {
    const fetched = async (address: string, init: RequestInit): Promise<Response> => {
      const send = (body?: string, to = address): Promise<Response> => browser.fetch(to, body === undefined ? init : { ...init, body: new TextEncoder().encode(body) });
      if (init.method !== "GET") {
        desk.sent.push(`${init.method ?? ""} ${address}`);
        const text = init.body instanceof Uint8Array ? new TextDecoder().decode(init.body) : "";
        return (await desk.intercept?.(address, text, send)) ?? send();
      }
      const response = await send();
      const body = desk.spoil?.(address, await response.clone().text()) ?? null;
      return body === null ? response : new Response(body, { status: 200, headers: response.headers });
    };
    const transport = new Transport((address, init) => fetched(address, init));
    const engine = new DeskEngine(transport, "en", () => new FilesEngine(transport));
    const desk: Desk = { browser, spoil: null, intercept: null, sent: [], engine };
    return desk;
  }

  /** A page on which the member signs in now. */
  async anew(member: string, browser?: Browser): Promise<Desk> {
    const desk = this.open(browser);
    await desk.engine.signIn(member, this.passphrase(member), TODAY, () => undefined);
    return desk;
  }

  /** The page on which the member has signed in. */
  async at(member: string): Promise<Desk> {
    const shared = this.#shared.get(member) ?? this.anew(member);
    this.#shared.set(member, shared);
    const desk = await shared;
    desk.spoil = desk.intercept = null;
    return desk;
  }
}

/** The whole inbox, by case. */
export async function inboxOf({ engine }: Desk): Promise<Map<string, InboxLine>> {
  const lines: InboxLine[] = [];
  const count = await engine.inbox((page) => lines.push(...page));
  assert.equal(count, lines.length);
  return new Map(lines.map((line) => [line.case, line]));
}

/** The texts in one thread of a case. */
export function says(shown: ShownCase, audience = "reporter"): string[] {
  return shown.entries.flatMap(({ content, audience: found }) => (content?.type === "text" && found === audience ? [content.text] : []));
}
