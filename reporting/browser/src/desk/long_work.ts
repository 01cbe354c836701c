/** Work on many cases, one after the other: how far it has come, and a way to stop. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import { gettext } from "../ui/i18n.ts";

/** At most one such work at a time. */
export class LongWork {
  #words: ((done: number, of: number) => string) | null = null;
  #done = 0;
  #of = 0;
  #stoppable = false;
  #stopped = false;

  constructor(readonly repaint: () => void) {}

  /** Whether something is under way. */
  get busy(): boolean {
    return this.#words !== null;
  }

  /** Whether it was asked to stop. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Asks it to stop after the case at hand. */
  stop(): void {
    this.#stopped = true;
  }

  /** Says how far it has come. */
  tell(done: number, of: number): void {
    this.#done = done;
    this.#of = of;
    this.repaint();
  }

  /** Runs `work`, which tells how far it has come, with `words` beside the bar. It throws what `work` does. */
  async run<T>(words: (done: number, of: number) => string, work: () => Promise<T>, stoppable = false): Promise<T> {
    this.#stopped = false;
    this.#stoppable = stoppable;
    this.#words = words;
    this.tell(0, 0);
    try {
      return await work();
    } finally {
      this.#words = null;
      this.repaint();
    }
  }

  /**
   * Does `each` for every item until all are done or it is stopped; how many were done. What `each` throws
   * goes to `failed`, which says whether to go on.
   */
  async overAll<T>(
    items: readonly T[],
    words: (done: number, of: number) => string,
    each: (item: T) => Promise<void>,
    failed: (item: T, error: unknown) => boolean,
  ): Promise<number> {
    let well = 0;
    const all = async (): Promise<void> => {
      for (const [place, item] of items.entries()) {
        if (this.stopped) return;
        this.tell(place, items.length);
        try {
          await each(item);
          well++;
        } catch (error) {
          if (!failed(item, error)) return;
        }
      }
    };
    await this.run(words, all, true);
    return well;
  }

  view(): TemplateResult | typeof nothing {
    if (this.#words === null) return nothing;
    return html`<div class="first-opening"><label for="long-work">${this.#words(this.#done, this.#of)}</label>
      <progress id="long-work" max=${Math.max(this.#of, 1)} .value=${this.#done}></progress>
      ${this.#stoppable ? html`<button type="button" @click=${() => { this.stop(); }}>${gettext("Stop after this one")}</button>` : nothing}</div>`;
  }
}
