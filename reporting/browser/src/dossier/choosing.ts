/** Choosing what a dossier reveals: boxes to tick, item by item. Without a preset nothing is ticked but the acknowledgement of a single case. */

import type { ShownCase } from "../client/shown.ts";
import { type Child, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { longDay } from "../ui/dates.ts";
import { type Happening, acknowledgementOf, chronology } from "./chronology.ts";
import { type Choice, fileId, maySign, possible } from "./choice.ts";
import type { Preset } from "./types.ts";
import { saidIn, titleOf, whenWords } from "./words.ts";

type Sort = keyof Choice;

/** The boxes, and what they say. */
export interface Choosing {
  readonly element: HTMLElement;
  choice(): Choice;
}

/** Boxes for `cases`; `changed` is told of every tick. */
export function choosing(cases: readonly ShownCase[], changed: () => void, preset: Preset): Choosing {
  const open = possible(cases);
  const ticked = tickedBy(preset, open);
  const boxes: { readonly sort: Sort; readonly id: string; readonly input: HTMLInputElement }[] = [];
  const box = (sort: Sort, id: string, label: string, inner: HTMLElement | null = null, checked = false): HTMLElement => {
    const input = h("input", { type: "checkbox", id: `dossier-${sort}-${boxes.length}`, autocomplete: "off" });
    input.checked = checked || ticked.has(`${sort} ${id}`);
    boxes.push({ sort, id, input });
    if (inner !== null) inner.hidden = !input.checked;
    input.addEventListener("change", () => {
      if (inner !== null) inner.hidden = !input.checked;
      changed();
    });
    return h("div", { class: "dossier-item" }, h("div", { class: "choice" }, input, h("label", { for: input.id, dir: "auto" }, label)), inner);
  };
  const element = h("div", {}, open.map((shown) => caseBoxes(shown, box, open.length === 1 && preset === null)));
  const chosen = (sort: Sort): Set<string> =>
    new Set(boxes.filter((one) => one.sort === sort && one.input.checked && one.input.closest("[data-items][hidden]") === null).map(({ id }) => id));
  const choice = (): Choice => ({ cases: chosen("cases"), days: chosen("days"), words: chosen("words"), clocks: chosen("clocks"), files: chosen("files") });
  return { element, choice };
}

function tickedBy(preset: Preset, open: readonly ShownCase[]): ReadonlySet<string> {
  if (preset === "own") return everySent(open);
  return preset === null ? new Set() : takenElsewhere(open.filter((one) => one.case === preset.elsewhere));
}

/** All that the reporter sent, with its words; of the office's nothing but the acknowledgements, from which a dossier begins. */
function everySent(cases: readonly ShownCase[]): Set<string> {
  const own = chronology(cases).happenings.filter(({ by }) => by === "reporter");
  const items = own.flatMap(({ id, kind, entry }) => [`days ${id}`, `words ${id}`, ...(kind === "incident" ? [] : entry.files.map((file) => `files ${fileId(file)}`))]);
  return new Set([...cases.map((one) => `cases ${one.case}`), ...items]);
}

/** The acknowledgement, the days of the report and of each status, and the deadlines: what shows that one was missed, and no words. */
function takenElsewhere(cases: readonly ShownCase[]): Set<string> {
  const days = chronology(cases).happenings.filter(({ kind }) => kind === "report" || kind === "status").map(({ id }) => `days ${id}`);
  return new Set([...cases.flatMap((one) => [`cases ${one.case}`, `clocks ${one.case}`]), ...days]);
}

type Box = (sort: Sort, id: string, label: string, inner?: HTMLElement | null, checked?: boolean) => HTMLElement;

function caseBoxes(shown: ShownCase, box: Box, alone: boolean): HTMLElement {
  const { happenings } = chronology([shown]);
  const items = h("div", { class: "dossier-items", "data-items": true });
  const all = h("button", { type: "button", class: "quiet" }, gettext("Tick every day of this case, without words"));
  all.addEventListener("click", () => {
    for (const input of items.querySelectorAll<HTMLInputElement>('input[id^="dossier-days-"]')) if (!input.checked) input.click();
  });
  items.append(
    h("h5", {}, gettext("What happened, and on which day")),
    h("p", {}, all),
    ...happenings.map((one) => dayBox(one, box)),
    box("clocks", shown.case, gettext("Deadlines, and whether they were kept")),
  );
  const files = filesOf(happenings, box);
  if (files.length > 0) items.append(h("h5", {}, gettext("Files: name, size and checksum, not the file itself")), ...files);
  const day = longDay(acknowledgementOf(shown)?.day ?? "");
  return h(
    "fieldset",
    {},
    h("legend", { dir: "auto" }, gettext("{title}, {day}", { title: shown.title, day })),
    box("cases", shown.case, gettext("The site's signed acknowledgement: day, channel, and number of the case"), items, alone),
  );
}

function dayBox(one: Happening, box: Box): HTMLElement {
  const words = saidIn(one);
  const label = gettext("{day}: {what}", { day: whenWords(one), what: titleOf(one) });
  if (words.length === 0 && !maySign(one)) return box("days", one.id, label);
  return box("days", one.id, label, h("div", { class: "dossier-items", "data-items": true }, box("words", one.id, wordsLabel(one, words))));
}

function wordsLabel(one: Happening, words: readonly string[]): string {
  const short = shortened(words.join(" "));
  if (!maySign(one)) return gettext("with its words: “{words}”", { words: short });
  if (short === "") return gettext("with the office's signature");
  return gettext("with its words and the office's signature: “{words}”", { words: short });
}

const SHORT = 80; // characters

function shortened(text: string): string {
  const one = text.replace(/\s+/g, " ").trim();
  return one.length <= SHORT ? one : `${one.slice(0, SHORT)} …`;
}

function filesOf(happenings: readonly Happening[], box: Box): HTMLElement[] {
  const files = happenings.filter(({ kind }) => kind !== "incident").flatMap(({ entry }) => entry.files).filter(({ removed }) => removed === null);
  return files.map((file) => box("files", fileId(file), file.name));
}

/** What a dossier of these items gives away, in plain words. */
export function givenAway(choice: Choice, happenings: readonly Happening[]): Child {
  const worded = happenings.filter(({ id }) => choice.words.has(id) && choice.days.has(id));
  const signed = worded.filter(maySign);
  const lines = [
    gettext("Whoever gets it knows that its maker reported. If it is found with you, that is you."),
    choice.cases.size > 1 && gettext("It shows that these cases come from one person. Until then the people of the one need not know of the other."),
    worded.some(({ by }) => by === "reporter") && gettext("Your words may show who you are: what only you could know, and how you write."),
    ...signedAlong(signed),
    choice.files.size > 0 && gettext("To compute its checksum, each file that you ticked is fetched from the site once more."),
    gettext("Both files stay on this device, among its downloads, after this page is wiped."),
  ];
  return h("ul", {}, lines.map((line) => line !== false && h("li", {}, line)));
}

/** What goes along with signed entries whatever else is ticked: a signature covers an entry as a whole, and nothing can be cut out of it. */
function signedAlong(signed: readonly Happening[]): (string | false)[] {
  if (signed.length === 0) return [];
  const standings = signed.flatMap(({ entry }) => (entry.content?.type === "status" ? [entry.content] : []));
  return [
    gettext("With the office's signature goes which member wrote it, and when."),
    gettext("A signed entry goes along as a whole, with what you did not tick: nothing can be cut out of it."),
    standings.some(({ clocks }) => clocks.length > 0) && gettext("With a signed status go all deadlines in it, and whether they were kept."),
    standings.some(({ outcome, appeal }) => outcome !== "" || appeal !== "") &&
      gettext("With a signed decision go its outcome, how to contest it, and of a refusal that somebody else had proposed it."),
    signed.some(({ entry }) => entry.content?.type === "measure") && gettext("With a signed measure go who sees to it, its days, and whether you agreed to it."),
    signed.some(({ entry }) => entry.files.length > 0) && gettext("With the office's signature go names, kinds, sizes and checksums of the files that came with it."),
    gettext("It also names, by checksums, entries that came before. Whoever has the site's data could tell which, and how far the case had gone."),
  ];
}
