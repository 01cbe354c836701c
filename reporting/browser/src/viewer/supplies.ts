/** Fonts, encodings and decoders for pdf.js, which the desk fetches: this frame has no network. */

import { unzipSync } from "fflate";

type Files = Readonly<Record<string, Uint8Array>>;

/** Asks the desk, once, and hands out single files. */
export class Supplies {
  #files: Promise<Files> | null = null;
  #arrived: ((zip: ArrayBuffer | null) => void) | null = null;

  constructor(readonly ask: () => void) {}

  /** What the desk sent; null where it could not be had. */
  take(zip: ArrayBuffer | null): void {
    this.#arrived?.(zip);
  }

  /**
   * One file by the name that pdf.js gives it.
   *
   * @throws Error there is none
   */
  async file(kind: string, name: string): Promise<Uint8Array> {
    this.#files ??= new Promise<ArrayBuffer | null>((resolve) => {
      this.#arrived = resolve;
      this.ask();
    }).then((zip) => (zip === null ? {} : unzipSync(new Uint8Array(zip))));
    const found = (await this.#files)[`${kind}/${name}`];
    if (found === undefined) throw new Error(`the desk has no ${kind} ${name}`);
    return found.slice(); // pdf.js gives it away
  }
}
