/** What the mailbox gives to the part about one's own risk. */

import type { Factor } from "../protocol/risk.ts";
import type { Catalogue } from "../ui/i18n.ts";

/** One's own risk, as the page sees it. */
export interface OwnRisk extends HTMLElement {
  begin(page: RiskPage): void;
  /** Whether words stand in it that were not shared. */
  readonly unsent: boolean;
}

/** With what it begins. */
export interface RiskPage {
  /** The texts of the page: what its worker says is worded by them. */
  readonly texts: Catalogue;
  /** Whether something can be sealed to the case now. */
  readonly mayShare: () => boolean;
  /** Seals it to those who handle the case; `tell` says how far it is. Whoever calls shows the case as it then stands. */
  readonly share: (factors: readonly Factor[], text: string, tell: (words: string) => void) => Promise<void>;
  /** A box that says what went wrong. */
  readonly fault: (error: unknown) => HTMLElement;
}
