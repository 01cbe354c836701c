/** Sound and film, played by the browser. */

import { N_ } from "../protocol/errors.ts";
import { h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { NotShown, type Order } from "./messages.ts";
import type { Showing } from "./tools.ts";

const UNPLAYABLE = N_("The browser cannot play this file: it is broken, or of a kind that this browser does not know. Saved, another program may play it.");
const PATIENCE = 20_000; // milliseconds until something must have come of it

/**
 * Shows a player.
 *
 * @throws NotShown the browser cannot play it
 */
export async function showMedia({ content, type, way }: Order): Promise<Showing> {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const player = document.createElement(way === "film" ? "video" : "audio");
  player.className = "player";
  player.controls = true;
  player.preload = "metadata";
  player.setAttribute("controlslist", "nodownload noremoteplayback");
  player.setAttribute("disableremoteplayback", "");
  player.setAttribute("aria-label", way === "film" ? gettext("The film") : gettext("The recording"));
  const end = (): void => {
    player.removeAttribute("src");
    player.load();
    URL.revokeObjectURL(address);
  };
  player.src = address;
  if (!(await isReady(player))) {
    end();
    throw new NotShown(UNPLAYABLE);
  }
  const broken = h("p", { class: "broken", role: "alert", hidden: true }, gettext("It is broken from here on."));
  player.addEventListener("error", () => {
    if (player.hasAttribute("src")) broken.hidden = false;
  });
  return { element: h("div", { class: "playing" }, player, broken), tools: [], end };
}

function isReady(player: HTMLMediaElement): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => { resolve(false); }, PATIENCE);
    const settle = (well: boolean): void => {
      clearTimeout(timer);
      resolve(well);
    };
    player.addEventListener("loadedmetadata", () => { settle(true); }, { once: true });
    player.addEventListener("error", () => { settle(false); }, { once: true });
  });
}
