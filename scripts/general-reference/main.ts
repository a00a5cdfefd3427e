/**
 * Makes public/reference: general English as counts, from the openly licensed texts that also made the
 * bundled model. `node scripts/run-ts.mjs scripts/general-reference/main.ts [CORPUS] [TOKENIZER_FOLDER ...]`
 * Counts only: neither a sentence nor the order of words is in the file.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { random } from "../../src/base/index.ts";
import {
  createTokenizer,
  encodeBuckets,
  TextProfiler,
  WORD_STEPS,
  type GeneralReferenceFile,
  type Tokenizer,
} from "../../src/data/index.ts";
import { findCorpus, readLines } from "../pretrain/corpus.ts";
import { readSources } from "../pretrain/sources.ts";
import { writeCard } from "./card.ts";

/** Words in the table: with these the file stays below 300 kB. */
const tableWords = 20_000;
/** Running words drawn for tokenizers that were not measured: 0.8 % standard error. */
const drawnWords = 12_000;
/** Fertility is measured on every so-manieth paragraph. */
const measureEvery = 25;
/** Held at once while counting: everything, so that nothing is approximate here. */
const formsHeld = 3_000_000;
const seed = 3;

const [, , corpus = "../shared/data/corpus-general-large", ...tokenizerFolders] = process.argv;
const out = "public/reference";
const bundled = "public/models/base";

async function openFolder(folder: string): Promise<{ name: string; tokenizer: Tokenizer }> {
  const text = (name: string): string => readFileSync(join(folder, name), "utf8");
  // Which ids are special plays no part in counting pieces.
  const special = { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 };
  const files = { "tokenizer.json": text("tokenizer.json"), "tokenizer_config.json": text("tokenizer_config.json") };
  const name = folder === bundled ? "Unmask base" : folder.split("/").at(-1)!.replace(/^tok-/, "");
  return { name, tokenizer: await createTokenizer(files, special) };
}

const files = findCorpus(corpus);
const sources = readSources(corpus);
const tokenizers = await Promise.all([bundled, ...tokenizerFolders].map(openFolder));
const measured = tokenizers.map(() => ({ words: 0, tokens: 0 }));
const profiler = new TextProfiler(formsHeld);
const draw = random(seed, 1);
const drawn: string[] = [];
let [paragraphs, seenWords] = [0, 0];

for (const file of files.train) {
  for await (const lines of readLines(file)) {
    for (const line of lines) {
      if (line === "") continue;
      profiler.add(line);
      const words = line.trim().split(/\s+/);
      for (const word of words) {
        // Reservoir sampling (Vitter 1985, algorithm R): every running word has the same chance.
        if (drawn.length < drawnWords) drawn.push(word);
        else {
          const at = draw.below(seenWords + 1);
          if (at < drawnWords) drawn[at] = word;
        }
        seenWords++;
      }
      if (paragraphs++ % measureEvery !== 0) continue;
      tokenizers.forEach(({ tokenizer }, i) => {
        measured[i]!.words += words.length;
        measured[i]!.tokens += tokenizer.encode(line).length;
      });
    }
  }
  console.log(`${file.split("/").at(-1)}: ${seenWords.toLocaleString("en")} words so far`);
}

const profile = profiler.profile();
const table = profile.vocabulary.slice(0, tableWords);
const below = profile.vocabulary.slice(tableWords);
const reference: GeneralReferenceFile = {
  version: 1,
  words: profile.words,
  wordTokens: profile.wordTokens,
  grams: profile.grams,
  rare: { words: below.length, tokens: below.reduce((sum, { count }) => sum + count, 0) },
  vocabulary: grouped(table.map(({ word, count }) => [word, Math.round(Math.log2(count) * WORD_STEPS)])),
  buckets: encodeBuckets(profile.buckets),
  fertility: Object.fromEntries(
    tokenizers.map(({ name, tokenizer }, i) => {
      const { words, tokens } = measured[i]!;
      return [tokenizer.id, { name, value: Number((tokens / words).toFixed(4)), words }];
    }),
  ),
  drawn: grouped([...countOf(drawn)]),
};

mkdirSync(out, { recursive: true });
const text = `${JSON.stringify(reference)}\n`;
writeFileSync(join(out, "general-english.json"), text);
const least = table.at(-1)?.count ?? 0;
writeFileSync(
  join(out, "README.md"),
  writeCard({ reference, sources, least, drawnWords, bytes: Buffer.byteLength(text) }),
);
console.log(`${Buffer.byteLength(text).toLocaleString("en")} bytes; rarest word of the table: ${least} times`);
console.table(reference.fertility);

function countOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Number -> its words in alphabetical order: nothing is left of the order in which they stood. */
function grouped(pairs: readonly [string, number][]): Record<string, string> {
  const groups = new Map<number, string[]>();
  for (const [word, level] of pairs) groups.set(level, [...(groups.get(level) ?? []), word]);
  return Object.fromEntries([...groups].map(([level, words]) => [level, words.sort().join(" ")]));
}
