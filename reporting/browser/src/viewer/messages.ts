/** What the desk and the viewer's frame say to each other, over a port that the desk hands in. */

import type { Catalogue } from "../ui/i18n.ts";
import { N_, ProtocolError, type Values } from "../protocol/errors.ts";

/** How a file is shown. */
export type Way = "picture" | "pdf" | "text" | "table" | "sound" | "film";

/** A marked message; the frame has no words of the case's language but the desk's own. */
export interface Said {
  readonly message: string;
  readonly values: Values;
}

/** A file to be shown: opened and verified by the desk's worker, judged by the desk. */
export interface Order {
  readonly kind: "show";
  readonly content: Blob;
  readonly way: Way;
  /** By content. */
  readonly type: string;
  /** The language of the desk, the way it is written, and its texts, which the frame takes for its own. */
  readonly language: string;
  readonly direction: string;
  readonly texts: Catalogue;
}

export type ToViewer = Order | { readonly kind: "supplies"; readonly zip: ArrayBuffer | null };

export type FromViewer =
  /** It shows; `facts` are to be said beside it. */
  | { readonly kind: "shown"; readonly facts: readonly Said[] }
  | { readonly kind: "refused"; readonly reason: Said }
  /** pdf.js needs fonts or decoders, which the frame cannot fetch. */
  | { readonly kind: "supplies" }
  /** Somebody is at it: the desk is not to lock. */
  | { readonly kind: "active" }
  /** Escape was pressed in it. */
  | { readonly kind: "leave" };

/** The file is not shown; the message says why. */
export class NotShown extends ProtocolError {
  static override readonly called: string = "NotShown";
}

/** Said of what cannot be read as what it seems to be. */
export const BROKEN = N_("This file is broken, or not what it seems. Nothing of it is shown.");
