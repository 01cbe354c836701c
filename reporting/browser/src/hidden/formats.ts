/** The formats that can be looked into, in the order in which they are asked. */

import { DOCUMENTS } from "./documents.ts";
import { film } from "./film.ts";
import { jpeg } from "./jpeg.ts";
import { png } from "./png.ts";
import type { Format } from "./types.ts";
import { wav } from "./wav.ts";
import { webp } from "./webp.ts";

/** Each is a module of its own. */
export const FORMATS: readonly Format[] = [jpeg, png, webp, wav, film, ...DOCUMENTS];
