/** What the desk asks its worker about leading cases, handing them over, and standing in for each other. */

import type { Sentence } from "../client/shown.ts";

/** A member id, and their label. */
export interface Person {
  readonly id: string;
  readonly label: string;
}

/** A case that this member leads, by the chain of its holders as it was verified here. */
export interface Led {
  readonly case: string;
  readonly channel: string;
  /** The channel's title. */
  readonly title: string;
  readonly summary: string;
  /** Who else at work leads it, by label; the key in the safe is not at work. */
  readonly others: readonly string[];
  /** Who could lead it: at work on the channel, not shut out by the reporter, not leading it yet. Member ids. */
  readonly able: readonly string[];
  /** Whom the reporter shut out. Member ids. */
  readonly excluded: readonly string[];
  /** Whether it was last sealed anew before this member's present keys came into force: earlier ones open it. */
  readonly olderKeys: boolean;
  /** Everybody whom new keys would go to: who holds it, the key in the safe too, and who reads it, without oneself. */
  readonly people: readonly Person[];
  /** Whether its newest keys were signed with a key of this member's that is former by now: they alone know whether by them. */
  readonly underFormer: boolean;
  /** Why it cannot be given on; null where it can. */
  readonly closed: Sentence | null;
}

/** The cases that this member leads, and how many could not be opened. */
export interface LedCases {
  readonly cases: readonly Led[];
  readonly failed: number;
}

/** Somebody stands in, or stood in, for this member, by the server's word. */
export interface Cover {
  readonly id: string;
  /** Member id of who stands in, and their label. */
  readonly to: string;
  readonly label: string;
  /** The last day. */
  readonly until: string;
  readonly ended: boolean;
  /** The cases to which they were given access for it: whose keys they had. */
  readonly given: readonly string[];
}

/** Its part of the worker's methods. */
export interface CoverApi {
  /** Opens every case of the member's and looks who else leads it; progress tells how many are done. */
  ledCases(progress: (done: number, of: number) => void): Promise<LedCases>;
  covers(): Promise<readonly Cover[]>;
  /** Notes that a member stands in until a day; what is given to them in these cases after this ends then. */
  beginCover(to: string, until: string, cases: readonly string[]): Promise<void>;
  /** Ends a cover now; takes one that has ended off the list. */
  closeCover(cover: string): Promise<void>;
}
