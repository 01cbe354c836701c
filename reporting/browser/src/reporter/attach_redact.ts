/** Blacking out parts of a picture on the device: the parts are gone in what is sent, not only covered. */

import { fill, h } from "../ui/dom.ts";
import { gettext, ngettext, number } from "../ui/i18n.ts";
import { canvasOf, fileOf, isHonest } from "./attach_readback.ts";
import { type Point, type Region, between, middle, moved } from "./attach_regions.ts";
import { button } from "./steps.ts";

const SHOWN = 1_000; // pixels of the longer side on the screen

/** Opens the picture `content` to black out parts of it; `use` gets the new picture. */
export function redact(content: Blob, place: HTMLElement, use: (picture: Blob) => void): void {
  void open(content, place, use);
}

async function open(content: Blob, place: HTMLElement, use: (picture: Blob) => void): Promise<void> {
  const dialog = h("dialog", { class: "redaction", "aria-labelledby": "redaction-title" });
  const title = h("h2", { id: "redaction-title", tabindex: -1 }, gettext("Black out parts of this picture"));
  const close = (): void => { dialog.close(); };
  dialog.addEventListener("close", () => { dialog.remove(); });
  place.append(dialog);
  fill(dialog, title, h("p", { role: "status" }, gettext("Getting ready …")));
  dialog.showModal();
  const picture = (await isHonest()) ? await createImageBitmap(content).catch(() => null) : null;
  if (picture === null) {
    fill(dialog, title, unable(await isHonest()), h("div", { class: "actions" }, button(gettext("Close"), "primary close", close)));
    return;
  }
  const editor = new Editor(picture);
  const done = async (): Promise<void> => {
    const made = await editor.make(content.type === "image/png" ? "image/png" : "image/jpeg").catch(() => null);
    if (made === null) editor.say(gettext("This device cannot make so large a picture. Make it smaller with another program first."));
    else {
      use(made);
      close();
    }
  };
  fill(dialog, title, editor.element, h("div", { class: "actions" }, button(gettext("Use this picture"), "primary use-picture", () => void done()), button(gettext("Cancel"), "close", close)));
  editor.focus();
}

function unable(honest: boolean): HTMLElement {
  return h("p", { class: "warning" }, honest ? gettext("This browser cannot show this picture. Use another program to black it out, and add the result.") : gettext("This browser does not give pictures back as they were drawn, to protect you against being recognized: Tor Browser does so. Parts cannot be blacked out here. Use another program, and add the result."));
}

/** The picture with its black parts, on a canvas as large as the screen allows. */
class Editor {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #said = h("p", { class: "help", role: "status" });
  readonly #scale: number;
  #regions: readonly Region[] = [];
  #frame: Region | null = null;
  #from: Point | null = null;

  constructor(private readonly picture: ImageBitmap) {
    this.#scale = Math.min(1, SHOWN / Math.max(picture.width, picture.height));
    const { canvas, pen } = canvasOf(Math.max(1, Math.round(picture.width * this.#scale)), Math.max(1, Math.round(picture.height * this.#scale)));
    [this.#canvas, this.#pen] = [canvas, pen];
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", gettext("The picture. Arrow keys move a frame, with the Shift key they change its size, and Enter blacks it out."));
    this.#frame = middle(picture);
    this.#listen();
    this.#draw();
  }

  get element(): HTMLElement {
    return h(
      "div",
      { class: "redaction-editor" },
      h("p", { class: "help" }, gettext("Draw over what nobody must see: with a finger, a mouse, or the arrow keys and Enter. What is black is gone in the picture that is sent.")),
      this.#canvas,
      this.#said,
      h("p", {}, button(gettext("Black out the frame"), "quiet black-frame", () => { this.#blackFrame(); }), button(gettext("Undo"), "quiet undo-black", () => { this.#undo(); })),
    );
  }

  focus(): void {
    this.#canvas.focus();
  }

  say(words: string): void {
    this.#said.textContent = words;
  }

  /** The whole picture, drawn anew with its black parts. @throws Error it is too large for this browser */
  async make(type: string): Promise<Blob> {
    const { width, height } = this.picture;
    const { canvas, pen } = canvasOf(width, height);
    pen.drawImage(this.picture, 0, 0);
    pen.fillStyle = "#000";
    for (const region of this.#regions) pen.fillRect(region.x, region.y, region.width, region.height);
    return fileOf(canvas, type);
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#from = this.#point(event);
      this.#frame = null;
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.#from === null) return;
      this.#frame = between(this.#from, this.#point(event), this.picture);
      this.#draw();
    });
    canvas.addEventListener("pointerup", () => {
      if (this.#from !== null && this.#frame !== null) this.#blackFrame();
      [this.#from, this.#frame] = [null, null];
      this.#draw();
    });
    canvas.addEventListener("keydown", (event) => { this.#press(event); });
  }

  #press(event: KeyboardEvent): void {
    if (event.key === "Enter" || event.key === " ") this.#blackFrame();
    else {
      const frame = moved(this.#frame ?? middle(this.picture), event.key, event.shiftKey, this.picture);
      if (frame === null) return;
      this.#frame = frame;
      this.#draw();
      this.say(gettext("Frame: {left}% from the left, {top}% from the top, {width}% wide, {height}% high.", this.#percent(frame)));
    }
    event.preventDefault();
  }

  #percent({ x, y, width, height }: Region): Record<string, string> {
    const part = (value: number, whole: number): string => number(Math.round((value / whole) * 100));
    return { left: part(x, this.picture.width), top: part(y, this.picture.height), width: part(width, this.picture.width), height: part(height, this.picture.height) };
  }

  #point(event: PointerEvent): Point {
    const box = this.#canvas.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * this.picture.width, y: ((event.clientY - box.top) / box.height) * this.picture.height };
  }

  #blackFrame(): void {
    this.#frame ??= middle(this.picture);
    this.#regions = [...this.#regions, this.#frame];
    this.#changed();
  }

  #undo(): void {
    this.#regions = this.#regions.slice(0, -1);
    this.#changed();
  }

  #changed(): void {
    this.#draw();
    this.say(ngettext("One part is black.", "{number} parts are black.", this.#regions.length));
  }

  #draw(): void {
    const [pen, scale] = [this.#pen, this.#scale];
    pen.drawImage(this.picture, 0, 0, this.#canvas.width, this.#canvas.height);
    pen.fillStyle = "#000";
    for (const { x, y, width, height } of this.#regions) pen.fillRect(x * scale, y * scale, width * scale, height * scale);
    if (this.#frame === null) return;
    const { x, y, width, height } = this.#frame;
    for (const [color, wide] of [["#fff", 6], ["#000", 2]] as const) {
      [pen.strokeStyle, pen.lineWidth] = [color, wide];
      pen.strokeRect(x * scale, y * scale, width * scale, height * scale);
    }
  }
}
