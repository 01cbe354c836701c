/** Text as text: never as a page, whatever stands in it. */

import { h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { ENCODING_NAMES, encodingOf, visible } from "./decoding.ts";
import type { Order } from "./messages.ts";
import { type Showing, button } from "./tools.ts";

const STEP = 262_144; // bytes shown at a time
const MOST = 16_777_216;

/** Shows a text, its beginning first. */
export async function showText({ content }: Order): Promise<Showing> {
  const head = new Uint8Array(await content.slice(0, 65_536).arrayBuffer());
  const encoding = encodingOf(head);
  const decoder = new TextDecoder(encoding);
  const words = h("pre", { class: "text", dir: "auto", tabindex: "0" });
  const rest = h("p", { class: "rest" });
  let shown = 0;
  const more = async (): Promise<void> => {
    const end = Math.min(shown + STEP, content.size, MOST);
    const bytes = await content.slice(shown, end).arrayBuffer();
    words.append(visible(decoder.decode(bytes, { stream: end < content.size })));
    shown = end;
    rest.replaceChildren(...restOf(shown, content.size, () => void more()));
  };
  await more();
  const name = h("p", { class: "small" }, gettext("Read as {encoding}.", { encoding: ENCODING_NAMES[encoding] }));
  return { element: h("div", { class: "page" }, name, words, rest), tools: [], end: () => { words.replaceChildren(); } };
}

function restOf(shown: number, size: number, more: () => void): Node[] {
  if (shown >= size) return [];
  const words = document.createTextNode(`${gettext("{percent} % of it is shown.", { percent: Math.floor((100 * shown) / size) })} `);
  if (shown >= MOST) return [words, document.createTextNode(gettext("More than that is not shown here: save the file to read on."))];
  return [words, button(gettext("Show more"), more)];
}
