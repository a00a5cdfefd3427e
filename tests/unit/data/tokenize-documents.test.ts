import { describe, expect, it } from "vitest";
import { tokenizeDocuments, type Side, type TokenizeResult } from "../../../src/data/index.ts";
import { tinyTokenizer } from "./tokenizers.ts";

const tokenizer = await tinyTokenizer("bert");
const { start, end, unknown } = tokenizer.special;

/** A mark on a piece that continues a word is the id's complement. */
const plain = (id: number): number => (id < 0 ? ~id : id);

interface Run {
  result: TokenizeResult;
  /** Documents of each side, as ids. */
  sides: Record<Side, number[][]>;
  chunks: number;
}
async function run(documents: Iterable<string>, heldOutShare = 0.1, seed = 42): Promise<Run> {
  const sides: Record<Side, number[][]> = { train: [], heldOut: [] };
  let chunks = 0;
  const result = await tokenizeDocuments(documents, tokenizer, { heldOutShare, seed }, (side, ids, lengths) => {
    chunks++;
    let at = 0;
    for (const length of lengths) sides[side].push(Array.from(ids.subarray(at, (at += length)), plain));
    expect(at).toBe(ids.length);
  });
  for (const side of ["train", "heldOut"] as const) {
    expect(result[side].documents).toBe(sides[side].length);
    expect(result[side].tokens).toBe(sides[side].flat().length);
  }
  return { result, sides, chunks };
}
const texts = (count: number): string[] => Array.from({ length: count }, (_, i) => `the pump no. ${i} leaks`);

describe("document = start, pieces, end", () => {
  it("in order, and every document on exactly one side", async () => {
    const { sides } = await run(texts(300));
    const expected = texts(300).map((text) => [start, ...tokenizer.encode(text), end].join());
    expect([...sides.train, ...sides.heldOut].map((ids) => ids.join()).sort()).toEqual([...expected].sort());
    const order = sides.train.map((ids) => expected.indexOf(ids.join()));
    // All but the one document that was held back at the start are in the order of the corpus.
    expect(order.filter((place, i) => i > 0 && place < order[i - 1]!).length).toBeLessThanOrEqual(1);
  });
  it("marks the pieces that continue a word, as the encoder numbers words", async () => {
    const text = "the pumphouse leaks, unbelievably";
    const ids: number[] = [];
    await tokenizeDocuments([text], tokenizer, { heldOutShare: 0, seed: 1 }, (_, chunk) => void ids.push(...chunk));
    const { words } = tokenizer.encodeWithPlaces(text)!;
    const inner = ids.filter((id) => plain(id) !== start && plain(id) !== end);
    expect(inner.some((id) => id < 0)).toBe(true);
    expect(inner.map((id) => id < 0)).toEqual(Array.from(words, (word, i) => i > 0 && words[i - 1] === word));
  });
  it("counts unknown tokens", async () => {
    const { result, sides } = await run(["pump ☃ ☃", "valve", "filter 漢"]);
    expect(result.unknownTokens).toBe(3);
    expect([...sides.train, ...sides.heldOut].flat().filter((id) => id === unknown)).toHaveLength(3);
  });
  it("large corpora come in chunks", async () => {
    const { chunks, result } = await run(
      Array.from({ length: 600 }, (_, i) => `${i} ` + "pump valve ".repeat(500)),
      0.2,
    );
    expect(result.train.tokens).toBeGreaterThan(450_000);
    expect(chunks).toBe(3); // at most 262,144 tokens each: two for training, one held out
  });
});

