/** How far the files are while they are sent: each of them, all of them, how fast, and for how long still. */

import type { FileProgress, OutgoingFile, SendingControl } from "../evidence/types.ts";
import { fill, h } from "../ui/dom.ts";
import { gettext, number } from "../ui/i18n.ts";
import { sizeWords } from "../ui/sizes.ts";
import { Speed } from "./attach_speed.ts";
import type { FilesSending } from "./attach_types.ts";
import { spanWords, speedWords } from "./attach_words.ts";
import { button } from "./steps.ts";

const SAID_EVERY = 15_000; // milliseconds between two sentences for screen readers

/** The view of the files that are being sent. */
export function sendingFiles(files: readonly OutgoingFile[], remote: SendingControl): FilesSending {
  const bar = h("progress", { max: 1, value: 0, "aria-labelledby": "files-sent" });
  const line = h("p", { id: "files-sent", class: "files-sent" });
  const said = h("p", { class: "visually-hidden", role: "status" });
  const rows = files.map(({ name, content }) => h("li", {}, h("bdi", { translate: "no" }, name), " ", h("span", { class: "soft" }, sizeWords(content.size))));
  const speed = new Speed();
  let paused = false;
  let spoken = -SAID_EVERY;
  const pause = button(gettext("Pause"), "pause", () => {
    paused = !paused;
    fill(pause, paused ? gettext("Go on") : gettext("Pause"));
    void remote.pause(paused);
  });
  const tell = (progress: FileProgress): void => {
    const now = performance.now();
    if (progress.state === "paused" || progress.state === "waiting") speed.forget();
    const words = progressWords(progress, speed.at(now, progress.sent));
    bar.value = progress.size === 0 ? 0 : progress.sent / progress.size;
    line.textContent = words;
    for (const [place, row] of rows.entries()) row.dataset["state"] = stateOf(place, progress);
    if (now - spoken < SAID_EVERY && progress.state !== "waiting") return;
    spoken = now;
    said.textContent = words;
  };
  const element = h(
    "section",
    { class: "files-sending", "aria-label": gettext("Your files") },
    line,
    bar,
    h("ol", { class: "stages", role: "list" }, rows),
    h("p", { class: "help" }, gettext("Your files are sealed on this device and sent in parts. A lost connection is nothing to worry about: it goes on from where it was.")),
    h("div", { class: "actions" }, pause, button(gettext("Stop sending"), "cancel-sending", () => void remote.cancelSending())),
    said,
  );
  return { element, tell };
}

function stateOf(place: number, { file, state }: FileProgress): string {
  if (state === "done" || place < file) return "done";
  return place === file ? "now" : "later";
}

function progressWords({ file, files, sent, size, state }: FileProgress, speed: number): string {
  const values = { sent: sizeWords(sent), size: sizeWords(size) };
  switch (state) {
    case "paused":
      return gettext("Paused: {sent} of {size} are sent. What is sent stays for about a day.", values);
    case "waiting":
      return gettext("No connection just now: {sent} of {size} are sent. It goes on by itself.", values);
    case "done":
      return gettext("All files are sent, {size}. Now the text follows.", values);
    case "sealing":
    case "sending": {
      const how = gettext("File {file} of {files}: {sent} of {size}.", { ...values, file: number(Math.min(file + 1, files)), files: number(files) });
      return speed === 0 ? how : `${how} ${gettext("{speed}, about {time} left.", { speed: speedWords(speed), time: spanWords((size - sent) / speed) })}`;
    }
  }
}
