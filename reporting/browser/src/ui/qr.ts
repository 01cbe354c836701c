/** A QR code as an SVG, black on white in every color scheme, since scanners need it so. */

import { generate } from "lean-qr/nano";

import { svg } from "./dom.ts";

const QUIET = 4; // modules of white around it, as ISO/IEC 18004 asks for

/** `text` as a QR code that is called `label`. */
export function qrCode(text: string, label: string): SVGElement {
  const code = generate(text);
  const size = code.size + 2 * QUIET;
  let path = "";
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) if (code.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  }
  return svg(
    "svg",
    { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    svg("path", { d: `M0 0h${size}v${size}h-${size}z`, fill: "#fff" }),
    svg("path", { d: path, fill: "#000" }),
  );
}