describe("the held-out side", () => {
  it("has about its share, and the same documents for the same seed", async () => {
    const first = await run(texts(4000), 0.1, 5);
    const again = await run(texts(4000), 0.1, 5);
    const other = await run(texts(4000), 0.1, 6);
    // Binomial with n 4000, p 0.1: mean 400, sd 19; five sd either way.
    expect(Math.abs(first.result.heldOut.documents - 400)).toBeLessThan(95);
    expect(again.sides.heldOut).toEqual(first.sides.heldOut);
    expect(other.sides.heldOut).not.toEqual(first.sides.heldOut);
  });
  it("equal documents are on one side: no leak through duplicates", async () => {
    const { sides } = await run([...texts(500), ...texts(500), ...texts(100)], 0.3);
    const train = new Set(sides.train.map((ids) => ids.join()));
    expect(sides.heldOut.filter((ids) => train.has(ids.join()))).toEqual([]);
    expect(sides.train.length + sides.heldOut.length).toBe(1100);
  });
  it("more files later move nothing", async () => {
    const before = await run(texts(200), 0.2);
    const after = await run(texts(400), 0.2);
    const held = new Set(after.sides.heldOut.map((ids) => ids.join()));
    expect(before.sides.heldOut.every((ids) => held.has(ids.join()))).toBe(true);
  });
  it.each([2, 3, 5, 10])("%i documents: at least one on each side, whatever the seed", async (count) => {
    for (let seed = 0; seed < 30; seed++)
      for (const share of [0.005, 0.5]) {
        const { result } = await run(texts(count), share, seed);
        expect(Math.min(result.train.documents, result.heldOut.documents)).toBeGreaterThan(0);
        expect(result.train.documents + result.heldOut.documents).toBe(count);
      }
  });
  it("copies of the document that is held back stay together", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { sides } = await run(["pump", "pump", "valve", "pump"], 0.01, seed);
      const [small, large] = [sides.train, sides.heldOut].sort((a, b) => a.length - b.length) as [
        number[][],
        number[][],
      ];
      expect([small.length, large.length]).toEqual([1, 3]);
    }
  });
});

it("says when the held-out share is far from what was asked", async () => {
  const far = await run(["pump", "valve ".repeat(50), "filter"], 0.05, 1);
  const share = far.result.heldOut.tokens / (far.result.heldOut.tokens + far.result.train.tokens);
  expect(share > 0.12 || share < 0.0125).toBe(far.result.notices.length === 1);
  const two = await run(["pump valve", "filter gauge"], 0.05);
  expect(two.result.notices).toEqual([
    "50 % of the tokens are held out instead of 5 %: whole documents are kept together, and there are only 2. " +
      "Another seed, or reading the files by paragraphs or lines, changes that.",
  ]);
  expect((await run(texts(2000), 0.05)).result.notices).toEqual([]);
});

describe("a single document", () => {
  it("is cut at a sentence's end, and a notice says so", async () => {
    const text = Array.from({ length: 100 }, (_, i) => `The pump no. ${i} leaks.`).join(" ");
    const { result, sides } = await run([text], 0.1);
    expect([result.train.documents, result.heldOut.documents]).toEqual([1, 1]);
    const [train, heldOut] = [sides.train[0]!, sides.heldOut[0]!];
    expect([train[0], train.at(-1), heldOut[0], heldOut.at(-1)]).toEqual([start, end, start, end]);
    expect([...train.slice(1, -1), ...heldOut.slice(1, -1)]).toEqual(tokenizer.encode(text));
    expect(tokenizer.decode(train.slice(-2, -1))).toBe(".");
    expect(Math.abs(heldOut.length / (train.length + heldOut.length) - 0.1)).toBeLessThan(0.02);
    expect(result.notices).toHaveLength(1);
    expect(result.notices[0]).toContain(`${heldOut.length} of ${train.length + heldOut.length} tokens`);
  });
  it("prefers a paragraph's end; without any blank it is trained on whole", async () => {
    const { sides } = await run(["pump valve filter pump valve\nfilter gauge cable pump"], 0.5);
    expect(sides.train[0]).toEqual([start, ...tokenizer.encode("pump valve filter pump valve"), end]);
    const single = await run(["pump"], 0.5);
    expect([single.result.train.documents, single.result.heldOut.documents]).toEqual([1, 0]);
  });
});

describe("nothing to train on, or no wish to", () => {
  it("no documents; documents without a token", async () => {
    await expect(run([])).rejects.toMatchObject({ code: "data/no-text" });
    await expect(run(["\u200b", "\u0007"])).rejects.toMatchObject({ code: "data/no-text", details: { documents: 2 } });
    const { result } = await run(["\u200b", "pump", "valve"]);
    expect(result.notices.at(-1)).toContain("1 documents");
  });
  it("a stop is heard, also when the documents come without a pause", async () => {
    const stop = new AbortController();
    function* endless(): Generator<string> {
      for (let i = 0; ; i++) yield `pump ${i}`;
    }
    setTimeout(() => stop.abort(), 50);
    const running = tokenizeDocuments(
      endless(),
      tokenizer,
      { heldOutShare: 0.1, seed: 1 },
      () => undefined,
      undefined,
      stop.signal,
    );
    await expect(running).rejects.toMatchObject({ code: "base/aborted" });
  });
});
