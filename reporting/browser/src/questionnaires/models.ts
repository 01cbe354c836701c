/** A questionnaire as a site serves it: the same members as in `reporting/questionnaires/models.py`, read. */

export const FORMAT = "reporting/questionnaire/v1";
export const KINDS = ["report", "protection"] as const;
export const TYPES = [
  "short_text",
  "long_text",
  "single",
  "multiple",
  "yes_no_unsure",
  "date_or_period",
  "amount",
  "place",
  "persons",
  "exclude",
] as const;
export const YES_NO_UNSURE = ["yes", "no", "unsure"] as const;

export type Kind = (typeof KINDS)[number];
export type Type = (typeof TYPES)[number];

/** A text in each language of its questionnaire, the first being the one to fall back to. */
export type Text = ReadonlyMap<string, string>;

/** One of the answers to choose from. */
export interface Option {
  readonly id: string;
  readonly text: Text;
  readonly help: Text | null;
}

/** Show a question only if the answer to an earlier one is, or holds, one of `values`. */
export interface Condition {
  readonly question: string;
  readonly values: readonly string[];
}

/** One question. */
export interface Question {
  readonly id: string;
  readonly type: Type;
  readonly text: Text;
  readonly help: Text | null;
  readonly required: boolean;
  readonly options: readonly Option[];
  readonly showIf: Condition | null;
}

/** Questions that belong together, under a title. */
export interface Section {
  readonly id: string;
  readonly title: Text;
  readonly introduction: Text | null;
  readonly questions: readonly Question[];
}

/** What a channel asks. */
export interface Questionnaire {
  readonly id: string;
  readonly kind: Kind;
  readonly languages: readonly string[];
  readonly title: Text;
  readonly introduction: Text | null;
  readonly sections: readonly Section[];
}

/** `text` in `language` (`ar`, also asked for as `ar-EG`), else in its first language. */
export function inLanguage(text: Text, language: string): string {
  const [first = ""] = text.values();
  return text.get(language) ?? text.get(primary(language)) ?? first;
}

/** `wanted` if the questionnaire speaks it, else its first language. */
export function bestLanguage(questionnaire: Questionnaire, wanted: string): string {
  const { languages } = questionnaire;
  return [wanted, primary(wanted)].find((candidate) => languages.includes(candidate)) ?? languages[0] ?? wanted;
}

/** Every question, in order. */
export function questionsOf(questionnaire: Questionnaire): Question[] {
  return questionnaire.sections.flatMap((section) => section.questions);
}

/** What may be chosen; empty for types without a choice. */
export function optionIds(question: Question): readonly string[] {
  return question.type === "yes_no_unsure" ? YES_NO_UNSURE : question.options.map((option) => option.id);
}

function primary(language: string): string {
  return language.split("-")[0] ?? language;
}
