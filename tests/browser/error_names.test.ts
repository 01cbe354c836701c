/** What an error says, and what it is called when it crosses to the page, in the bundle too, whose classes have short names. */

import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";

import * as clientErrors from "../../reporting/browser/src/client/errors.ts";
import * as coreErrors from "../../reporting/browser/src/protocol/errors.ts";

interface Reply {
  readonly error: { readonly name: string };
}

type Bundle = (name: string, entry: string) => Promise<{ content: Buffer }>;

const KNOWN = { ...coreErrors, ...clientErrors };

function classes(): [string, typeof coreErrors.ProtocolError][] {
  const isError = (one: unknown): one is typeof coreErrors.ProtocolError =>
    one === coreErrors.ProtocolError || (typeof one === "function" && one.prototype instanceof coreErrors.ProtocolError);
  return Object.entries(KNOWN).flatMap(([name, one]) => (isError(one) ? [[name, one]] : []));
}

describe("what a server says of its refusal", () => {
  const told = (members: Readonly<Record<string, string>>): string => new clientErrors.Problem(409, members).toString();

  it("is text with its controls of direction made visible, cut short, whatever it calls itself", () => {
    assert.equal(told({ detail: "no \u202egnihton" }), "The server refuses: no ⟨U+202E⟩gnihton");
    assert.equal(told({ detail: "ab", pointer: "/x\u2066" }), "The server refuses /x⟨U+2066⟩: ab");
    assert.ok(told({ detail: "x".repeat(10_000) }).length < 600);
    for (const kind of ["constructor", "toString", "__proto__"]) {
      assert.equal(told({ type: `urn:reporting:problem:${kind}`, title: "Odd" }), "The server refuses: Odd");
    }
  });
});

describe("the names of errors", () => {
  it("are said by each class itself", () => {
    assert.ok(classes().length > 20);
    for (const [name, kind] of classes()) assert.equal(Object.getOwnPropertyDescriptor(kind, "called")?.value, name);
  });

  it("reach the page from the bundle's worker as from the sources", async () => {
    const { bundle } = (await import(pathToFileURL(path.resolve("build.mjs")).href)) as { bundle: Bundle };
    const { content } = await bundle("report-worker.js", "src/workers/report.ts");
    const listening: ((event: { data: unknown }) => void)[] = [];
    const answer = new Promise<Reply>((resolve) => {
      const addEventListener = (_name: string, listener: (event: { data: unknown }) => void): void => {
        listening.push(listener);
      };
      Object.assign(globalThis, { addEventListener, postMessage: resolve });
    });
    await import(`data:text/javascript;base64,${Buffer.from(content).toString("base64")}`);
    const page = { root: "no key", version: 1, sha256: "", language: "en", channel: null, today: "2026-01-01" };
    for (const listener of listening) listener({ data: { id: 1, method: "open", parameters: [page] } });
    assert.equal((await answer).error.name, "Malformed");
  });
});
