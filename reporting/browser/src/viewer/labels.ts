/** What may be told of a file beside its name. */

import { N_, type Values } from "../protocol/errors.ts";

/** Something to be told beside a file; `alarming` where opening it elsewhere may do harm. */
export interface Label {
  readonly id: LabelId;
  readonly alarming: boolean;
  /** A marked message. */
  readonly message: string;
  readonly values: Values;
}

export type LabelId = "mismatch" | "macros" | "active" | "program" | "bomb" | "polyglot" | "giant" | "encrypted" | "broken" | "untold";

const MESSAGES: Readonly<Record<LabelId, readonly [boolean, string]>> = {
  mismatch: [true, N_("Its name promises another kind of file than it is.")],
  macros: [true, N_("It holds macros: small programs that an office program may run.")],
  active: [true, N_("It can carry scripts. Opened in a browser or another program, they may run and tell others that it was opened.")],
  program: [true, N_("It is a program. Do not run it.")],
  bomb: [true, N_("It is packed so tightly that unpacking it may fill disk and memory.")],
  polyglot: [true, N_("It can be read as two kinds of file: another program may see something else in it.")],
  giant: [false, N_("This picture says that it is {width} × {height} pixels large. It would fill the memory, so it is not shown.")],
  encrypted: [false, N_("It is locked by a passphrase of its own.")],
  untold: [true, N_("What it is could not be told: looking into it took too long or failed.")],
  broken: [false, N_("It is broken, or not whole.")],
};

/** The label of that name. */
export function label(id: LabelId, values: Values = {}): Label {
  const [alarming, message] = MESSAGES[id];
  return { id, alarming, message, values };
}

/** Bytes as characters of the same number, to look for ASCII in them. */
export function latin1(bytes: ArrayBuffer): string {
  return new TextDecoder("latin1").decode(bytes);
}
