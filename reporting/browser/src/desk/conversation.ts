/** The conversation with the reporter and the notes of the team, oldest first, each marked for whom it is. */

import { type TemplateResult, html, nothing } from "lit/html.js";

import type { ShownEntry } from "../client/shown.ts";
import { N_ } from "../protocol/errors.ts";
import { longDay } from "../ui/dates.ts";
import { gettext } from "../ui/i18n.ts";
import { authorWords, kindWords, removedWords, sentenceWords, stateWords } from "../ui/words.ts";
import { type FilesView, capital, contentView } from "./report_view.ts";

/** Which part of the conversation shows. */
export type Part = "all" | "reporter" | "team";

const PARTS: readonly (readonly [Part, string])[] = [
  ["all", N_("Everything")],
  ["reporter", N_("With the reporter")],
  ["team", N_("Within the team")],
];
/** Steps that are told in one line. */
const STEPS: ReadonlySet<string> = new Set(["status", "access", "classification"]);

/** How a conversation shows: in which language its reporter writes, which part of it, and its files. */
export interface ConversationLook {
  readonly language: string;
  readonly part: Part;
  readonly choose: (part: Part) => void;
  readonly files: FilesView;
  /** What can be done with an entry. */
  readonly ways: (entry: ShownEntry) => TemplateResult | typeof nothing;
}

/** The entries after the report. */
export function conversationView(entries: readonly ShownEntry[], look: ConversationLook): TemplateResult {
  const { part, choose } = look;
  const first = entries.find(({ kind, state }) => kind === "report" && state === "authentic");
  // What is for custodians stands with the identity; what of it is not authentic, here as everything that is not.
  const rest = entries.filter((entry) => entry !== first && (entry.audience !== "custodian" || entry.state !== "authentic"));
  const shown = rest.filter(({ audience }) => part === "all" || audience === part);
  return html`<div class="talk-parts no-print" role="group" aria-label=${gettext("Which part of the conversation")}>
      ${PARTS.map(([id, words]) => html`<button type="button" aria-pressed=${part === id ? "true" : "false"} @click=${() => { choose(id); }}>${gettext(words)}</button>`)}
    </div>
    ${shown.length === 0
      ? html`<p class="soft">${part === "team" ? gettext("The team has written nothing yet.") : gettext("Nobody has written anything yet.")}</p>`
      : html`<ol class="thread">${shown.map((entry) => entryView(entry, look))}</ol>`}`;
}

function entryView(entry: ShownEntry, { language, files, ways }: ConversationLook): TemplateResult {
  const step = entry.state === "authentic" && STEPS.has(entry.kind);
  return html`<li class="entry" data-to=${entry.audience} data-by=${side(entry)} ?data-step=${step} data-state=${entry.state}>
    <p class="entry-head">
      <strong><bdi>${entry.author === null ? gettext("not known by whom") : capital(authorWords(entry.author))}</bdi></strong>
      <span class="entry-kind">${entryKind(entry)}</span>
      <time datetime=${entry.day}>${longDay(entry.day)}</time>
    </p>
    ${entry.state === "authentic" && entry.content !== null
      ? html`${contentView(entry.content, entry.author?.reporter === true ? language : "")}${files(entry.files)}${ways(entry)}`
      : factView(entry)}
  </li>`;
}

/** An entry whose content is withheld: a fact, and why. */
function factView({ state, reason, audience, removed }: ShownEntry): TemplateResult {
  return html`<p><strong>${stateWords(state)}</strong>
      ${removed === null ? nothing : html`<span dir="auto">${removedWords(removed)}</span>`}
      ${reason === null ? nothing : html`<span class="soft">${sentenceWords(reason)}</span>`}</p>
    <p class="small soft">${audience === "reporter" ? gettext("The server shows it in the conversation with the reporter.") : gettext("The server shows it among what is for the team.")}</p>`;
}

function side({ author }: ShownEntry): string {
  if (author === null) return "nobody";
  if (author.reporter) return "reporter";
  return author.mine ? "me" : "member";
}

function entryKind({ audience, kind, author }: ShownEntry): string {
  if (kind === "message") return author?.reporter === true ? "" : gettext("to the reporter");
  if (kind === "note" || kind === "") return audience === "team" ? gettext("for the team") : "";
  return kindWords(kind);
}
