/** Plain text and Markdown (kept as it is written) to documents; and the same for text taken out of other formats. */
import type { DocumentSplit } from "../../../contract/index.ts";
import { DocumentBuilder, settleSplit } from "../documents.ts";
import { LineSplitter } from "../lines.ts";
import type { FormatReader, ReaderInput } from "../reader.ts";

type SettledSplit = Exclude<DocumentSplit, "auto">;

/** Text in pieces to batches of documents. */
export class TextSplitter {
  readonly #lines: LineSplitter;
  readonly #builder: DocumentBuilder;

  /** @param place what stands before "line 3" in reports, such as "message 2, " */
  constructor(split: SettledSplit, input: ReaderInput, place = "") {
    const limit = input.limits.documentCharacters.value;
    this.#lines = new LineSplitter(limit);
    this.#builder = new DocumentBuilder(
      split,
      (long) =>
        input.skip(
          `${place}line ${long.line}`,
          "data/long-document",
          `A document of more than ${limit.toLocaleString("en-GB")} characters was cut into ${long.pieces} documents. Nothing is lost.`,
        ),
      limit,
    );
  }
  push(piece: string): string[] {
    return this.#builder.push(this.#lines.push(piece));
  }
  finish(): string[] {
    return [...this.#builder.push(this.#lines.finish()), ...this.#builder.finish()];
  }
}

export async function* splitPieces(
  pieces: AsyncIterable<string>,
  split: SettledSplit,
  input: ReaderInput,
): AsyncGenerator<string[]> {
  const splitter = new TextSplitter(split, input);
  for await (const piece of pieces) {
    const documents = splitter.push(piece);
    if (documents.length > 0) yield documents;
  }
  yield splitter.finish();
}

/** Formats whose files are documents of their own: "auto" keeps them whole. */
export const documentSplit = (split: DocumentSplit): SettledSplit => (split === "auto" ? "file" : split);

export const textReader: FormatReader = {
  read: (input, { split }) => splitPieces(input.slices(), settleSplit(split, input.head), input),
};
