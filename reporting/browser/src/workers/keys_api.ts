/** What the desk asks its worker about renewing a member's own keys, and the cases that old keys still open. */

import type { DeskCase, Session } from "./desk_api.ts";

/** The member's own keys, as their vault and the verified directory have them. */
export interface OwnKeys {
  /** Those that wait for the directory, the newest first: signing key (base64), digits, whether this session made them. */
  readonly waiting: readonly { readonly signingKey: string; readonly digits: string; readonly here: boolean }[];
  /** How many earlier ones the vault keeps. */
  readonly former: number;
  /** The version of the directory since which the present ones are in force; 0 where it does not list them. */
  readonly since: number;
}

/** Its part of the worker's methods. */
export interface KeysApi {
  /** Makes new keys here, keeps them in the vault, and asks for them; they count once the directory lists them. */
  renewKeys(): Promise<Session>;
  /** Asks for them no longer. */
  takeBackKeys(): Promise<void>;
  /**
   * Begins a new epoch of a case for the same people, as long as nobody else has it than `people`, whom the member was
   * shown; where fewer than two would hold it, only if that is `confirmed`.
   */
  renewCase(caseId: string, people: readonly string[], confirmed: boolean): Promise<DeskCase>;
}
