/**
 * The pieces of text that a PDF page places to lines, in reading order as the file gives it. Runs pdf.js (through
 * unpdf, which needs no page and no worker of its own); knows nothing of documents.
 */
import { getDocumentProxy } from "unpdf";
import { UnmaskError } from "../../../base/index.ts";
import type { ReadLimits } from "../../../contract/index.ts";
import type { PdfLine, PdfPage } from "../reader.ts";

interface Item {
  str: string;
  transform: number[];
  width: number;
  height: number;
  hasEOL: boolean;
}

/** Pieces on one line differ less than this share of their height. */
const sameLine = 0.5;
/** A gap wider than this share of the height stands for a blank. */
const blankGap = 0.15;

/** @throws data/encrypted-file; whatever pdf.js throws at a damaged file */
export async function* pdfPages(
  bytes: Uint8Array<ArrayBuffer>,
  limits: ReadLimits,
  signal?: AbortSignal,
): AsyncGenerator<PdfPage> {
  const pdf = await open(bytes);
  try {
    const pages = Math.min(pdf.numPages, limits.pdfPages.value);
    for (let page = 1; page <= pages; page++) {
      if (signal?.aborted === true) return;
      const proxy = await pdf.getPage(page);
      const { items } = await proxy.getTextContent();
      yield { page, pages: pdf.numPages, lines: linesOf(items as Item[]) };
      proxy.cleanup();
    }
  } finally {
    await pdf.loadingTask.destroy();
  }
}

async function open(data: Uint8Array<ArrayBuffer>): ReturnType<typeof getDocumentProxy> {
  try {
    // No eval, no fonts to draw with, no pictures, no fetching: only the text layer is wanted.
    return await getDocumentProxy(data, {
      isEvalSupported: false,
      disableFontFace: true,
      useSystemFonts: false,
      maxImageSize: 1,
      useWasm: false,
      stopAtErrors: false,
      verbosity: 0,
    });
  } catch (error) {
    if (error instanceof Error && error.name === "PasswordException")
      throw new UnmaskError(
        "data/encrypted-file",
        "The PDF is locked with a password.",
        "Save it without one and drop that.",
      );
    throw error;
  }
}

export function linesOf(items: readonly Item[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let line: PdfLine | undefined;
  let end = 0;
  for (const { str, transform, width, height: told, hasEOL } of items) {
    if (typeof str !== "string") continue; // marks of structure
    const [x, y] = [transform[4] ?? 0, transform[5] ?? 0];
    const height = told || Math.abs(transform[3] ?? 0) || 1;
    const follows =
      line !== undefined && Math.abs(y - line.y) <= sameLine * Math.max(height, line.height) && x >= end - 2 * height;
    if (str.trim() !== "") {
      if (line === undefined || !follows) {
        line = { text: "", x, y, width: 0, height };
        lines.push(line);
      } else if (x - end > blankGap * height && !line.text.endsWith(" ") && !str.startsWith(" ")) line.text += " ";
      line.text += str;
      end = x + width;
      line.width = end - line.x;
      line.height = Math.max(line.height, height);
    } else if (str !== "" && line !== undefined && follows && !line.text.endsWith(" ")) line.text += " ";
    if (hasEOL) line = undefined;
  }
  return lines.filter(({ text }) => text.trim() !== "");
}
