/** The script of the mailbox page. */

import { SealedMailbox } from "./mailbox_element.ts";

customElements.define("sealed-mailbox", SealedMailbox);
