/** `<attached-files>`: the files of one report or message, as cards. Nothing of them leaves the device before it is sent. */

import type { FileLimits, OutgoingFile, SendingControl } from "../evidence/types.ts";
import { fill, focusOn, h } from "../ui/dom.ts";
import { gettext, ngettext, texts } from "../ui/i18n.ts";
import { Card } from "./attach_card.ts";
import { Item, isReadable } from "./attach_item.ts";
import { fitting, limitsLine } from "./attach_limits.ts";
import { Looking } from "./attach_looking.ts";
import { recorder } from "./attach_record.ts";
import { redact } from "./attach_redact.ts";
import { sendingFiles } from "./attach_sending.ts";
import { adviceOn, saidOfFiles } from "./attach_said.ts";
import { summaryOf } from "./attach_summary.ts";
import type { AttachPage, AttachedFiles, FilesSending } from "./attach_types.ts";
import { button } from "./steps.ts";

const PATIENCE = 3_000; // milliseconds for the server to say what it takes

let cardsMade = 0;

/** The files of one form; see {@link AttachedFiles}. */
export class AttachedFilesElement extends HTMLElement implements AttachedFiles {
  readonly #list = h("ul", { class: "file-cards", role: "list" });
  readonly #refused = h("div", { role: "alert" });
  readonly #undo = h("div", { role: "status" });
  readonly #limitsLine = h("p", { class: "help" });
  readonly #foot = h("p", { class: "help", hidden: true }, gettext("Removing takes out what a file says about itself. It does not hide what can be seen, heard or read in it: faces, voices, letterheads, handwriting."));
  readonly texts = texts();
  readonly said = saidOfFiles();
  #cards: Card[] = [];
  #page: AttachPage | null = null;
  #looking: Looking | null = null;
  #limits: Promise<FileLimits | null> = Promise.resolve(null);

  begin(page: AttachPage): void {
    this.#page = page;
    this.#looking = new Looking(() => page.cleaning(), () => this.#names(), (item) => { this.#cardOf(item)?.showFound(); this.#changed(); }, (item) => this.#cardOf(item)?.update());
    this.#limits = page.limits().catch(() => null); // told again when it is sent
    void this.#limits.then((limits) => { this.#limitsLine.textContent = limitsLine(limits); });
    fill(this, this.#limitsLine, recorder((file) => { this.add([file]); }), this.#refused, this.#list, this.#undo, this.#foot);
  }

  add(files: readonly File[]): void {
    void Promise.race([this.#limits, patience()]).then((limits) => {
      const there = this.#cards.map(({ item }) => item);
      const fresh = files.filter((file) => !there.some(({ picked }) => isSame(picked, file)));
      const { fit, said } = fitting(fresh, there.map(({ size }) => size), limits);
      this.#refuse(said);
      const cards = fit.map((file) => this.#makeCard(new Item(file)));
      this.#put([...this.#cards, ...cards]);
      for (const { item } of cards) this.#looking?.take(item);
      cards[0]?.focus();
    });
  }

  get count(): number {
    return this.#cards.length;
  }

  async ready(): Promise<boolean> {
    if (this.count === 0) return true;
    await Promise.all(this.#cards.map(async ({ item }) => {
      if (item.state === "ready" && !(await isReadable(item.source) && (await isReadable(item.outgoing().content)))) item.state = "unreadable";
    }));
    const { said } = fitting(this.#cards.map(({ item }) => item), [], await Promise.race([this.#limits, patience()]));
    if (said.length > 0) {
      this.#refuse(said);
      this.#cards[0]?.focus();
      return false;
    }
    const open = this.#cards.filter(({ item }) => item.state !== "ready" || item.undecided);
    for (const card of open) card.update();
    const [first] = open;
    if (first === undefined) return true;
    const words = first.item.undecided || first.item.state === "unreadable" ? ngettext("One file needs your decision first.", "{number} files need your decision first.", open.length) : gettext("Wait until your files are looked through.");
    this.#refuse([words]);
    first.focus();
    return false;
  }

  outgoing(): readonly OutgoingFile[] {
    return this.#cards.map(({ item }) => item.outgoing());
  }

  summary(): HTMLElement {
    return summaryOf(this.#cards.map(({ item }) => item));
  }

  sending(remote: SendingControl): FilesSending {
    return sendingFiles(this.outgoing(), remote);
  }

  advice(kind: unknown): string | null {
    return adviceOn(kind);
  }

  wipe(): void {
    this.#looking?.end();
    this.#cards = [];
    this.replaceChildren();
    this.remove();
  }

  #refuse(said: readonly string[]): void {
    fill(this.#refused, said.length > 0 && h("div", { class: "warning" }, said.map((words) => h("p", {}, words))));
  }

  #makeCard(item: Item): Card {
    const card: Card = new Card(item, String(++cardsMade), {
      remove: () => { this.#remove(card); },
      choose: (choice) => {
        item.choice = choice;
        card.update();
        this.#changed();
      },
      agree: (agreed) => {
        item.agreed = agreed;
        card.update();
        card.focus();
        this.#changed();
      },
      taken: () => this.#names(),
      renamed: () => { this.#changed(); },
      blackOut: () => { redact(item.source, card.element, (picture) => { this.#takeAnew(card, picture); }); },
      unredact: () => { this.#takeAnew(card, item.picked); },
    });
    return card;
  }

  /** Looks into the file again, after its picture became another. */
  #takeAnew({ item }: Card, source: Blob): void {
    item.use(source);
    this.#looking?.take(item);
  }

  #remove(card: Card): void {
    const place = this.#cards.indexOf(card);
    const back = button(gettext("Take it back"), "quiet undo-remove", () => {
      fill(this.#undo);
      this.#put([...this.#cards.slice(0, place), card, ...this.#cards.slice(place)]);
      card.focus();
    });
    this.#put(this.#cards.filter((one) => one !== card));
    fill(this.#undo, h("p", { class: "note" }, gettext("“{name}” is removed from the list.", { name: card.item.name }), " ", back));
    focusOn(back);
  }

  #put(cards: Card[]): void {
    this.#cards = cards;
    fill(this.#list, cards.map(({ element }) => element));
    this.#foot.hidden = cards.length === 0;
    this.#changed();
  }

  #changed(): void {
    this.#page?.changed();
  }

  #cardOf(item: Item): Card | undefined {
    return this.#cards.find((card) => card.item === item);
  }

  #names(): string[] {
    return this.#cards.map(({ item }) => item.name);
  }
}

/** Nothing, after a while: files are looked into also where the server does not say what it takes. */
function patience(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => { resolve(null); }, PATIENCE);
  });
}

function isSame(one: File, other: File): boolean {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}
