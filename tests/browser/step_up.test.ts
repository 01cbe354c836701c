/** Showing again who one is, without a browser: which ways there are, and what is done again. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { waysOf } from "../../reporting/browser/src/desk/prover.ts";
import { NotProved, withStepUp } from "../../reporting/browser/src/desk/step_up.ts";
import type { DeskApi } from "../../reporting/browser/src/workers/desk_api.ts";
import { Estimator } from "../../reporting/browser/src/workers/estimating.ts";
import { RemoteError } from "../../reporting/browser/src/workers/rpc.ts";

const NONE = { passkey: false, totp: false, backup: false };

describe("the ways to show who one is", () => {
  it("are those of the factors that there are, and the passphrase only where there is none", () => {
    assert.deepEqual(waysOf(NONE, true), ["passphrase"]);
    assert.deepEqual(waysOf({ passkey: true, totp: true, backup: true }, true), ["passkey", "totp", "backup"]);
    assert.deepEqual(waysOf({ passkey: true, totp: true, backup: true }, false), ["totp", "backup"]);
    // The server takes no passphrase from whoever has a passkey, also where the browser offers none.
    assert.deepEqual(waysOf({ passkey: true, totp: false, backup: false }, false), []);
  });
});

describe("an act that asks who is there", () => {
  const refusal = (kind: string): RemoteError => new RemoteError({ name: "Problem", message: "", values: {}, pointer: "", details: { kind } });

  /** A worker whose act is refused so many times; and what was asked. */
  function scene(refusals: readonly string[], answer: boolean): { acts: number; asked: number; remote: DeskApi } {
    const left = [...refusals];
    const found = { acts: 0, asked: 0 };
    const worker = {
      endSession: (): Promise<void> => {
        found.acts++;
        const next = left.shift();
        return next === undefined ? Promise.resolve() : Promise.reject(refusal(next));
      },
    } as unknown as DeskApi;
    const ask = (): Promise<boolean> => {
      found.asked++;
      return new Promise((resolve) => setTimeout(resolve, 1, answer));
    };
    return Object.assign(found, { remote: withStepUp(() => worker, ask) });
  }

  it("is done again once it was shown", async () => {
    const here = scene(["step-up-needed"], true);
    await here.remote.endSession("x");
    assert.deepEqual([here.acts, here.asked], [2, 1]);
  });

  it("is not done where it was not shown", async () => {
    const here = scene(["step-up-needed"], false);
    await assert.rejects(here.remote.endSession("x"), NotProved);
    assert.deepEqual([here.acts, here.asked], [1, 1]);
  });

  it("is not done a third time, and other refusals ask nothing", async () => {
    const twice = scene(["step-up-needed", "step-up-needed"], true);
    await assert.rejects(twice.remote.endSession("x"), RemoteError);
    const other = scene(["not-allowed"], true);
    await assert.rejects(other.remote.endSession("x"), RemoteError);
    assert.deepEqual([twice.asked, other.asked, other.acts], [1, 0, 1]);
  });

  it("waits with others for one answer", async () => {
    const here = scene(["step-up-needed", "step-up-needed"], true);
    await Promise.all([here.remote.endSession("x"), here.remote.endSession("y")]);
    assert.deepEqual([here.acts, here.asked], [4, 1]);
  });
});

describe("the estimator", () => {
  const estimator = new Estimator();

  it("takes seven words at random, and nothing that people think of", async () => {
    assert.ok((await estimator.estimate("range myth hurry dirt crew focus chicken")).enough);
    for (const weak of ["", "password", "correct horse battery staple", "P@ssw0rd2026!", "qwertyuiopasdfghjkl", "to be or not to be", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]) {
      assert.ok(!(await estimator.estimate(weak)).enough, weak);
    }
  });

  it("counts nothing that others know of the person and the site", async () => {
    const [given, family] = ["zqvkwxjhgtr", "pmbfdcnslqxv"];
    const own = given + family;
    assert.ok((await estimator.estimate(own)).enough);
    for (const near of [own.toUpperCase(), `${given} ${family}`, `${given}.${family}`, `${given}@${family}`]) {
      assert.ok(!(await estimator.estimate(own, [near])).enough, near);
    }
  });
});
