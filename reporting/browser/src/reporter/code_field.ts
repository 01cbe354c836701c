/**
 * A field for a receipt code: words of any list or digits, typed or read from a file, with completion.
 *
 * What is typed stays in the field and goes to the worker alone. The suggestions are ordinary buttons behind
 * the field: they work by touch, by keyboard and with a screen reader, and never get in the way of typing.
 */

import { ProtocolError } from "../protocol/errors.ts";
import { latinDigits } from "../protocol/digits.ts";
import { fill, h } from "../ui/dom.ts";
import { explain, gettext, ngettext, number } from "../ui/i18n.ts";
import type { Code, PageApi } from "../workers/reporter_api.ts";
import { RemoteError } from "../workers/rpc.ts";

const WORDS = 12;
const SHORTEST = 2; // letters before words are suggested: one would suggest too many
const MAX_FILE = 65_536; // bytes; a receipt file has some hundred
const GROUPS = /(?:\d{4}[ \t]+){11}\d{4}/;
const SEPARATOR = /[\s\-‐-―,;.·|/]+/u;

/** What the field asks of the worker. */
export type CodeReader = Pick<PageApi, "readCode" | "complete">;

/** The field, and what a page does with it. */
export interface CodeField {
  readonly element: HTMLElement;
  /** Reads what was typed; null, with the reason said at the field, where it is no code. */
  read(): Promise<Code | null>;
  /** Puts `message` at the field, as its fault, and the focus into it. */
  fail(message: string): void;
  clear(): void;
  focus(): void;
}

/** Words of the field. `id` is that of the field, unique on its page. */
export interface CodeFieldOptions {
  readonly id: string;
  readonly label: string;
  readonly help?: string;
  /** Called when Enter is pressed in the field. */
  readonly onEnter?: () => void;
}

interface Parts {
  readonly field: HTMLTextAreaElement;
  readonly count: HTMLElement;
  readonly suggestions: HTMLElement;
  readonly fault: HTMLElement;
}

/** A field for a receipt code. */
export function codeField(reader: CodeReader, options: CodeFieldOptions): CodeField {
  const parts = makeParts(options);
  const { field, fault } = parts;
  const refresh = (): void => {
    setFault(parts, "");
    showCount(parts);
    void suggest(parts, reader);
  };
  field.addEventListener("input", refresh);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // a code has no lines
    options.onEnter?.();
  });
  const fail = (message: string): void => {
    setFault(parts, message);
    field.focus();
  };
  return {
    element: arrange(parts, options, refresh, fail),
    read: async () => {
      fill(parts.suggestions);
      try {
        const code = await reader.readCode(withoutPlaces(field.value));
        setFault(parts, "");
        return code;
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        fail(faultOf(error));
        return null;
      }
    },
    fail,
    clear: () => {
      field.value = "";
      fill(fault);
      refresh();
    },
    focus: () => {
      field.focus();
    },
  };
}

function makeParts({ id, help }: CodeFieldOptions): Parts {
  const describedBy = [help === undefined ? null : `${id}-help`, `${id}-count`].filter(Boolean).join(" ");
  const field = h("textarea", {
    id,
    class: "code code-field",
    rows: 3,
    dir: "ltr",
    translate: "no",
    "aria-describedby": describedBy,
    // Browsers may send what is typed to a spelling service, or offer to remember it.
    autocomplete: "off",
    autocapitalize: "none",
    autocorrect: "off",
    spellcheck: "false",
  });
  return {
    field,
    count: h("p", { id: `${id}-count`, class: "help" }),
    suggestions: h("div", { class: "suggestions", role: "group", "aria-label": gettext("Words that begin like this"), translate: "no", dir: "ltr" }),
    fault: h("p", { id: `${id}-error`, class: "field-error", role: "alert" }),
  };
}

