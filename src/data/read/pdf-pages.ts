/** Pages of a PDF, with the parser fetched when it is first needed. */
import type { ReadLimits } from "../../contract/index.ts";
import type { PdfPage } from "./reader.ts";

/** @throws data/encrypted-file; whatever the parser throws at a damaged file */
export async function* pdfPages(
  bytes: Uint8Array<ArrayBuffer>,
  limits: ReadLimits,
  signal?: AbortSignal,
): AsyncGenerator<PdfPage> {
  const parser = await import("./formats/pdf-lines.ts");
  yield* parser.pdfPages(bytes, limits, signal);
}
