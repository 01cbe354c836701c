/** The row of buttons above what is shown, and what several ways of showing have in common. */

import { type Child, h } from "../ui/dom.ts";
import type { Said } from "./messages.ts";

/** What shows, as the frame deals with it. */
export interface Showing {
  readonly element: HTMLElement;
  /** Buttons for it; none where it brings its own. */
  readonly tools: readonly HTMLElement[];
  /** What is to be said of the file beside it. */
  readonly facts?: readonly Said[];
  /** A key that was pressed; whether it meant something. */
  key?(key: string): boolean;
  /** Gives memory back. */
  end(): void;
}

/** A button that says `text`, or shows `sign` and is called `text`. */
export function button(text: string, act: () => void, sign: Child = null): HTMLButtonElement {
  return sign === null
    ? h("button", { type: "button", onclick: act }, text)
    : h("button", { type: "button", onclick: act, "aria-label": text, title: text }, h("span", { "aria-hidden": "true" }, sign));
}

const STEPS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8] as const;

/** The next size up (1) or down (-1) from `scale`, of those that there are. */
export function stepped(scale: number, way: 1 | -1): number {
  const found = way === 1 ? STEPS.find((step) => step > scale * 1.01) : STEPS.filter((step) => step < scale / 1.01).at(-1);
  return found ?? scale;
}
