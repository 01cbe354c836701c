/** pdf.js's own worker: the viewer starts it from the text that the build put into its script. */

import "pdfjs-dist/legacy/build/pdf.worker.mjs";
