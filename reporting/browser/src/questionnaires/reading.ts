/** Reading a served questionnaire, as strictly as `reporting/questionnaires/rules.py` does. */

import { type Json, type JsonObject, WHITE_SPACE, isId, isObject, parseJsonObject } from "../protocol/encoding.ts";
import { Malformed, N_, ProtocolError, type Values, format } from "../protocol/errors.ts";
import {
  type Condition,
  FORMAT,
  KINDS,
  type Option,
  type Question,
  type Questionnaire,
  type Section,
  TYPES,
  type Text,
  optionIds,
  questionsOf,
} from "./models.ts";

export const MAX_QUESTIONNAIRE = 262_144;
const MAX_TEXT = 4_000;
const NAME = /^[a-z][a-z0-9_]{0,31}$/;
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/;
const OUTER_SPACE = new RegExp(`^[${WHITE_SPACE}]+|[${WHITE_SPACE}]+$`, "gu");

/** A questionnaire is not as it must be; the sentence names the question and the fault. */
export class QuestionnaireError extends Malformed {
  static override readonly called: string = "QuestionnaireError";
}

/** `text` without white space around it, of the kinds that Python knows. */
export function strip(text: string): string {
  return text.replace(OUTER_SPACE, "");
}

/**
 * A questionnaire from the JSON that a site serves.
 *
 * @throws QuestionnaireError it is faulty, or of a kind that this program does not know
 */
export function readServed(data: Uint8Array, id: string): Questionnaire {
  let content: JsonObject;
  try {
    content = parseJsonObject(data, { limit: MAX_QUESTIONNAIRE });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new QuestionnaireError(N_("{file}: {fault}"), { file: id, fault: error.toString() });
  }
  return new Reader(id).read(content);
}

/** One reading of one questionnaire. `where` is the question or section at hand, for the sentence of a fault. */
class Reader {
  private where = "";
  private languages: readonly string[] = [];
  private readonly earlier = new Map<string, Question>();

  constructor(private readonly file: string) {}

  read(content: JsonObject): Questionnaire {
    this.members(content, ["format", "id", "kind", "languages", "sections", "title"], ["introduction"]);
    if (content["format"] !== FORMAT) {
      throw this.fault(N_("this program does not know the format “{format}”."), { format: words(content["format"]) });
    }
    if (content["id"] !== this.file || !isId(this.file)) throw this.fault(N_("the id must be “{id}”."), { id: this.file });
    const kind = KINDS.find((known) => known === content["kind"]);
    if (kind === undefined) throw this.fault(N_("the kind must be report or protection."));
    this.languages = this.readLanguages(content["languages"]);
    const questionnaire: Questionnaire = {
      id: this.file,
      kind,
      languages: this.languages,
      title: this.text(content["title"], "title"),
      introduction: this.optionalText(content, "introduction"),
      sections: this.items(content["sections"], "sections", 30).map((item) => this.section(item)),
    };
    const questions = questionsOf(questionnaire);
    if (!questions.some((question) => question.required)) {
      throw this.fault(N_("no question is required: at least the account itself must be."));
    }
    if (questions.filter((question) => question.type === "exclude").length > 1) {
      throw this.fault(N_("only one question may be of type exclude."));
    }
    return questionnaire;
  }

  private fault(message: string, values: Values = {}): QuestionnaireError {
    const [file, fault] = [this.file, format(message, values)];
    if (this.where === "") return new QuestionnaireError(N_("{file}: {fault}"), { file, fault });
    return new QuestionnaireError(N_("{file}: in “{where}”: {fault}"), { file, where: this.where, fault });
  }

  /** Reads what is called `name`. After a fault the reading ends, and its sentence needs the place. */
  private inside<T>(name: Json | undefined, read: () => T): T {
    const before = this.where;
    this.where = words(name);
    const found = read();
    this.where = before;
    return found;
  }

  private readLanguages(value: Json | undefined): string[] {
    const items = this.items(value, "languages", 50);
    const isLanguage = (item: Json): item is string => typeof item === "string" && LANGUAGE.test(item);
    if (!items.every(isLanguage)) throw this.fault(N_("languages must be a list such as en, ar."));
    if (new Set(items).size !== items.length) throw this.fault(N_("a language is named twice."));
    return [...items];
  }

