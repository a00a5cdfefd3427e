/**
 * `npm run bench -- dedup`: near-duplicates by MinHash. Recall: of pairs planted at similarity 0.8 (give or take what a
 * word changes) the share that ends in one group. Precision: of the documents called a duplicate the share that has a
 * similarity of at least 0.7, counted exactly, with another of its group; decoys at 0.3 to 0.6 are there to be mistaken. Seconds:
 * 100,000 documents of about 120 words, from text to groups, one thread.
 */
import { NearDuplicates, WordHashes } from "../../src/data/clean/index.ts";
import { printTable, round, shown } from "../support/print.ts";
import { planted } from "./planted.ts";

export const needs = {};

const documents = 100_000;
const pairs = 3000;
const seed = 4711;
/** The rule's default. */
const least = 0.7;
const tolerance = 0.02;

export async function run(): Promise<Record<string, number>> {
  const { documents: texts, atTarget, similarityOf } = planted(documents, pairs, seed);
  const near = new NearDuplicates();
  const hashes = new WordHashes();
  const began = performance.now();
  for (const text of texts) near.add(hashes.read(text).values);
  const signed = performance.now();
  const { first } = near.group(least);
  const ended = performance.now();

  const exactly = atTarget.filter(({ similarity }) => Math.abs(similarity - 0.8) <= tolerance);
  const found = exactly.filter((pair) => first[pair.first] === first[pair.second]).length;
  const called: number[] = [];
  first.forEach((of, document) => {
    if (of !== document) called.push(document);
  });
  const groups = new Map<number, number[]>();
  first.forEach((of, document) => void groups.set(of, [...(groups.get(of) ?? []), document]));
  const right = called.filter((document) =>
    groups.get(first[document]!)!.some((other) => other !== document && similarityOf(document, other) >= least),
  ).length;

  const recall = found / exactly.length;
  const precision = right / called.length;
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  printTable(
    `${texts.length} documents, ${shown(characters / 1e6)} MB, ${exactly.length} pairs at 0.80 ± ${tolerance}, ${pairs} decoys, seed ${seed}`,
    ["measure", "value"],
    [
      ["pairs found", `${found}`],
      ["recall at 0.8", shown(recall, 4)],
      ["recall expected of 14 bands of 8", shown(1 - (1 - 0.8 ** 8) ** 14, 4)],
      ["documents called duplicates", `${called.length}`],
      ["precision", shown(precision, 4)],
      ["seconds, signatures", shown((signed - began) / 1000)],
      ["seconds, groups", shown((ended - signed) / 1000)],
    ],
  );
  return Promise.resolve({
    recall_at_0_8: round(recall, 4),
    precision: round(precision, 4),
    seconds_100k: round((ended - began) / 1000),
  });
}
