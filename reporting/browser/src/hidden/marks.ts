/**
 * Marks in text that nobody sees. Put differently into each copy of a text, they tell whose copy was passed on.
 *
 * Some are needed to write a language: joiners in Persian or Hindi, marks of direction in Arabic or Hebrew, joined
 * pictures. Those stay, and are said.
 */

import type { Findings } from "./findings.ts";

/** What is shown as nothing (Unicode: default ignorable), notes within lines, and controls other than ends of lines. */
// eslint-disable-next-line no-control-regex -- controls are what is looked for
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/gu;
/** Blanks of other widths than the usual one, and ends of lines that few programs know. */
const BLANKS = /[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/gu;
const ENDS = / +(?=\r|\n|$)/gu;
const ENDS_WITH_TABS = /[ \t]+(?=\r|\n|$)/gu;

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const DIRECTIONS = /^[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]$/u;
const JOINING =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Balinese}\p{Script=Javanese}]/u;
/** Written without blanks: where a line may end is an unseen mark. */
const UNBROKEN = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const DRAWN = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\ufe0f#*0-9]/u;
/** The flags of England, Scotland and Wales. */
const FLAGS = /\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}/gu;

/** How a text is looked at. */
export interface Look {
  /** Also blanks at ends of lines and of unusual width, and mixed ends of lines: in plain text nothing needs them. */
  readonly blanks: boolean;
  /** Tabulators at the ends of lines are empty cells. */
  readonly table: boolean;
  /** All the text that this is a part of: which languages it is in. */
  readonly within: string;
}

/** A text without its marks, how many of each there were, and whether some stay. */
export interface Bare {
  readonly text: string;
  readonly found: ReadonlyMap<string, number>;
  readonly kept: boolean;
}

/** Which letters one text is written with. */
class Marks {
  readonly found = new Map<string, number>();
  kept = false;
  readonly #rtl: boolean;
  readonly #joining: boolean;
  readonly #wide: boolean;

  constructor(within: string) {
    this.#rtl = RIGHT_TO_LEFT.test(within);
    this.#joining = JOINING.test(within);
    this.#wide = WIDE.test(within);
  }

  count(mark: string): void {
    this.found.set(mark, (this.found.get(mark) ?? 0) + 1);
  }

  /** What stands for the mark `one` at `at` of `text`. */
  unseen(one: string, at: number, text: string): string {
    const before = at === 0 ? "" : String.fromCodePoint(text.codePointAt(at - (isLow(text, at - 1) ? 2 : 1)) ?? 32);
    const after = String.fromCodePoint(text.codePointAt(at + one.length) ?? 32);
    if (at === 0 && one === "\ufeff") return one;
    const drawn = DRAWN.test(before) && (one === "\ufe0e" || one === "\ufe0f" || (one === "\u200d" && /\p{Extended_Pictographic}/u.test(after)));
    if (drawn) return one;
    this.count(named(one));
    if (!this.#isNeeded(one, before, at + one.length >= text.length ? "" : after)) return "";
    this.kept = true;
    return one;
  }

  #isNeeded(one: string, before: string, after: string): boolean {
    if (DIRECTIONS.test(one)) return this.#rtl;
    const atEdge = before === "" || after === "";
    if (one === "\u200c" || one === "\u200d") return JOINING.test(before) || JOINING.test(after) || (atEdge && this.#joining);
    if (one === "\u200b") return UNBROKEN.test(before) || UNBROKEN.test(after);
    if (/[\u180b-\u180f]/u.test(one)) return /\p{Script=Mongolian}/u.test(before);
    if (/[\u17b4\u17b5]/u.test(one)) return /\p{Script=Khmer}/u.test(before);
    if (/[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u.test(one)) return WIDE.test(before);
    return /[\u115f\u1160]/u.test(one) && /\p{Script=Hangul}/u.test(before + after);
  }

  blank(one: string): string {
    if (one === "\u3000" && this.#wide) return one;
    this.count(named(one));
    return " ";
  }
}

function isLow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff && at > 0;
}

function named(mark: string): string {
  return `U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Looks for marks in `text`. */
export function bare(text: string, { blanks, table, within }: Look): Bare {
  const marks = new Marks(within);
  // What flags are made of is put aside, so that it is not taken for a mark.
  const flags = text.match(FLAGS) ?? [];
  const pieces = (flags.length === 0 ? [text] : text.split(FLAGS)).map((piece) => piece.replace(UNSEEN, (one, at: number) => marks.unseen(one, at, piece)));
  let clean = pieces.map((piece, place) => piece + (flags[place] ?? "")).join("");
  if (blanks) {
    clean = clean.replace(BLANKS, (one) => marks.blank(one));
    clean = clean.replace(table ? ENDS : ENDS_WITH_TABS, () => (marks.count("U+0020 ↵"), ""));
    if (clean.includes("\r") && /(?:^|[^\r])\n|\r(?!\n)/u.test(clean) && clean.includes("\n")) {
      marks.count("CR LF / LF");
      clean = clean.replace(/\r\n?/gu, "\n");
    }
  }
  return { text: clean, found: marks.found, kept: marks.kept };
}

/** Notes which marks there were, and how many. */
export function tellMarks(found: ReadonlyMap<string, number>, findings: Findings): void {
  for (const [mark, count] of found) findings.add("hidden", `${mark} × ${count}`);
}