function arrange(parts: Parts, options: CodeFieldOptions, refresh: () => void, fail: (message: string) => void): HTMLElement {
  const { field, count, suggestions, fault } = parts;
  const file = h("input", { id: `${options.id}-file`, type: "file", accept: ".txt,text/plain", autocomplete: "off" });
  file.addEventListener("change", () => {
    void readFile(file).then((text) => {
      file.value = "";
      if (text === null) {
        fail(gettext("This file holds no receipt code."));
        return;
      }
      field.value = text;
      refresh();
      field.focus();
    });
  });
  showCount(parts);
  return h(
    "div",
    { class: "field" },
    h("label", { for: options.id }, options.label),
    options.help !== undefined && h("p", { id: `${options.id}-help`, class: "help" }, options.help),
    fault,
    field,
    suggestions,
    count,
    h("div", { class: "file-part" }, h("label", { for: file.id }, gettext("Or read it from the file that you saved")), file),
  );
}

function setFault({ field, fault }: Parts, message: string): void {
  fault.textContent = message;
  if (message === "") field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== fault.id);
  field.setAttribute("aria-describedby", [...(message === "" ? [] : [fault.id]), ...others].join(" "));
}

/** The code within a saved file; null where it holds none. */
async function readFile(input: HTMLInputElement): Promise<string | null> {
  const [file] = input.files ?? [];
  if (file === undefined || file.size > MAX_FILE) return null;
  return GROUPS.exec(latinDigits(await file.text()))?.[0] ?? null;
}

function tokensOf(text: string): string[] {
  return text.split(SEPARATOR).filter(Boolean);
}

/**
 * The words of a code that was copied with the numbers beside them, in the order of the numbers; else `text` as it is.
 *
 * A code in digits is never touched: a group could look like a number.
 */
export function withoutPlaces(text: string): string {
  const tokens = tokensOf(text);
  const places = tokens.filter((_, index) => index % 2 === 0).map((token) => Number(/^\(?(\d{1,2})[):]?$/.exec(latinDigits(token))?.[1] ?? 0));
  const words = tokens.filter((_, index) => index % 2 === 1);
  const numbered = words.length > 0 && places.every((place) => place >= 1 && place <= WORDS) && new Set(places).size === places.length;
  if (!numbered || words.some((word) => /\p{Nd}/u.test(word))) return text;
  const order = words.map((word, index) => ({ word, place: places[index] ?? 0 }));
  return order.sort((a, b) => a.place - b.place).map(({ word }) => word).join(" ");
}

/** The sentence for a code that cannot be read; two words that changed places are what a checksum finds too. */
function faultOf(error: ProtocolError): string {
  const wrongChecksum = error instanceof RemoteError && error.failure.name === "WrongChecksum";
  return wrongChecksum ? gettext("Something in this receipt code is mistyped, or two words are swapped.") : explain(error);
}

function showCount({ field, count }: Parts): void {
  const tokens = tokensOf(withoutPlaces(field.value));
  const joined = latinDigits(tokens.join(""));
  const digits = /^\d+$/.test(joined);
  const found = digits ? Math.floor(joined.length / 4) : tokens.length;
  const values = { found: number(found), all: number(WORDS) };
  if (found === 0) count.textContent = gettext("Twelve words, or twelve groups of four digits. Four letters of a word are enough.");
  else if (digits) count.textContent = gettext("{found} of {all} groups", values);
  else count.textContent = gettext("{found} of {all} words", values);
}

async function suggest({ field, suggestions }: Parts, reader: CodeReader): Promise<void> {
  const { value, selectionStart } = field;
  const before = value.slice(0, selectionStart);
  const beginning = tokensOf(before).pop() ?? "";
  const typing = beginning.length >= SHORTEST && before.endsWith(beginning) && !/\p{Nd}/u.test(beginning);
  const words = typing ? await reader.complete(beginning).catch(() => []) : [];
  if (field.value !== value) return; // typed on meanwhile
  const start = selectionStart - beginning.length;
  const choose = (word: string): void => {
    const rest = value.slice(selectionStart).trimStart();
    field.value = `${value.slice(0, start)}${word} ${rest}`;
    field.focus();
    field.setSelectionRange(start + word.length + 1, start + word.length + 1);
    field.dispatchEvent(new Event("input"));
  };
  const offered = words.filter((word) => word !== beginning);
  fill(
    suggestions,
    offered.length > 0 && h("span", { class: "visually-hidden", role: "status" }, ngettext("One word fits", "{number} words fit", offered.length)),
    offered.map((word) => h("button", { type: "button", class: "suggestion", onclick: () => { choose(word); } }, word)),
  );
}
