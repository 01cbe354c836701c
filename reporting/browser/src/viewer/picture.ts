/** Pictures: decoded by the browser as pictures are, which runs nothing in them; turned and sized by the frame. */

import { N_ } from "../protocol/errors.ts";
import { h } from "../ui/dom.ts";
import { gettext, number } from "../ui/i18n.ts";
import { HEADER, dimensionsOf, isGiant } from "./dimensions.ts";
import { BROKEN, NotShown, type Order } from "./messages.ts";
import { type Showing, button, stepped } from "./tools.ts";

/**
 * Shows a picture.
 *
 * @throws NotShown it is broken, or larger than a tab can take
 */
export async function showPicture({ content, type }: Order, stage: HTMLElement): Promise<Showing> {
  const head = new Uint8Array(await content.slice(0, HEADER).arrayBuffer());
  const size = dimensionsOf(head, type);
  if (size === null) throw new NotShown(BROKEN);
  if (isGiant(size)) throw new NotShown(N_("This picture says that it is {width} × {height} pixels large. It would fill the memory, so it is not shown."), { ...size });
  const address = URL.createObjectURL(new Blob([content], { type }));
  const image = new Image();
  image.src = address;
  image.alt = gettext("The picture, {width} × {height} pixels", { width: number(size.width), height: number(size.height) });
  try {
    await image.decode();
  } catch {
    URL.revokeObjectURL(address);
    throw new NotShown(BROKEN);
  }
  const view = new PictureView(image, stage);
  return {
    element: view.element,
    tools: view.tools(),
    key: (key) => view.key(key),
    end: () => {
      image.removeAttribute("src");
      URL.revokeObjectURL(address);
    },
  };
}

class PictureView {
  readonly element: HTMLElement;
  /** Null: as large as the frame lets it be. */
  #scale: number | null = null;
  #quarters = 0;

  constructor(
    readonly image: HTMLImageElement,
    readonly stage: HTMLElement,
  ) {
    image.className = "picture-image";
    this.element = h("div", { class: "picture" }, image);
    addEventListener("resize", () => {
      this.#lay();
    });
    requestAnimationFrame(() => {
      this.#lay();
    });
  }

  get #turned(): boolean {
    return this.#quarters % 2 === 1;
  }

  /** The scale at which all of it is seen; never larger than it is. */
  get #fitting(): number {
    const { naturalWidth: width, naturalHeight: height } = this.image;
    const [across, down] = this.#turned ? [height, width] : [width, height];
    return Math.min(1, (this.stage.clientWidth - 16) / across, (this.stage.clientHeight - 16) / down);
  }

  #lay(): void {
    const scale = Math.max(this.#scale ?? this.#fitting, 0.01);
    const [width, height] = [this.image.naturalWidth * scale, this.image.naturalHeight * scale];
    const { style } = this.image;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.transform = `rotate(${this.#quarters * 90}deg)`;
    this.element.style.width = `${this.#turned ? height : width}px`;
    this.element.style.height = `${this.#turned ? width : height}px`;
  }

  #zoom(way: 1 | -1): void {
    this.#scale = stepped(this.#scale ?? this.#fitting, way);
    this.#lay();
  }

  #fit(): void {
    this.#scale = null;
    this.#lay();
  }

  #turn(): void {
    this.#quarters = (this.#quarters + 1) % 4;
    this.#lay();
  }

  tools(): HTMLElement[] {
    return [
      button(gettext("Smaller"), () => { this.#zoom(-1); }, "−"),
      button(gettext("Larger"), () => { this.#zoom(1); }, "+"),
      button(gettext("Fit"), () => { this.#fit(); }),
      button(gettext("Turn"), () => { this.#turn(); }),
    ];
  }

  key(key: string): boolean {
    if (key === "+" || key === "=") this.#zoom(1);
    else if (key === "-") this.#zoom(-1);
    else if (key === "0") this.#fit();
    else if (key === "r") this.#turn();
    else return false;
    return true;
  }
}
