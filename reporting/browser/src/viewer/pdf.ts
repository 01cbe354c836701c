/** PDF: drawn page by page to pixels by pdf.js, with its scripts, forms, links and network left out. */

import { type PDFDocumentProxy, PDFWorker, type PDFDocumentLoadingTask, getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import type { DocumentInitParameters } from "pdfjs-dist/types/src/display/api";

import { N_ } from "../protocol/errors.ts";
import { BROKEN, NotShown, type Order, type Said } from "./messages.ts";
import { PdfView } from "./pdf_view.ts";
import type { Supplies } from "./supplies.ts";
import type { Showing } from "./tools.ts";
import { startWorker } from "./worker_start.ts";

const MOST = 536_870_912; // bytes: pdf.js reads the whole document into memory
const MOST_IMAGE = 120_000_000; // pixels of a picture within a page

/**
 * Shows a PDF.
 *
 * @throws NotShown broken, locked by a passphrase, or too large
 */
export async function showPdf({ content }: Order, stage: HTMLElement, supplies: Supplies): Promise<Showing> {
  if (content.size > MOST) throw new NotShown(N_("This PDF is too large to be shown here: save it."));
  const port = startWorker("pdf");
  const worker = PDFWorker.create({ port });
  const data = new Uint8Array(await content.arrayBuffer());
  const task = getDocument({ ...optionsOf(supplies), data, worker });
  try {
    const document = await opened(task, port);
    const view = new PdfView(document, stage);
    await view.turnTo(1);
    const end = (): void => {
      void task.destroy().finally(() => {
        port.terminate();
      });
    };
    return { element: view.element, tools: view.tools(), key: (key) => view.key(key), end, facts: await factsOf(document) };
  } catch (error) {
    port.terminate();
    throw error instanceof NotShown ? error : new NotShown(BROKEN);
  }
}

function optionsOf(supplies: Supplies): DocumentInitParameters {
  class Fetching {
    fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
      return supplies.file(kind, filename);
    }
  }
  return {
    BinaryDataFactory: Fetching,
    useWorkerFetch: false,
    isEvalSupported: false,
    enableXfa: false,
    disableFontFace: true, // letters are drawn as shapes: no font of a stranger reaches the browser's own reader
    useSystemFonts: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    maxImageSize: MOST_IMAGE,
    disableRange: true,
    disableStream: true,
    verbosity: 0,
  };
}

async function opened(task: PDFDocumentLoadingTask, port: Worker): Promise<PDFDocumentProxy> {
  const failed = new Promise<never>((_, reject) => {
    port.addEventListener("error", () => { reject(new NotShown(BROKEN)); }, { once: true });
    task.onPassword = () => {
      reject(new NotShown(N_("This PDF is locked by a passphrase, so nothing of it can be shown here.")));
    };
  });
  return Promise.race([task.promise, failed]);
}

async function factsOf(document: PDFDocumentProxy): Promise<Said[]> {
  const facts: Said[] = [];
  const attached = Object.keys(((await document.getAttachments()) as Record<string, unknown> | null) ?? {}).length;
  if (attached > 0) facts.push({ message: N_("Other files are packed into this PDF: {number}. They are not shown."), values: { number: attached } });
  if (await document.hasJSActions()) facts.push({ message: N_("This PDF carries scripts. They are not run here."), values: {} });
  return facts;
}