  private section(value: Json): Section {
    const content = this.table(value);
    return this.inside(content["id"], () => {
      this.members(content, ["id", "questions", "title"], ["introduction"]);
      return {
        id: this.name(content["id"]),
        title: this.text(content["title"], "title"),
        introduction: this.optionalText(content, "introduction"),
        questions: this.items(content["questions"], "questions", 100).map((item) => this.question(item)),
      };
    });
  }

  private question(value: Json): Question {
    const content = this.table(value);
    return this.inside(content["id"], () => {
      this.members(content, ["id", "text", "type"], ["help", "required", "options", "show_if"]);
      const type = TYPES.find((known) => known === content["type"]);
      if (type === undefined) {
        const message = N_("this program does not know the type “{type}”; known are {types}.");
        throw this.fault(message, { type: words(content["type"]), types: TYPES.join(", ") });
      }
      const { required = false } = content;
      if (typeof required !== "boolean") throw this.fault(N_("required must be true or false."));
      const question: Question = {
        id: this.name(content["id"]),
        type,
        text: this.text(content["text"], "text"),
        help: this.optionalText(content, "help"),
        required,
        options: this.options(content),
        showIf: this.condition(content["show_if"] ?? null),
      };
      if (this.earlier.has(question.id)) throw this.fault(N_("this id stands twice."));
      if (question.required && question.showIf !== null) {
        throw this.fault(N_("a question that is not always shown cannot be required."));
      }
      this.earlier.set(question.id, question);
      return question;
    });
  }

  private options(content: JsonObject): Option[] {
    const { type, options } = content;
    if ((type === "single" || type === "multiple") !== (options !== undefined)) {
      throw this.fault(N_("options belong to the types single and multiple, and only to them."));
    }
    if (options === undefined) return [];
    const found = this.items(options, "options", 60).map((item) => {
      const option = this.table(item);
      this.members(option, ["id", "text"], ["help"]);
      const [text, help] = [this.text(option["text"], "options"), this.optionalText(option, "help")];
      return { id: this.name(option["id"]), text, help };
    });
    if (new Set(found.map((option) => option.id)).size !== found.length) {
      throw this.fault(N_("two options have the same id."));
    }
    return found;
  }

  private condition(value: Json): Condition | null {
    if (value === null) return null;
    const content = this.table(value);
    this.members(content, ["is", "question"], []);
    const name = words(content["question"]);
    const before = this.earlier.get(name);
    if (before === undefined) throw this.fault(N_("show_if names “{name}”, which is no earlier question."), { name });
    const values = this.items(content["is"], "is", 60).map(words);
    const known = optionIds(before);
    if (!values.every((one) => known.includes(one))) {
      throw this.fault(N_("show_if names an answer that “{name}” does not have."), { name: before.id });
    }
    return { question: before.id, values };
  }

  private members(content: JsonObject, needed: readonly string[], allowed: readonly string[]): void {
    const names = Object.keys(content).sort();
    for (const name of needed) if (!names.includes(name)) throw this.fault(N_("“{name}” is missing."), { name });
    for (const name of names) {
      if (!needed.includes(name) && !allowed.includes(name)) throw this.fault(N_("“{name}” is not known here."), { name });
    }
  }

  private table(value: Json | undefined): JsonObject {
    if (!isObject(value)) throw this.fault(N_("this must be a table."));
    return value;
  }

  private items(value: Json | undefined, name: string, most: number): readonly Json[] {
    if (!Array.isArray(value) || value.length < 1 || value.length > most) {
      throw this.fault(N_("{name} must be a list of 1 to {most} items."), { name, most });
    }
    return value as readonly Json[];
  }

  private name(value: Json | undefined): string {
    if (typeof value === "string" && NAME.test(value)) return value;
    throw this.fault(N_("an id must be lowercase letters, digits and underscores."));
  }

  private optionalText(content: JsonObject, name: string): Text | null {
    return name in content ? this.text(content[name], name) : null;
  }

  private text(value: Json | undefined, name: string): Text {
    const content = this.table(value);
    const found = new Map<string, string>();
    for (const language of this.languages) {
      const text = content[language];
      if (typeof text !== "string" || strip(text) === "" || Array.from(text).length > MAX_TEXT) {
        const message = N_("{name} needs a text in “{language}” of at most {most} characters.");
        throw this.fault(message, { name, language, most: MAX_TEXT });
      }
      found.set(language, strip(text));
    }
    if (Object.keys(content).length !== found.size) {
      throw this.fault(N_("{name} has a text in a language that is not listed."), { name });
    }
    return found;
  }
}

function words(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
