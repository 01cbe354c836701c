/** Who is at the desk, and the worker that holds their keys: it starts with signing in and ends with every lock. */

import { type Connection, connect } from "../workers/rpc.ts";
import type { DeskApi, Session, SignInStep } from "../workers/desk_api.ts";
import type { Arrival, PasskeyAnswer, Pending, Proof } from "../workers/member_api.ts";
import { today } from "../ui/dates.ts";
import { language, texts } from "../ui/i18n.ts";
import { workerOf } from "../ui/trusted.ts";

/** `locked`: the cookie carries a session, the keys are not here. `pending`: signed in, and more is asked for. */
export type Standing = "starting" | "signed-out" | "locked" | "pending" | "open";

type Steps = (step: SignInStep) => void;

/** What one tab of the desk tells the browser's others. */
export type Said = "locked" | "signed-out";

/** Whose session the cookie carries. */
export interface Account {
  readonly name: string;
  readonly label: string;
}

/** The way in and out. */
export class Door {
  #connection: Connection<DeskApi> | null = null;
  standing: Standing = "starting";
  account: Account | null = null;
  session: Session | null = null;
  /** What is asked for before the session is open. */
  pending: Pending | null = null;
  readonly #tabs = new BroadcastChannel("desk");

  /** `heard` is told what was done by hand in another tab of this browser. */
  constructor(heard: (said: Said) => void) {
    this.#tabs.addEventListener("message", ({ data }: MessageEvent<Said>) => {
      heard(data);
    });
  }

  /** Tells the other tabs. */
  tell(said: Said): void {
    this.#tabs.postMessage(said);
  }

  /** The worker, started where none is. */
  get remote(): DeskApi {
    if (this.#connection === null) {
      this.#connection = connect<DeskApi>(workerOf("desk"));
      void this.#connection.remote.speak(language, texts()); // before all else that it is asked
    }
    return this.#connection.remote;
  }

  /**
   * Finds out whether the cookie still carries a session.
   *
   * @throws Unreachable no answer
   */
  async look(): Promise<void> {
    this.account = await this.remote.whoIsSignedIn();
    this.standing = this.account === null ? "signed-out" : "locked";
  }

  /** Signs in. It throws what the worker's `signIn` does. */
  async signIn(name: string, passphrase: string, progress: Steps): Promise<void> {
    this.arrived(await this.remote.signIn(name, passphrase, today(), progress));
  }

  /** Opens the vault again. It throws what the worker's `unlock` does. */
  async unlock(passphrase: string, progress: Steps): Promise<void> {
    this.arrived(await this.remote.unlock(passphrase, today(), progress));
  }

  /** Begins again with a recovery code. It throws what the worker's `recover` does. */
  async recover(name: string, code: string): Promise<void> {
    this.arrived(await this.remote.recover(name, code, today()));
  }

  /** Proves with a second factor. It throws what the worker's `proveFactor` does. */
  async prove(proof: Proof, progress: Steps): Promise<void> {
    this.arrived(await this.remote.proveFactor(proof, progress));
  }

  /** Opens the vault with what a passkey answered. It throws what the worker's `openWithPasskey` does. */
  async openWith(passkey: PasskeyAnswer, progress: Steps): Promise<void> {
    this.arrived(await this.remote.openWithPasskey(passkey, progress));
  }

  /** Takes up how far one has come. */
  arrived(arrival: Arrival): void {
    if (arrival.stage !== "open") {
      this.pending = arrival;
      this.standing = "pending";
      return;
    }
    this.pending = null;
    this.session = arrival;
    this.account = { name: arrival.name, label: arrival.label };
    this.standing = "open";
  }

  /**
   * Puts the keys away. The worker takes no more calls from here on; the answer ends it, once what was
   * being kept through it is kept. The cookie stays.
   */
  lock(): () => void {
    const connection = this.#connection;
    this.#connection = null;
    this.session = null;
    this.pending = null;
    this.standing = this.account === null ? "signed-out" : "locked";
    return () => {
      connection?.end();
    };
  }

  /** As {@link lock}, where the server's session is over too. */
  expire(): () => void {
    this.account = null;
    return this.lock();
  }

  /** Ends the session at the server too; one that cannot be reached ends it by itself after a while. */
  async signOut(): Promise<void> {
    this.expire()();
    await this.remote.signOut();
    this.tell("signed-out");
    this.expire()();
  }
}
