/** Handing things to the person: files, the clipboard, paper. Nothing is kept by the page itself. */

const REVOKE_AFTER = 60_000; // milliseconds in which the slowest browser has begun to save

/** Bytes up to which a file is held as a whole to be saved. */
export const WHOLE = 536_870_912;

/** Offers `content` as a file to save. */
export function saveFile(name: string, content: string | Uint8Array, type: string): void {
  saveBlob(name, new Blob([content as BlobPart], { type }));
}

/** Offers a Blob, however large, as a file to save. */
export function saveBlob(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, REVOKE_AFTER);
}

/** Copies `text`; answers whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  // An onion address is plain http, where the clipboard's own interface is not there.
  if ("clipboard" in navigator) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the browser or its settings: the old way may still be allowed.
    }
  }
  return copyBySelection(text);
}

function copyBySelection(text: string): boolean {
  let copied = false;
  const give = (event: ClipboardEvent): void => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    copied = true;
  };
  document.addEventListener("copy", give);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way on http, onion addresses among it
  document.execCommand("copy");
  document.removeEventListener("copy", give);
  return copied;
}
