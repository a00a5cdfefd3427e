/** PDF files to text: their text layer. Pictures of pages have none; then the file is left out and says so. */
import { UnmaskError } from "../../../base/index.ts";
import { pdfPages } from "../pdf-pages.ts";
import type { FormatReader, PdfPage, ReaderInput } from "../reader.ts";
import { wholeOf } from "../source.ts";
import { pdfText } from "./pdf-text.ts";
import { documentSplit, splitPieces } from "./text.ts";

async function* documentText(input: ReaderInput): AsyncGenerator<string> {
  const { limits, services, signal } = input;
  const bytes = await wholeOf(input.source, limits.wholeBytes.value, "A PDF", signal);
  const read = services.pdfPages ?? pdfPages;
  const pages: PdfPage[] = [];
  for await (const page of read(bytes, limits, signal)) pages.push(page);
  const total = pages.at(-1)?.pages ?? 0;
  if (total > pages.length)
    input.skip(
      `page ${pages.length + 1}`,
      "data/too-many-pages",
      `Only the first ${pages.length} of ${total} pages were read.`,
    );
  const empty = pages.filter(({ lines }) => lines.length === 0).length;
  if (empty === pages.length)
    throw new UnmaskError(
      "data/no-text-layer",
      "The PDF should hold text, but its pages hold only pictures (a scan).",
      "Run text recognition (OCR) over it first, and drop the result.",
    );
  if (empty > 0)
    input.skip("", "data/no-text-layer", `${empty} of ${pages.length} pages hold no text: pictures or scans.`);
  const { text, headsRemoved } = pdfText(pages);
  if (headsRemoved > 0)
    input.skip("", "data/running-heads", `${headsRemoved} running heads and page numbers were removed.`);
  yield text;
}

export const pdfReader: FormatReader = {
  read: (input, { split }) => splitPieces(documentText(input), documentSplit(split), input),
};
