/** The formats that can be looked into, in the order in which they are asked. */

import { DOCUMENTS } from "./documents.ts";
import { film } from "./film.ts";
import { flac } from "./flac.ts";
import { gif } from "./gif.ts";
import { heif } from "./heif.ts";
import { jpeg } from "./jpeg.ts";
import { matroska } from "./matroska.ts";
import { mpegAudio } from "./mpeg_audio.ts";
import { ogg } from "./ogg.ts";
import { png } from "./png.ts";
import { tiff } from "./tiff.ts";
import type { Format } from "./types.ts";
import { wav } from "./wav.ts";
import { webp } from "./webp.ts";

/** Each is a module of its own. */
export const FORMATS: readonly Format[] = [jpeg, png, webp, tiff, heif, gif, film, matroska, mpegAudio, wav, ogg, flac, ...DOCUMENTS];
