/**
 * What the core throws.
 *
 * ```
 * ProtocolError
 * ├── Malformed            the bytes are not in the form the protocol asks for
 * │   ├── HeaderFailure    an age header
 * │   ├── ArmorFailure     an age armor
 * │   └── ReceiptError     a typed receipt code
 * │       ├── UnknownWord
 * │       ├── WrongChecksum
 * │       ├── WrongLength
 * │       └── LooksLikeFingerprint
 * ├── NotAuthentic         a signature, a binding or a checksum does not hold
 * │   ├── CaseDamaged      epoch 0 of a case is not signed as its grant says
 * │   ├── HmacFailure      an age header was altered
 * │   └── PayloadFailure   an age payload was altered, cut or extended
 * ├── CannotOpen           none of the keys at hand fits
 * │   └── NoMatch          no stanza of an age file is ours
 * └── Refused              authentic, but a rule of the protocol forbids it
 *     ├── DirectoryExpired the directory is past its last day, or from the future
 *     └── NewerDirectory   something names a directory above the one at hand
 * ```
 *
 * Messages are English sentences marked for translation with {@link N_}; values are kept apart so
 * that the edges can translate the sentence. They never contain keys, codes or content.
 */

/** Marks a message for translation without translating it here. */
/* @__NO_SIDE_EFFECTS__ */
export function N_(message: string): string {
  return message;
}

/** What a message's braces hold, by name. */
export type Values = Readonly<Record<string, string | number>>;

/** Fills the braces of a (translated) message: `{name}` becomes `values.name`. */
export function format(message: string, values: Values): string {
  return message.replace(/\{(\w+)\}/g, (braces, name: string) => String(values[name] ?? braces));
}

/** Base of everything the core throws. */
export class ProtocolError extends Error {
  /** The class's name in words that stay: the bundle gives classes short names of its own. */
  static readonly called: string = "ProtocolError";
  /** What the braces of `message` hold. */
  readonly values: Values;
  /** The JSON pointer (RFC 6901) of the field at fault, or empty. */
  pointer: string;

  /** `message` is the untranslated sentence; `details` its values, and `pointer` where a field is at fault. */
  constructor(message: string, details: Values & { readonly pointer?: string } = {}) {
    super(message);
    const { pointer = "", ...values } = details;
    this.name = new.target.called;
    this.values = values;
    this.pointer = pointer;
  }

  override toString(): string {
    return format(this.message, this.values);
  }

  /** The same error, naming the field `pointer` in front of its own pointer. */
  at(pointer: string): this {
    this.pointer = pointer + this.pointer;
    return this;
  }
}

/** The bytes are not in the form the protocol asks for. */
export class Malformed extends ProtocolError {
  static override readonly called: string = "Malformed";
}

/** An age header is not well-formed, or holds what this product does not accept. */
export class HeaderFailure extends Malformed {
  static override readonly called: string = "HeaderFailure";
}

/** An age armor is not well-formed. */
export class ArmorFailure extends Malformed {
  static override readonly called: string = "ArmorFailure";
}

/** A typed receipt code cannot be read. */
export class ReceiptError extends Malformed {
  static override readonly called: string = "ReceiptError";
}

/** A word that stands in no word list; `values.word` is it. */
export class UnknownWord extends ReceiptError {
  static override readonly called: string = "UnknownWord";
}

/** Twelve good words whose checksum fails: something is mistyped. */
export class WrongChecksum extends ReceiptError {
  static override readonly called: string = "WrongChecksum";
}

/** More or fewer than twelve words or groups. */
export class WrongLength extends ReceiptError {
  static override readonly called: string = "WrongLength";
}

/** The site's fingerprint was typed where a receipt code belongs. */
export class LooksLikeFingerprint extends ReceiptError {
  static override readonly called: string = "LooksLikeFingerprint";
}

/** A signature, a binding or a checksum does not hold. */
export class NotAuthentic extends ProtocolError {
  static override readonly called: string = "NotAuthentic";
}

/** Epoch 0 of a case does not verify under the reporter's key that binds it: nothing can be sealed to it. */
export class CaseDamaged extends NotAuthentic {
  static override readonly called: string = "CaseDamaged";
}

/** The header of an age file was altered. */
export class HmacFailure extends NotAuthentic {
  static override readonly called: string = "HmacFailure";
}

/** The payload of an age file was altered, cut short or extended. */
export class PayloadFailure extends NotAuthentic {
  static override readonly called: string = "PayloadFailure";
}

/** None of the keys at hand fits. */
export class CannotOpen extends ProtocolError {
  static override readonly called: string = "CannotOpen";
}

/** No stanza of an age file is sealed to any identity at hand. */
export class NoMatch extends CannotOpen {
  static override readonly called: string = "NoMatch";
}

/** Well-formed and authentic, but a rule of the protocol forbids it. */
export class Refused extends ProtocolError {
  static override readonly called: string = "Refused";
}

/** The directory is past `valid_until`, or dated more than a day ahead. */
export class DirectoryExpired extends Refused {
  static override readonly called: string = "DirectoryExpired";
}

/** Something names a directory version above the one at hand; load it and judge again. */
export class NewerDirectory extends Refused {
  static override readonly called: string = "NewerDirectory";
}
