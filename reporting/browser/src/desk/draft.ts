/** What is being written to a case: kept, sealed, in the member's card a moment after the last key. */

import { gettext } from "../ui/i18n.ts";
import type { Draft } from "../workers/desk_api.ts";
import type { Context } from "./page.ts";

const PAUSE = 1_000; // milliseconds without a key before it is kept

type Kept = "nothing" | "waiting" | "keeping" | "kept" | "failed";

/** The draft of one case. */
export class DraftKeeper {
  audience: Draft["audience"] = "reporter";
  text = "";
  #kept: Kept = "nothing";
  #changes = 0;
  #last: Draft = { audience: "reporter", text: "" };
  #fault = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(
    readonly context: Context,
    readonly caseId: string,
  ) {}

  /** Takes up what the card holds, or what could be kept nowhere else. */
  begin(draft: Draft | null): void {
    const held = this.context.held(this.caseId);
    const found = held ?? draft;
    if (found === null) return;
    this.audience = found.audience;
    this.text = found.text;
    if (held === null) {
      this.#last = found;
      this.#kept = "kept";
    } else this.#wait();
  }

  /** Notes what is written now. */
  write(text: string): void {
    this.text = text;
    this.#wait();
  }

  /** Notes for whom it is written. */
  address(audience: Draft["audience"]): void {
    this.audience = audience;
    if (this.text !== "") this.#wait();
  }

  /** It was sent: nothing of it is left to keep. */
  sent(): void {
    clearTimeout(this.#timer);
    this.text = "";
    this.#last = { audience: this.audience, text: "" };
    this.#kept = "nothing";
    this.context.list.drafted(this.caseId, false);
  }

  /** Whether something is written that is kept nowhere yet. */
  get unkept(): boolean {
    return this.text.trim() !== "" && this.#kept !== "kept";
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#changes++;
    this.#kept = "waiting";
    this.#timer = setTimeout(() => void this.keep(), PAUSE);
  }

  /** Keeps it now. What cannot be kept waits in this page's memory, for the same member. */
  keep(): Promise<void> {
    clearTimeout(this.#timer);
    this.#work = this.#work.then(() => this.#keep());
    return this.#work;
  }

  async #keep(): Promise<void> {
    const draft: Draft = { audience: this.audience, text: this.text.trim() === "" ? "" : this.text };
    if (draft.text === this.#last.text && (draft.text === "" || draft.audience === this.#last.audience)) {
      this.#kept = draft.text === "" ? "nothing" : "kept";
      return;
    }
    this.#kept = "keeping";
    const { caseId } = this;
    const changes = this.#changes;
    this.context.repaint();
    try {
      await this.context.remote.keepDraft(caseId, draft);
      this.#last = draft;
      this.#fault = "";
      if (changes === this.#changes) this.#kept = draft.text === "" ? "nothing" : "kept";
      this.context.list.drafted(caseId, draft.text !== "");
    } catch (error) {
      this.context.hold({ ...draft, case: caseId });
      this.#kept = "failed";
      this.#fault = this.context.words(error) ?? "";
    }
    this.context.repaint();
  }

  /** How it stands, in words. */
  get words(): string {
    switch (this.#kept) {
      case "nothing":
        return "";
      case "waiting":
      case "keeping":
        return gettext("Keeping the draft …");
      case "kept":
        return gettext("Draft kept, sealed for you alone.");
      case "failed":
        return gettext("The draft is kept in this window only: {fault}", { fault: this.#fault });
    }
  }
}
