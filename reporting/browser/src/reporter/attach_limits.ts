/** What files may be added: said before anything is done with them. */

import type { FileLimits } from "../evidence/types.ts";
import { gettext, ngettext, number } from "../ui/i18n.ts";
import { MOST_FILES } from "./attach_types.ts";
import { sizeWords } from "../ui/sizes.ts";

/** The limits in a sentence. */
export function limitsLine(limits: FileLimits | null): string {
  if (limits === null) return gettext("Up to {number} files at a time.", { number: number(MOST_FILES) });
  return gettext("Up to {number} files at a time, each of up to {file}, together up to {entry}.", { number: number(MOST_FILES), file: sizeWords(limits.file), entry: sizeWords(limits.entry) });
}

/** What is measured of a file. */
export interface Sized {
  readonly name: string;
  readonly size: number;
}

/** Which of `files` fit beside those of the sizes `there`, and a sentence about each that does not. */
export function fitting<T extends Sized>(files: readonly T[], there: readonly number[], limits: FileLimits | null): { readonly fit: readonly T[]; readonly said: readonly string[] } {
  const fit: T[] = [];
  const said: string[] = [];
  let [count, sum] = [there.length, there.reduce((all, size) => all + size, 0)];
  let over = 0;
  for (const file of files) {
    if (file.size === 0) said.push(gettext("“{name}” is empty or a folder. Add the files in it instead.", { name: file.name }));
    else if (limits !== null && file.size > limits.file) said.push(tooLarge(file, limits));
    else if (count >= MOST_FILES) over++;
    else if (limits !== null && sum + file.size > limits.entry) {
      said.push(gettext("“{name}” does not fit beside the others: together they may have {entry}. Send it as a message once this is sent.", { name: file.name, entry: sizeWords(limits.entry) }));
    } else {
      fit.push(file);
      count++;
      sum += file.size;
    }
  }
  if (over > 0) said.push(ngettext("One file was not added, since {most} is the most. Send it as a message once this is sent.", "{number} files were not added, since {most} is the most. Send them as messages once this is sent.", over, { most: number(MOST_FILES) }));
  return { fit, said };
}

function tooLarge(file: Sized, limits: FileLimits): string {
  return gettext("“{name}” is too large: it has {size}, and one file may have {file}. Cut it into parts, or mention it in your text.", { name: file.name, size: sizeWords(file.size), file: sizeWords(limits.file) });
}
