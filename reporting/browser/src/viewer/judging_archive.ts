/** What archives and office files say of themselves: how much comes out of them, whether they are locked, and macros. */

import type { Detected } from "../hidden/types.ts";
import { type Label, label, latin1 } from "./labels.ts";
import { type Member, membersOf } from "./zip.ts";

const MOST_UNPACKED = 17_179_869_184; // bytes: what fills a disk
const LARGE = 104_857_600;
const RATIO = 200; // deflate comes to 1,032 at most; text to ten or twenty

/** Labels of an archive or an office file. */
export async function archiveLabels(file: Blob, head: Uint8Array, { danger }: Detected): Promise<Label[]> {
  if (head[0] === 0xd0 && head[1] === 0xcf) return oldOfficeLabels(file);
  if (head[0] !== 0x50 || head[1] !== 0x4b) return [];
  try {
    const members = await membersOf(file);
    const labels: Label[] = [];
    if (danger === "macros" || members.some(({ name }) => isMacro(name))) labels.push(label("macros"));
    if (members.some(({ encrypted }) => encrypted)) labels.push(label("encrypted"));
    if (isBomb(members, file.size)) labels.push(label("bomb"));
    return labels;
  } catch {
    return [label("broken")];
  }
}

function isMacro(name: string): boolean {
  return /vbaProject\.bin$|^xl\/macrosheets\/|^(Basic|Scripts)\/.+\.(xml|xlb|py|js|bsh)$/iu.test(name);
}

/** Far more than it is, or members that lie over each other: together larger than the file. */
function isBomb(members: readonly Member[], size: number): boolean {
  const [packed, whole] = members.reduce<[number, number]>(([first, second], member) => [first + member.packed, second + member.size], [0, 0]);
  return whole > MOST_UNPACKED || (whole > LARGE && whole > RATIO * size) || packed > size;
}

const WINDOW = 33_554_432; // bytes looked through: directories of such files lie near the beginning or the end

/** Names in the directory of a compound file ([MS-CFB] 2.6.1) stand in UTF-16. */
async function oldOfficeLabels(file: Blob): Promise<Label[]> {
  const first = latin1(await file.slice(0, WINDOW).arrayBuffer());
  const last = file.size > WINDOW ? latin1(await file.slice(Math.max(WINDOW, file.size - WINDOW)).arrayBuffer()) : "";
  const holds = (name: string): boolean => {
    const wide = Array.from(name, (letter) => `${letter}\0`).join("");
    return first.includes(wide) || last.includes(wide);
  };
  return [
    ...(holds("_VBA_PROJECT") || holds("Macros") ? [label("macros")] : []),
    ...(holds("EncryptedPackage") ? [label("encrypted")] : []),
  ];
}
