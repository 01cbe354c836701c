/** Names of files: what they may tell of a person, and plain ones in their place. */

import type { Inspection } from "../hidden/types.ts";
import { gettext } from "../ui/i18n.ts";

const LONGEST = 120; // letters; the protocol takes 1,024 bytes
const DATES = /(?:19|20)\d{2}[-_. ]?[01]?\d[-_. ]?[0-3]?\d|[0-3]?\d[-_. ][01]?\d[-_. ](?:19|20)?\d{2}|\d{6,}/;
/** How cameras, phones and programs begin the names that they give, and what they put into them. */
const DEVICES = /^(?:img|dsc|dscn|dscf|pxl|vid|mvi|mov|gopr|dji|pano|burst|wp|sam|cimg|image|photo|video|scan|voice|audio|rec|recording|memo|screen ?shot|bildschirmfoto|capture)[-_ ]?\(?\d|whatsapp|signal-|telegram|screen[ _-]?shot|iphone|samsung|pixel|huawei|xiaomi/i;
const ADDRESSES = /@|\+\d{5,}/;
/** Two words that begin like names. */
const PERSONS = /\p{Lu}\p{Ll}+['’-]?\p{L}*[\s_.-]+(?:\p{Lu}\.?[\s_.-]+)?\p{Lu}\p{Ll}+/u;
/** Letters of scripts that have no capitals: whether a name stands there cannot be seen. */
const WITHOUT_CAPITALS = /\p{Lo}/u;

/** Whether a name may tell a day, a device or a person. */
export function tells(name: string): boolean {
  const { stem } = parted(name);
  return [DATES, DEVICES, ADDRESSES, PERSONS, WITHOUT_CAPITALS].some((pattern) => pattern.test(stem));
}

/** A name without its ending, and the ending with its dot; none where it is not one. */
export function parted(name: string): { readonly stem: string; readonly ending: string } {
  const [ending = ""] = /\.[a-z0-9]{1,5}$/i.exec(name) ?? [];
  return { stem: name.slice(0, name.length - ending.length), ending: ending.toLowerCase() };
}

/** What a file of a family is called where its own name is not used, as `photo-1.jpg`; in none of `taken`. */
export function neutralName(family: Inspection["family"], ending: string, taken: readonly string[]): string {
  for (let place = 1; ; place++) {
    const name = `${kindOf(family)}-${place}${ending}`;
    if (!taken.includes(name)) return name;
  }
}

function kindOf(family: Inspection["family"]): string {
  switch (family) {
    case "picture":
      return gettext("photo");
    case "pdf":
    case "office":
    case "text":
      return gettext("document");
    case "sound":
      return gettext("recording");
    case "film":
      return gettext("video");
    default:
      return gettext("file");
  }
}

/** A name as somebody typed it, made fit to be one: no separators of folders, no control characters, its ending kept. */
export function fitName(typed: string, ending: string): string {
  const { stem } = parted(typed.replace(/[\\/:*?"<>|]|\p{Cc}|\p{Cf}/gu, " ").trim());
  const short = Array.from(stem.trim()).slice(0, LONGEST).join("");
  return short === "" ? "" : short + ending;
}
