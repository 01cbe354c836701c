/** The name that a file gets: its own, a plain one, or what the person types. */

import { fill, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import type { Item } from "./attach_item.ts";
import { fitName, parted } from "./attach_names.ts";
import { button } from "./steps.ts";

let fields = 0;

/** The part of a card about its name; `changed` is told once it is another. */
export function nameFields(item: Item, taken: () => readonly string[], changed: () => void): HTMLElement {
  const id = `file-name-${++fields}`;
  const field = h("input", { id, type: "text", dir: "auto", autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-help` });
  const other = h("span");
  const show = (): void => {
    field.value = parted(item.name).stem;
    const own = item.name === item.picked.name;
    fill(other, button(own ? gettext("Use a plain name") : gettext("Use its own name"), "quiet other-name", () => {
      if (own) item.usePlainName(taken());
      else item.useOwnName();
      show();
      changed();
      other.querySelector("button")?.focus();
    }));
  };
  field.addEventListener("change", () => {
    const name = fitName(field.value, item.ending);
    if (name !== "") {
      item.name = name;
      item.renamed = true;
    }
    show();
    changed();
  });
  show();
  const replaced = item.renamed && item.name !== item.picked.name;
  return h(
    "details",
    { class: "file-name" },
    h("summary", {}, replaced ? gettext("Its own name may tell something, so it goes out under a plain one") : gettext("Change its name")),
    h("p", { class: "help", id: `${id}-help` }, gettext("The name is sealed as the file is, but whoever opens your report sees it. Names often tell a day, a device or a person.")),
    replaced && h("p", {}, gettext("Its own name:"), " ", h("bdi", { translate: "no" }, item.picked.name)),
    h("div", { class: "field" }, h("label", { for: id }, gettext("Name that the file gets")), field),
    other,
  );
}
