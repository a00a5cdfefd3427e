import { expect, test } from "vitest";
import { SentenceCounts, sentencesOf } from "../../../../src/data/clean/duplicates/sentence-counts.ts";

const footer = "All of these rights are reserved.";
const pages = (name: string): string[] => [
  `This page has the name ${name}. ${footer}`,
  `This page has the name ${name}.`,
];
/** Numbers count as equal, so names are of letters. */
const nameOf = (i: number): string => [...String(i)].map((digit) => "abcdefghij"[Number(digit)]).join("");

test("a text in which everything stands twice keeps to its bound, and what is frequent stays", () => {
  const most = 500;
  const counts = new SentenceCounts(most);
  const documents = 5000;
  let pruned = 0;
  for (let i = 0; i < documents; i++)
    for (const page of pages(nameOf(i))) {
      const before = counts.size;
      counts.add(sentencesOf(page));
      if (counts.size < before) pruned++;
      expect(counts.size).toBeLessThanOrEqual(most);
    }
  expect(counts.pruned).toBe(true);
  expect(counts.count(sentencesOf(footer)[0]!.key)).toBe(documents);
  // Each time half of the table goes: not once a document.
  expect(pruned).toBeLessThanOrEqual(documents / (most / 2));
});

test("a sentence counts once a document", () => {
  const counts = new SentenceCounts();
  counts.add(sentencesOf(`${footer} ${footer}`));
  counts.add(sentencesOf(footer));
  expect([counts.count(sentencesOf(footer)[0]!.key), counts.pruned]).toEqual([2, false]);
});
