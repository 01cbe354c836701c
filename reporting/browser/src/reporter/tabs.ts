/** Several cases side by side: one tab each, the keyboard's arrows among them, no history entries. */

import { fill, h } from "../ui/dom.ts";

/** One tab: what it is called, how it stands, and what it shows. */
export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly panel: HTMLElement;
}

/** Tabs with their panels, of which `selected` is shown first. `label` names the list. */
export function tabs(label: string, items: readonly Tab[], selected: string): HTMLElement {
  const panels = items.map(({ id, panel }) => h("div", { id: `panel-${id}`, role: "tabpanel", "aria-labelledby": `tab-${id}`, tabindex: "0" }, panel));
  const buttons = items.map(({ id, title, detail }) =>
    h(
      "button",
      { id: `tab-${id}`, type: "button", role: "tab", class: "tab", "aria-controls": `panel-${id}` },
      h("span", { class: "tab-title", dir: "auto" }, title),
      h("span", { class: "tab-detail" }, detail),
    ),
  );
  const select = (place: number): void => {
    buttons.forEach((button, index) => {
      button.setAttribute("aria-selected", String(index === place));
      button.tabIndex = index === place ? 0 : -1;
    });
    panels.forEach((panel, index) => {
      panel.hidden = index !== place;
    });
  };
  buttons.forEach((button, place) => {
    button.addEventListener("click", () => {
      select(place);
    });
    button.addEventListener("keydown", (event) => {
      const next = placeAfter(event, place, buttons.length);
      if (next === null) return;
      event.preventDefault();
      select(next);
      buttons[next]?.focus();
    });
  });
  select(Math.max(0, items.findIndex(({ id }) => id === selected)));
  const element = h("div", { class: "cases" });
  fill(element, h("div", { class: "tabs no-print", role: "tablist", "aria-label": label }, buttons), panels);
  return element;
}

/** Where a key leads from a tab; null for keys that lead nowhere. */
function placeAfter(event: KeyboardEvent, place: number, count: number): number | null {
  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  if (event.key === "Home") return 0;
  if (event.key === "End") return count - 1;
  if (event.key === forward || event.key === "ArrowDown") return (place + 1) % count;
  if (["ArrowLeft", "ArrowRight", "ArrowUp"].includes(event.key)) return (place + count - 1) % count;
  return null;
}
