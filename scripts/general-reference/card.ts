/** README.md of the table of general English: what it holds, how it was made, whose texts were counted. */
import { formatCount } from "../../src/base/index.ts";
import type { GeneralReferenceFile } from "../../src/data/index.ts";
import type { CorpusSource } from "../pretrain/sources.ts";

export interface CardInput {
  reference: GeneralReferenceFile;
  sources: CorpusSource[];
  least: number;
  drawnWords: number;
  bytes: number;
}

export function writeCard({ reference, sources, least, drawnWords, bytes }: CardInput): string {
  const vocabulary = Object.values(reference.vocabulary).reduce((sum, words) => sum + words.split(" ").length, 0);
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const commit = (text: string): string => text.replace(/\b([0-9a-f]{12})[0-9a-f]{28}\b/g, "$1");
  return [
    "# General English in counts",
    "",
    "What the Corpus step compares a text with. Made by `scripts/general-reference` from the texts listed below; the",
    "file holds counts only: no sentence, and nothing of the order in which words stood.",
    "",
    "| | |",
    "| --- | --- |",
    `| Counted | ${formatCount(reference.words)} words |`,
    `| Words in the table | ${formatCount(vocabulary)}, seen at least ${least} times, lower-cased; counts to an eighth of an octave |`,
    `| Words below it | ${formatCount(reference.rare.words)} different ones, ${formatCount(reference.rare.tokens)} in all, not listed |`,
    `| Hashed 1-2-grams | 10,000 buckets (src/data/report/ngram-buckets.ts), ${formatCount(reference.grams)} n-grams |`,
    ...Object.values(reference.fertility).map(
      ({ name, value, words }) => `| Tokens a word, ${name} | ${value} (on ${formatCount(words)} words) |`,
    ),
    `| For other tokenizers | ${formatCount(drawnWords)} single words drawn at random, in alphabetical order |`,
    `| Size | ${formatCount(bytes)} bytes |`,
    "",
    "A third of the words is fiction from before 1930 and another third an encyclopedia of 2019; there are no chats, no",
    "reviews and little news. “General” means this.",
    "",
    "## Licence",
    "",
    "Counts are facts about these texts, and part of this project (Apache-2.0). The texts themselves are not here. Thanks",
    "to their authors; licences are given as the sources state them, Wikipedia's text is by its contributors.",
    "",
    "| source | revision | licence as stated | kind | words |",
    "| --- | --- | --- | --- | --- |",
    ...sources.map(
      (one) =>
        `| ${cell(one.repository)} | ${cell(commit(one.commit))} | ${cell(one.licence)} | ${one.kind} | ${formatCount(one.words)} |`,
    ),
    "",
  ].join("\n");
}
