/** The formats of documents, in the order in which they are asked. */

import { odf } from "./odf.ts";
import { ooxml } from "./ooxml.ts";
import { pdf } from "./pdf.ts";
import type { Format } from "./types.ts";

/** Each is a module of its own. */
export const DOCUMENTS: readonly Format[] = [pdf, ooxml, odf];
