import { describe, expect, it } from "vitest";
import { encodeBatch, tokenizeDocuments, type EncodeLane, type Side } from "../../../src/data/index.ts";
import { random } from "../../../src/base/index.ts";
import { OrderedPool } from "../../../src/data/tokenize/ordered-pool.ts";
import { laneCount } from "../../../workers/data/tokenize-lanes.ts";
import { tinyTokenizer } from "./tokenizers.ts";

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("the ordered pool", () => {
  it("gives answers in the order of the questions, whatever lane is faster", async () => {
    const taken: number[] = [];
    let [working, most] = [0, 0];
    const lane = async (n: number): Promise<number> => {
      most = Math.max(most, ++working);
      await wait((n * 7) % 5);
      working--;
      return n * n;
    };
    const pool = new OrderedPool<number, number>([lane, lane, lane], async (answer, n) => {
      await wait(1);
      expect(answer).toBe(n * n);
      taken.push(n);
    });
    for (let n = 0; n < 40; n++) await pool.ask(n);
    await pool.finish();
    expect(taken).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(6); // two a lane: memory is bounded
  });
  it("a lane's failure comes out in its turn", async () => {
    const pool = new OrderedPool<number, number>([(n) => (n === 1 ? Promise.reject(new Error("lane")) : n)], () =>
      Promise.resolve(),
    );
    await expect(
      (async () => {
        for (let n = 0; n < 4; n++) await pool.ask(n);
        await pool.finish();
      })(),
    ).rejects.toThrow("lane");
  });
});

it("three lanes give the streams of one", async () => {
  const tokenizer = await tinyTokenizer("bert");
  const source = random(11);
  const words = ["pump", "valve", "leaks", "☃", "the", "restarts", "cellar"];
  const documents = Array.from({ length: 3000 }, () =>
    Array.from({ length: 1 + source.below(60) }, () => words[source.below(words.length)]!).join(" "),
  );
  const run = async (lanes?: EncodeLane[]): Promise<object> => {
    const sides: Record<Side, number[]> = { train: [], heldOut: [] };
    const seen: number[] = [];
    const result = await tokenizeDocuments(
      documents,
      tokenizer,
      { heldOutShare: 0.1, seed: 3 },
      (side, ids, lengths) => void sides[side].push(...lengths, ...ids.slice(0, 50)),
      (done) => seen.push(done),
      undefined,
      lanes,
    );
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(3000);
    return { sides, result };
  };
  const lane: EncodeLane = async (texts) => {
    await wait(source.below(4));
    return encodeBatch(tokenizer, texts);
  };
  expect(await run([lane, lane, lane])).toEqual(await run());
});

it("a text without a token has length 0", async () => {
  const tokenizer = await tinyTokenizer("bert");
  const { start, end } = tokenizer.special;
  const { ids, lengths } = encodeBatch(tokenizer, ["\u0007", "x", ""]);
  expect([...lengths]).toEqual([0, 3, 0]);
  expect([...ids]).toEqual([start, ...tokenizer.encode("x"), end]);
});

it("threads: none for small corpora, one core left to the page and one to storage, four at most", () => {
  expect([laneCount(8, 1e6), laneCount(2, 1e8), laneCount(4, 1e8), laneCount(64, 1e8)]).toEqual([0, 1, 2, 4]);
});
