/** Building pages from script without markup in text: elements, attributes, listeners. */

/** What an element may hold. */
export type Child = Node | string | number | null | undefined | false | readonly Child[];

/** Attributes by name (true sets an empty one, false and null leave it out), and listeners as `on<event>`. */
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>>;

function place(parent: Node, child: Child): void {
  if (child === null || child === undefined || child === false) return;
  if (typeof child === "string" || typeof child === "number") parent.appendChild(document.createTextNode(String(child)));
  else if (child instanceof Node) parent.appendChild(child);
  else for (const one of child) place(parent, one);
}

function decorate(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
}

/** An HTML element with attributes, listeners and children. Texts are always text. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  decorate(element, attributes);
  place(element, children);
  return element;
}

/** An SVG element with attributes and children. */
export function svg(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  decorate(element, attributes);
  place(element, children);
  return element;
}

/** Puts `children` in the place of everything that `parent` holds. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren();
  place(parent, children);
}

/**
 * The element that matches `selector` within `root`, of the class named.
 *
 * @throws Error there is none: page and script do not belong together
 */
export function find<T extends Element>(selector: string, kind: new () => T, root: ParentNode = document): T {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`this page has no ${selector}`);
  return found;
}

/** Moves the keyboard's focus to `element`, a heading or summary too, and brings it into view. */
export function focusOn(element: HTMLElement): void {
  if (!element.hasAttribute("tabindex") && element.tabIndex < 0) element.setAttribute("tabindex", "-1");
  element.focus();
  element.scrollIntoView({ block: "start" });
}
