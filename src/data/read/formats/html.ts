/** Web pages to text. Markup is parsed as browsers forgive it; nothing is run, fetched or shown. */
import { Parser } from "htmlparser2";
import { UnmaskError } from "../../../base/index.ts";
import type { FormatReader, ReaderInput } from "../reader.ts";
import { MarkupStretch } from "./endless-markup.ts";
import { MarkupText, type MarkupRules } from "./markup-text.ts";
import { documentSplit, splitPieces } from "./text.ts";

const names = (list: string): ReadonlySet<string> => new Set(list.split(" "));

export const htmlRules: MarkupRules = {
  blocks: names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table tbody tfoot thead title tr ul",
  ),
  breaks: names("br"),
  hidden: names(
    "script style noscript template svg math canvas iframe object embed select textarea button audio video",
  ),
  verbatim: names("pre"),
};
const cells = names("td th");

/** One page as pieces of text. @throws data/too-deep, data/endless-markup */
export async function* htmlText(slices: AsyncIterable<string>, maxDepth: number): AsyncGenerator<string> {
  const text = new MarkupText(htmlRules, maxDepth);
  const stretch = new MarkupStretch();
  const parser = new Parser(
    {
      onopentagname: (name) => {
        stretch.came();
        text.open(name);
        if (cells.has(name)) text.gap(1);
      },
      ontext: (piece) => {
        stretch.came();
        text.text(piece);
      },
      onclosetag: (name) => text.close(name),
    },
    { decodeEntities: true },
  );
  for await (const slice of slices) {
    let stop: unknown;
    try {
      stretch.fed(slice);
      parser.write(slice);
    } catch (error) {
      stop = error; // what was read before it still counts
    }
    const piece = text.take();
    if (piece !== "") yield piece;
    if (stop !== undefined) throw stop;
  }
  parser.end();
  yield text.take();
}

/** Markup that cannot be read to its end: what came before it counts. */
const ends = new Set(["data/too-deep", "data/endless-markup"]);

/** Reads on to the place where it gets too deep or does not end, and says so. */
export async function* untilTooDeep(
  pieces: AsyncGenerator<string>,
  input: ReaderInput,
  place = "",
): AsyncGenerator<string> {
  try {
    yield* pieces;
  } catch (error) {
    if (!(error instanceof UnmaskError) || !ends.has(error.code)) throw error;
    input.skip(place, error.code, error.message);
  }
}

export const htmlReader: FormatReader = {
  read: (input, { split }) =>
    splitPieces(
      untilTooDeep(htmlText(input.slices(), input.limits.elementDepth.value), input),
      documentSplit(split),
      input,
    ),
};
