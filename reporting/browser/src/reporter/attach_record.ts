/** Recording sound in the page, where the browser can. */

import { fill, h } from "../ui/dom.ts";
import { gettext } from "../ui/i18n.ts";
import { spanWords } from "./attach_words.ts";
import { button } from "./steps.ts";

/** In the order of how well what they hide can be removed. */
const TYPES = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"];
const ENDINGS: Readonly<Record<string, string>> = { "audio/ogg": ".ogg", "audio/mp4": ".m4a", "audio/webm": ".webm" };
const EVERY = 1_000; // milliseconds; what was recorded until then is not lost with the rest

/** The part to record in; nothing where this browser has no microphone to offer. `recorded` gets the file. */
export function recorder(recorded: (file: File) => void): HTMLElement | null {
  // Typed as always there; Tor Browser and pages without TLS have none.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const type = typeof MediaRecorder === "undefined" ? undefined : TYPES.find((one) => MediaRecorder.isTypeSupported(one));
  if (devices === undefined || type === undefined) return null;
  const place = h("div");
  const said = h("p", { class: "help", role: "status" });
  const idle = (words = ""): void => {
    fill(said, words);
    fill(place, button(gettext("Record"), "record", () => void record(devices, type, { place, said, idle, recorded })));
  };
  idle();
  return h(
    "details",
    { class: "recorder" },
    h("summary", {}, gettext("Record your voice or a sound")),
    h("p", {}, gettext("It is recorded on this device and sealed like any other file. A voice can be recognized, also by programs: record only what may be heard by the people who receive your report.")),
    place,
    said,
  );
}

interface Recording {
  readonly place: HTMLElement;
  readonly said: HTMLElement;
  readonly idle: (words?: string) => void;
  readonly recorded: (file: File) => void;
}

async function record(devices: MediaDevices, type: string, { place, said, idle, recorded }: Recording): Promise<void> {
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({ audio: true });
  } catch {
    idle(gettext("This browser did not give the microphone to this page. You can record with another program, and add the file."));
    return;
  }
  const machine = new MediaRecorder(stream, { mimeType: type });
  const parts: Blob[] = [];
  const begun = performance.now();
  const counting = setInterval(() => {
    said.textContent = gettext("Recording: {time}", { time: clock(performance.now() - begun) });
    if (!place.isConnected) machine.stop();
  }, EVERY);
  const end = (): void => {
    clearInterval(counting);
    for (const track of stream.getTracks()) track.stop();
  };
  machine.addEventListener("dataavailable", ({ data }) => parts.push(data));
  machine.addEventListener("stop", () => {
    end();
    if (!place.isConnected) return; // the page was left or wiped
    const [bare = type] = type.split(";");
    idle(gettext("Recorded: {time}. It stands below.", { time: spanWords((performance.now() - begun) / 1_000) }));
    recorded(new File(parts, `${gettext("recording")}${ENDINGS[bare] ?? ""}`, { type: bare }));
  });
  machine.start(EVERY);
  const stop = button(gettext("Stop recording"), "primary stop-recording", () => { machine.stop(); });
  fill(place, stop);
  stop.focus();
}

function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
