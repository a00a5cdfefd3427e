/**
 * Documents to a tokenizer: counts the words as the tokenizer-to-be will see them, learns the pieces, writes the
 * files, and looks at how the result cuts. Streams the text; what stays in memory is the count of words.
 */
import { UnmaskError } from "../../../base/index.ts";
import type { ModelFiles, SpecialTokens, StoredTokenizer, TokenizerSettings } from "../../../contract/index.ts";
import { breather } from "../../stop.ts";
import { bertSpecialTokens } from "../bert-tokenizer-json.ts";
import { byteLevelText } from "../byte-level.ts";
import { createEncoder, type Encoder } from "../encoder/encoder.ts";
import { textOf, trainByteBpe } from "./byte-bpe.ts";
import { robertaSpecialTokens, specialOf, trainedFiles, untrained, type Learnt } from "./trained-files.ts";
import { trainWithBreath, type Trainer, type TrainerProgress } from "./trainer.ts";
import { trainUnigram } from "./unigram.ts";
import { WordCounts } from "./word-counts.ts";
import { trainWordPiece } from "./wordpiece.ts";

export interface TrainedTokenizer extends Pick<
  StoredTokenizer,
  "size" | "words" | "tokensPerWord" | "examples" | "notices"
> {
  files: ModelFiles;
  special: SpecialTokens;
}

/** Rounds of expectation and maximisation between two prunings, as in SentencePiece. */
const rounds = 2;
const exampleWords = 8;
const exampleLength = 7;

/** Counts words as a tokenizer.json's normaliser and pre-tokenizer make them. */
export function countWords(texts: Iterable<string>, json: object, counts = new WordCounts()): WordCounts {
  const encoder = openEncoder(json);
  for (const text of texts) countInto(encoder, text, counts);
  return counts;
}

/** @throws data/vocabulary-too-small */
export function* learn(counts: WordCounts, settings: TokenizerSettings): Trainer<Learnt> {
  const { vocabularySize, minFrequency } = settings;
  switch (settings.kind) {
    case "wordpiece":
      return {
        kind: "wordpiece",
        pieces: yield* trainWordPiece(counts, {
          vocabularySize,
          minFrequency,
          limitAlphabet: settings.alphabetSize,
          specialTokens: bertSpecialTokens,
        }),
      };
    case "bpe":
      return {
        kind: "bpe",
        bpe: yield* trainByteBpe(counts, { vocabularySize, minFrequency, specialTokens: robertaSpecialTokens }),
      };
    case "unigram": {
      const { seedSize, longestPiece, shrink } = settings;
      const specialTokens = robertaSpecialTokens;
      const options = { vocabularySize, specialTokens, seedSize, longestPiece, shrink, rounds };
      return { kind: "unigram", pieces: yield* trainUnigram(counts, options) };
    }
  }
}

/**
 * @param onProgress documents read, then steps of learning
 * @throws data/no-text, data/vocabulary-too-small; base/aborted when stopped
 */
export async function trainTokenizer(
  documents: AsyncIterable<string> | Iterable<string>,
  settings: TokenizerSettings,
  onProgress: (progress: TrainerProgress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<TrainedTokenizer> {
  const breathe = breather(signal);
  const counts = new WordCounts();
  const counter = openEncoder(untrained(settings.kind, settings));
  let done = 0;
  for await (const document of documents) {
    countInto(counter, document, counts);
    done++;
    const pause = breathe();
    if (pause === undefined) continue;
    onProgress({ phase: "counting words", done, total: 0 });
    await pause;
  }
  if (counts.size === 0)
    throw new UnmaskError(
      "data/no-text",
      "A tokenizer is learnt from words, but this text has none.",
      "Choose another text.",
    );
  const learnt = await trainWithBreath(learn(counts, settings), breathe, onProgress);
  const files = trainedFiles(learnt, settings);
  return { files, special: specialOf(learnt.kind), ...lookAt(files, learnt, counts, settings.vocabularySize) };
}

function openEncoder(json: object): Encoder {
  const encoder = createEncoder(json);
  if ("missing" in encoder) throw new UnmaskError("data/internal", `Our own tokenizer is unknown: ${encoder.missing}.`);
  return encoder;
}

function countInto(encoder: Encoder, text: string, counts: WordCounts): void {
  encoder.eachWord(text, (chars, start, end) => counts.add(chars, start, end));
}

/** How the new tokenizer cuts the very words it was learnt from. */
function lookAt(
  files: ModelFiles,
  learnt: Learnt,
  counts: WordCounts,
  asked: number,
): Pick<TrainedTokenizer, "size" | "words" | "tokensPerWord" | "examples" | "notices"> {
  const encoder = openEncoder(JSON.parse(files["tokenizer.json"]!) as object);
  const pieces =
    learnt.kind === "unigram"
      ? learnt.pieces.map(([piece]) => piece)
      : learnt.kind === "bpe"
        ? learnt.bpe.pieces
        : learnt.pieces;
  let [words, tokens] = [0, 0];
  const examples: StoredTokenizer["examples"] = [];
  for (const entry of counts.entries()) {
    const chars = counts.chars(entry);
    const ids = encoder.cutWord(chars);
    words += counts.count(entry);
    tokens += ids.length * counts.count(entry);
    if (examples.length < exampleWords && ids.length > 1 && chars.length >= exampleLength)
      examples.push({
        word: textOf(chars).replace(/^[ ▁]/, ""),
        pieces: Array.from(ids, (id) => (learnt.kind === "bpe" ? byteLevelText(pieces[id]!) : pieces[id]!)),
      });
  }
  const notices: string[] = [];
  if (pieces.length < asked)
    notices.push(
      `The text gave ${pieces.length} pieces instead of the ${asked} asked for: nothing more occurs often enough.`,
    );
  if (counts.forgotten > 0)
    notices.push(
      `The text has more different words than fit into memory: the rarest, ${((100 * counts.forgotten) / counts.total).toFixed(1)} % of all occurrences, were not counted.`,
    );
  return { size: pieces.length, words, tokensPerWord: tokens / words, examples, notices };
}
