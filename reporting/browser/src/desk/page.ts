/** What the parts of the desk have in common: pages, and what a page is given to work with. */

import type { TemplateResult } from "lit/html.js";

import type { DeskApi, Session } from "../workers/desk_api.ts";
import type { CaseList } from "./case_list.ts";
import type { Way } from "./router.ts";

/** One view of the desk. */
export interface Page {
  /** For the window's title, which browsers keep in their history: never a word of a report. */
  readonly title: string;
  view(): TemplateResult;
  /** The page was painted for the first time, or again after another one. */
  entered?(way: Way): void;
  /** Another page comes, or the desk is locked: what was typed is to be kept now. */
  left?(): Promise<void>;
  /** As {@link left}, at once and whatever can still be kept: nothing of it may show or be handed out any more. */
  gone?(): void;
  /** A key without Ctrl, Alt or Meta, pressed outside of fields. Whether it was one of this page's. */
  key?(event: KeyboardEvent): boolean;
  /** The keys that {@link key} knows, for the list of keys. */
  readonly keys?: readonly (readonly [string, string])[];
}

/** What was typed and could be kept nowhere else: it waits in this page's memory, for the same member. */
export interface Unsent {
  readonly member: string;
  readonly case: string;
  readonly audience: "reporter" | "team";
  readonly text: string;
}

/** What a page works with. */
export interface Context {
  readonly remote: DeskApi;
  readonly session: Session;
  readonly list: CaseList;
  /** Takes up what has changed of the session. */
  readonly became: (session: Session) => void;
  /** Asks the person to show who they are, however lately they did; whether they did. */
  readonly prove: () => Promise<boolean>;
  /** Paints again, soon. */
  readonly repaint: () => void;
  readonly go: (path: string) => void;
  /** Says that something was done; `undo` takes it back. */
  readonly say: (text: string, undo?: () => Promise<void>) => void;
  /** What to tell about an error; null where the desk has dealt with it itself: it is locked, or signed out. */
  readonly words: (error: unknown) => string | null;
  /** Lets what could not be kept with its case wait here, over a lock too. */
  readonly hold: (unsent: Omit<Unsent, "member">) => void;
  /** Hands out, once, what waits for that case. */
  readonly held: (caseId: string) => Unsent | null;
}

/** The text in the field that an event is about. */
export function typed(event: Event): string {
  const { target } = event;
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
  return isField ? target.value : "";
}

/** Whether the box that an event is about is checked. */
export function checked(event: Event): boolean {
  return event.target instanceof HTMLInputElement && event.target.checked;
}
