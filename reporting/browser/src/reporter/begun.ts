/** What was typed into the small boxes of a case and not sent: it outlives that the case is drawn or read again. */

/** The words of one case's boxes, by the id of their field. */
export class Begun {
  readonly #texts = new Map<string, string>();
  readonly #choices = new Map<string, string>();

  /** Puts into `field` what was typed into it before, and keeps what is typed from now on. */
  keep(field: HTMLTextAreaElement): void {
    field.value = this.#texts.get(field.id) ?? "";
    field.addEventListener("input", () => { this.#texts.set(field.id, field.value); });
  }

  /** Whether something unsent was typed into `field`. */
  has({ id }: HTMLTextAreaElement): boolean {
    return (this.#texts.get(id) ?? "").trim() !== "";
  }

  /** Keeps what was chosen beside the words of `field`. */
  choose({ id }: HTMLTextAreaElement, choice: string): void {
    this.#choices.set(id, choice);
  }

  /** What was chosen beside words that still stand in `field`; null where nothing was, or no words stand there. */
  chosen(field: HTMLTextAreaElement): string | null {
    return this.has(field) ? (this.#choices.get(field.id) ?? null) : null;
  }

  /** Forgets what stood in `field`: it was sent. */
  sent(field: HTMLTextAreaElement): void {
    this.#texts.delete(field.id);
    this.#choices.delete(field.id);
    field.value = "";
  }

  /** Whether leaving would lose anything. */
  unsent(): boolean {
    return [...this.#texts.values()].some((text) => text.trim() !== "");
  }

  /** Takes the words whose field is not in any of `places` any more, since what they answered was answered or replaced. */
  takeLost(places: readonly Element[]): string[] {
    const there = new Set(places.flatMap((place) => [...place.querySelectorAll("textarea")].map(({ id }) => id)));
    const lost = [...this.#texts].filter(([id]) => !there.has(id));
    for (const [id] of lost) this.#texts.delete(id);
    return lost.map(([, text]) => text.trim()).filter((text) => text !== "");
  }
}
