/** Where sentences end in a token stream, for the three kinds of vocabulary; pairs that are the same on resume. */
import { expect, test } from "vitest";
import { pairBlocks, sentenceMarks } from "../../../src/data/index.ts";
import { sentencesOf } from "../../../src/data/pack/sentence-borders.ts";
import { special } from "../../support/tiny-bert.ts";

/** A vocabulary of five special tokens and the pieces, as each kind of tokenizer.json writes it. */
function vocabulary(kind: "WordPiece" | "BPE" | "Unigram", pieces: readonly string[]): Record<string, string> {
  const all = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...pieces];
  const vocab = kind === "Unigram" ? all.map((piece) => [piece, 0]) : Object.fromEntries(all.map((p, i) => [p, i]));
  const pre_tokenizer = kind === "BPE" ? { type: "ByteLevel" } : { type: "Whitespace" };
  return { "tokenizer.json": JSON.stringify({ model: { type: kind, vocab }, pre_tokenizer, added_tokens: [] }) };
}
const kinds = {
  WordPiece: ["The", "dose", "was", "3", ".", "5", "g", "e", '"', "It", "helped", "?", ")"],
  BPE: ["The", "Ġdose", "Ġwas", "Ġ3", ".", "5", "Ġg", "e", '"', "ĠIt", "Ġhelped", "?", ")"],
  Unigram: ["▁The", "▁dose", "▁was", "▁3", ".", "5", "▁g", "▁e", '"', "▁It", "▁helped", "?", ")"],
} as const;
// The dose was 3.5 g. | It helped ?) | (e.g. dose).
const text = [0, 1, 2, 3, 4, 5, 6, 4, 1, 4, 9, 10, 11, 12, 7, 4, 6, 4, 1];

test.each(Object.entries(kinds))(
  "%s: sentences end at marks, not in numbers or after single letters",
  (kind, pieces) => {
    const marks = sentenceMarks(vocabulary(kind as keyof typeof kinds, pieces));
    const tokens = Int32Array.from([special.start, ...text.map((i) => i + 5), special.end]);
    const stream = { tokens, documents: Uint32Array.of(0, tokens.length) };
    const found = sentencesOf(stream, marks, 50, special);
    // "g." is a single letter: the sentence goes on to "dose."; "?)" closes the next; "e.g." does not end the last.
    expect([...found.starts]).toEqual([1, 11, 15]);
    expect([...found.ends]).toEqual([11, 15, 20]);
  },
);

test("a stretch without any mark is cut between words, so that none of it is lost", () => {
  const tokens = Int32Array.from({ length: 100 }, (_, i) => (i % 3 === 2 ? ~9 : 9));
  const stream = { tokens, documents: Uint32Array.of(0, 100) };
  const { starts, ends } = sentencesOf(stream, new Uint8Array(10), 10, special);
  expect([...starts]).toEqual([0, ...[...ends].slice(0, -1)]);
  expect(ends.at(-1)).toBe(100);
  for (const start of starts) expect(tokens[start]).toBe(9);
  expect(Math.max(...[...ends].map((end, i) => end - starts[i]!))).toBeLessThanOrEqual(11);
});

test("a pair is the same whichever was asked for before it, in later epochs too", () => {
  const tokens = Int32Array.from({ length: 400 }, (_, i) => 10 + i);
  const stream = { tokens, documents: Uint32Array.from({ length: 11 }, (_, d) => 40 * d) };
  const marks = Uint8Array.from({ length: 410 }, (_, id) => (id % 8 === 0 ? 1 : 0));
  const settings = { T: 24, seed: 3, kind: "nsp", special, separators: 2, marks } as const;
  const whole = pairBlocks(stream, settings);
  const late = Array.from({ length: 200 }, (_, i) => [...whole.block(i).ids, whole.pair(i).label]);
  const resumed = pairBlocks(stream, settings);
  for (const i of [170, 3, 60, 199]) expect([...resumed.block(i).ids, resumed.pair(i).label]).toEqual(late[i]);
  expect(whole.pair(199).epoch).toBeGreaterThan(2);
});
