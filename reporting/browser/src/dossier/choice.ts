/** What a dossier is to reveal: chosen item by item, by ids. Nothing is chosen by itself but the acknowledgements, or what a preset names. */

import type { ShownCase } from "../client/shown.ts";
import type { ShownFile } from "../evidence/types.ts";
import { type Chronology, type Happening, acknowledgementOf, chronology } from "./chronology.ts";
import { saidIn } from "./words.ts";

/** What was chosen. Each set holds ids: of cases, happenings, happenings with their words, cases with their deadlines, files. */
export interface Choice {
  readonly cases: ReadonlySet<string>;
  readonly days: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
  readonly clocks: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
}

/** The id of a file in a choice. */
export function fileId({ entry, place }: Pick<ShownFile, "entry" | "place">): string {
  return `${entry}/${place}`;
}

/** Cases that a dossier can be made of: this reporter's, acknowledged by the site. */
export function possible(cases: readonly ShownCase[]): ShownCase[] {
  return cases.filter((one) => !one.warnings.includes("not-your-case") && acknowledgementOf(one) !== null);
}

/** A happening as it is to stand in a dossier. `words` is empty where they stay out of it. */
export interface Told extends Happening {
  readonly words: readonly string[];
  /** Whether the office's own signature goes with the words. */
  readonly signed: boolean;
}

/** A file as it is to stand in a dossier. */
export interface ListedFile {
  readonly case: string;
  readonly day: string;
  readonly by: "reporter" | "office";
  readonly file: ShownFile;
}

/** What was chosen of `cases`, with the days counted from the first report among the chosen ones. */
export interface Chosen {
  readonly cases: readonly ShownCase[];
  readonly first: string;
  readonly told: readonly Told[];
  readonly files: readonly ListedFile[];
}

/** What `choice` takes of `cases`. */
export function chosenOf(cases: readonly ShownCase[], choice: Choice): Chosen {
  const taken = possible(cases).filter((one) => choice.cases.has(one.case));
  const all: Chronology = chronology(taken);
  const told = all.happenings.filter(({ id }) => choice.days.has(id)).map((one) => {
    const withWords = choice.words.has(one.id);
    const signed = withWords && maySign(one);
    return { ...one, words: withWords ? saidIn(one) : [], signed };
  });
  return { cases: taken, first: all.first, told, files: filesOf(all, choice) };
}

/** Whether the office's signature can go with what is shown: it covers all that an entry says. */
export function maySign({ by, kind, entry }: Happening): boolean {
  return by === "office" && (kind === "message" || kind === "status" || entry.content?.type === "measure");
}

function filesOf({ happenings }: Chronology, choice: Choice): ListedFile[] {
  const own = happenings.filter(({ kind }) => kind !== "incident");
  const listed = own.flatMap((one) => one.entry.files.map((file) => ({ case: one.case, day: one.day, by: one.by, file })));
  return listed.filter(({ file }) => choice.files.has(fileId(file)));
}
