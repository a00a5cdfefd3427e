/**
 * Trains the bundled model's vocabulary on a corpus and writes tokenizer.json and
 * tokenizer_config.json. Only the vocabulary leaves this module, never text.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatCount } from "../../src/base/index.ts";
import {
  bertSpecialTokens,
  bertTokenizerConfigJson,
  bertTokenizerJson,
} from "../../src/data/tokenize/bert-tokenizer-json.ts";
import { countWords, runTrainer, trainWordPiece, WordCounts } from "../../src/data/tokenize/train/index.ts";
import { findCorpora, readLines } from "./corpus.ts";

/** 8192 pieces: the embedding table of a 128-wide model stays at 1 M numbers. */
export const vocabularySize = 8192;
/** Printable ASCII and Greek always: other people's text has signs that general English has not. */
const initialAlphabet =
  "!\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~αβγδεζηθικλμνξοπρστυφχψω";
const alphabetSize = 140;
const minFrequency = 2;

export async function makeVocabulary(
  corpusFolders: readonly string[],
  outFolder: string,
  positions: number,
): Promise<string[]> {
  const started = Date.now();
  const counts = new WordCounts();
  const uncased = JSON.parse(bertTokenizerJson(bertSpecialTokens, false)) as object;
  for (const file of findCorpora(corpusFolders).train)
    for await (const lines of readLines(file)) countWords(lines, uncased, counts);
  const counted = Date.now();
  console.log(
    `${formatCount(counts.total)} words and signs, ${formatCount(counts.size)} distinct, in ${(counted - started) / 1000} s`,
  );
  const vocabulary = runTrainer(
    trainWordPiece(counts, {
      vocabularySize,
      minFrequency,
      limitAlphabet: alphabetSize,
      initialAlphabet,
      specialTokens: bertSpecialTokens,
    }),
  );
  console.log(`${vocabulary.length} pieces in ${(Date.now() - counted) / 1000} s`);
  mkdirSync(outFolder, { recursive: true });
  writeFileSync(join(outFolder, "tokenizer.json"), bertTokenizerJson(vocabulary));
  writeFileSync(join(outFolder, "tokenizer_config.json"), bertTokenizerConfigJson(positions));
  return vocabulary;
}
