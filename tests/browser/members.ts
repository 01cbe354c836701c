/** Members to be, and members with second factors, for tests of enrolling and signing in. */

import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import path from "node:path";
import { promisify } from "node:util";

import type { CDPSession, Page } from "puppeteer-core";

import type { DemoService } from "./service.ts";

const ROOT = path.resolve("../..");
const STEP = 30; // seconds, RFC 6238

/** Whom to invite: an id, which is the name to sign in with too, and a role on the demonstration's channel. */
export interface Newcomer {
  readonly id: string;
  readonly label: string;
  readonly role: string;
}

// By the room's own rules, as the administrator's page does it.
const INVITE = `
import sys
from reporting.config import load_settings
from reporting.members import rules
from reporting.members.invitations import Invitation, invite
from reporting.service import open_service
service = open_service(load_settings(sys.argv[1]))
with service.database.write() as session:
    print(invite(service, session, "administrator", Invitation(sys.argv[2], sys.argv[2], sys.argv[3], roles=[("procurement", sys.argv[4])])))
`;

/** The path of an invitation's link, with its token. */
export async function invite(service: DemoService, { id, label, role }: Newcomer): Promise<string> {
  return `/enroll#${await python(INVITE, path.join(service.folder, "server"), id, label, role)}`;
}

const AGE = `
import sys
from sqlalchemy import text
from reporting.config import load_settings
from reporting.service import open_service
service = open_service(load_settings(sys.argv[1]))
with service.database.write() as session:
    session.execute(text("update staff_session set proved = proved - 7200"))
`;

const PLANT = `
import sys
from sqlalchemy import update
from reporting.config import load_settings
from reporting.members.models import RenewedKeys
from reporting.protocol.age import HybridIdentity
from reporting.protocol.signing import SigningKey
from reporting.service import open_service
service = open_service(load_settings(sys.argv[1]))
planted = {"signing_key": SigningKey.generate().public, "recipient": str(HybridIdentity.generate().recipient)}
with service.database.write() as session:
    waiting = RenewedKeys.member_id == sys.argv[2], RenewedKeys.taken_back.is_(None)
    session.execute(update(RenewedKeys).where(*waiting).values(**planted))
`;

/** Puts other keys in the place of those of a member's that wait, as whoever owns the server can. */
export async function plantKeys(service: DemoService, member: string): Promise<void> {
  await python(PLANT, path.join(service.folder, "server"), member);
}

const VAULT = `
import base64, sys
from reporting.config import load_settings
from reporting.members.models import Member
from reporting.service import open_service
service = open_service(load_settings(sys.argv[1]))
with service.database.write() as session:
    member = session.get_one(Member, sys.argv[2])
    if len(sys.argv) > 3:
        member.vault = base64.b64decode(sys.argv[3])
    print(base64.b64encode(member.vault).decode())
`;

/** A member's vault as the server has it; base64. */
export function keptVault(service: DemoService, member: string): Promise<string> {
  return python(VAULT, path.join(service.folder, "server"), member);
}

/** Puts a vault in its place, as a restored backup does. */
export async function putVault(service: DemoService, member: string, vault: string): Promise<void> {
  await python(VAULT, path.join(service.folder, "server"), member, vault);
}

/** Lets two hours pass since everybody last showed who they are. */
export async function forgetProofs(service: DemoService): Promise<void> {
  await python(AGE, path.join(service.folder, "server"));
}

async function python(...command: readonly string[]): Promise<string> {
  const env = { ...process.env, PYTHONPATH: ROOT };
  const { stdout } = await promisify(execFile)(path.join(ROOT, ".venv/bin/python"), ["-c", ...command], { cwd: ROOT, env });
  return stdout.trim();
}

/** The code that an app with this secret (base 32) shows at `seconds` since 1970. */
export function totpCode(secret: string, seconds: number = Date.now() / 1_000): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / STEP)));
  const digest = createHmac("sha1", base32(secret)).update(counter).digest();
  const at = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function base32(text: string): Buffer {
  const bits = Array.from(text.replace(/\s/g, ""), (letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

/** An app on a telephone: it never shows a code of a step whose code was used, since the server takes each once. */
export class App {
  #last = 0;

  constructor(readonly secret: string) {}

  /** A code that was not used before; waits for the next step where it has to. */
  async code(): Promise<string> {
    // The server takes the code of one step ahead as well, which saves most of the waiting.
    const now = Date.now() / 1_000;
    const step = Math.max(Math.floor(now / STEP), this.#last + 1);
    const ahead = step * STEP - (now + STEP);
    if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead * 1_000 + 500));
    this.#last = step;
    return totpCode(this.secret, step * STEP);
  }
}

/** A security key that is plugged in, and touched whenever that is asked for; it gives key material (PRF). */
export async function plugInKey(page: Page): Promise<CDPSession> {
  const session = await page.createCDPSession();
  await session.send("WebAuthn.enable");
  const options = {
    ...{ protocol: "ctap2" as const, ctap2Version: "ctap2_1" as const, transport: "internal" as const },
    ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, hasPrf: true },
  };
  await session.send("WebAuthn.addVirtualAuthenticator", { options });
  return session;
}
