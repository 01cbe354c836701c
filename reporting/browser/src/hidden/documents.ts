/** The formats of documents, in the order in which they are asked. */

import { archive } from "./archive.ts";
import { mail } from "./mail.ts";
import { odf } from "./odf.ts";
import { oldOffice } from "./old_office.ts";
import { ooxml } from "./ooxml.ts";
import { pdf } from "./pdf.ts";
import { plain } from "./plain.ts";
import type { Format } from "./types.ts";

/** Each is a module of its own. */
export const DOCUMENTS: readonly Format[] = [pdf, ooxml, odf, oldOffice, archive, mail, plain];
