/**
 * SimCSE from pairs that share a text: they are not each other's negatives. Each row's loss is held against the losses of
 * batches of two rows, which tell every cosine over the temperature: log(1 + sum of (exp(two rows' loss) - 1)) over the
 * rows that share no text. Deviation: relative, of a row's loss.
 */
import { packLines, type TextPairs } from "../../src/data/index.ts";
import { readRecipe } from "../../src/contract/index.ts";
import { buildContrastiveForward, initialize, parametersOf } from "../../src/models/index.ts";
import type { Feed, Feeds } from "../../src/runtime/index.ts";
import { openObjective } from "../../src/training/index.ts";
import { native } from "../support/native.ts";
import { special, tinyBert } from "../support/tiny-bert.ts";
import type { MethodRow } from "./row.ts";

const config = tinyBert({ initializer_range: 0.3 });
const recipe = readRecipe({
  objective: "contrastive",
  positives: "pairs",
  batchSize: 5,
  blockLength: 8,
  temperature: 0.5,
});
const [N, T] = [recipe.batchSize, recipe.blockLength];
/** The first two share their first text, the third's second text is the fourth's first. */
const pairs = [
  [10, 20],
  [10, 21],
  [12, 22],
  [22, 23],
  [14, 24],
] as const;
/** Sums of a few float32 numbers in another order. */
const tolerance = 1e-4;

function blocksOf(side: 0 | 1): TextPairs["first"] {
  const tokens = pairs.flatMap((pair) => [special.start, pair[side], pair[side] + 1, special.end]);
  const documents = Uint32Array.from({ length: pairs.length + 1 }, (_, i) => 4 * i);
  return packLines({ tokens: Int32Array.from(tokens), documents }, T, special);
}

function drawn(): { feeds: Feeds; firsts: number[] } {
  const train = { first: blocksOf(0), second: blocksOf(1) };
  const plan = { config, special, recipe, train: train.first, heldOut: train.first, sentences: { train } };
  const feeds = openObjective(plan).batches(1).feeds[0]!;
  const ids = feeds.get("input_ids")!.data;
  return { feeds, firsts: Array.from({ length: N }, (_, row) => ids[row * T + 1] as number) };
}

/** The same of some rows alone. */
function rowsOf(feeds: Feeds, rows: readonly number[]): Feeds {
  const chosen = [...rows, ...rows.map((row) => N + row)];
  const some = new Map<string, Feed>();
  for (const [name, { type, shape, data }] of feeds) {
    if (name === "apart" || name === "labels" || name === "loss_weights") continue;
    const each = data.length / (2 * N);
    const kept = chosen.flatMap((row) => [...data.subarray(row * each, (row + 1) * each)]);
    const sizes = shape.length === 1 ? [kept.length] : [chosen.length, ...shape.slice(1)];
    if (type === "int32") some.set(name, { type, shape: sizes, data: Int32Array.from(kept) });
    else some.set(name, { type, shape: sizes, data: Float32Array.from(kept) });
  }
  some.set("labels", { type: "int32", shape: [rows.length], data: Int32Array.from(rows.keys()) });
  some.set("loss_weights", { type: "float32", shape: [rows.length], data: new Float32Array(rows.length).fill(1) });
  return some;
}

async function losses(feeds: Feeds, rows: number, apart: boolean): Promise<Float32Array> {
  const device = native();
  const { pooling, temperature } = recipe;
  const graph = buildContrastiveForward(config, { B: 2 * rows, T }, { padding: true, pooling, temperature, apart });
  const parameters = parametersOf(config, "kept-mlm");
  const program = await device.compile(graph.bytes);
  const weights = await device.upload(parameters, initialize(parameters, config, 5));
  const nll = (await program.run(weights, feeds, ["nll"])).get("nll") as Float32Array;
  await program.dispose();
  return nll;
}

async function deviation(apart: boolean): Promise<number> {
  const { feeds, firsts } = drawn();
  const textsOf = (row: number): readonly number[] => pairs.find(([first]) => first === firsts[row])!;
  // The first two pairs have the same first text: told apart by their second.
  const seconds = Array.from({ length: N }, (_, row) => feeds.get("input_ids")!.data[(N + row) * T + 1] as number);
  const shares = (i: number, j: number): boolean => {
    const [a, b] = [
      [textsOf(i)[0], seconds[i]],
      [textsOf(j)[0], seconds[j]],
    ];
    return a.some((text) => b.includes(text));
  };
  const all = apart ? feeds : rowsOf(feeds, [...Array(N).keys()]);
  const found = await losses(all, N, apart);
  let worst = 0;
  for (let i = 0; i < N; i++) {
    let others = 0;
    for (let j = 0; j < N; j++)
      if (j !== i && !shares(i, j)) others += Math.exp((await losses(rowsOf(feeds, [i, j]), 2, false))[0]!) - 1;
    const expected = Math.log1p(others);
    worst = Math.max(worst, Math.abs(found[i]! - expected) / expected);
  }
  return worst;
}

export const sharedTextRows: MethodRow[] = [
  {
    method: "SimCSE: pairs that share a text are no negatives",
    oracle: "the losses of batches of two rows",
    tolerance,
    deviation: () => deviation(true),
    withoutIt: () => deviation(false),
  },
];
