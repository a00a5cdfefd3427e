/** Plain text and Markdown (kept as it is written) to documents. */
import type { DocumentSplit } from "../../contract/index.ts";
import { DocumentBuilder, MAX_DOCUMENT_CHARACTERS, settleSplit } from "./documents.ts";
import { LineSplitter } from "./lines.ts";
import type { ReaderInput } from "./reader.ts";

export async function* readText(input: ReaderInput, split: DocumentSplit): AsyncGenerator<string> {
  const splitter = new LineSplitter(MAX_DOCUMENT_CHARACTERS);
  const builder = new DocumentBuilder(settleSplit(split, input.head), (long) =>
    input.skip(
      `line ${long.line}`,
      "data/long-document",
      `A document of more than ${MAX_DOCUMENT_CHARACTERS.toLocaleString("en-GB")} characters was cut into ${long.pieces} documents. Nothing is lost.`,
    ),
  );
  for await (const slice of input.slices()) yield* builder.push(splitter.push(slice));
  yield* builder.push(splitter.finish());
  yield* builder.finish();
}
