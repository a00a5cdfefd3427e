/** Ten updates over documents of very different lengths, one a block, by each way of dealing with their padding. */
import { random } from "../../src/base/index.ts";
import { defaultRecipe, type Recipe } from "../../src/contract/index.ts";
import {
  packBlocks,
  pairBlocks,
  type BlockIndex,
  type PairBlocks,
  type TextPairs,
  type TokenStream,
} from "../../src/data/index.ts";
import { initialize, parametersOf } from "../../src/models/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { openObjective, RecipeTrainer, taskObjective, type TaskData } from "../../src/training/index.ts";
import { special, tinyBert } from "./tiny-bert.ts";

const config = tinyBert({ num_hidden_layers: 2, max_position_embeddings: 64 });
const seed = 17;
const updates = 10;

export const bucketRecipe = (lengthBuckets: Recipe["lengthBuckets"]): Recipe => ({
  ...defaultRecipe(),
  packing: "lines",
  lengthBuckets,
  batchSize: 3,
  accumulation: 2,
  blockLength: 64,
  learningRate: 0.01,
});

/** 90 documents of 4 to 64 tokens, most of them short. */
function stream(): TokenStream {
  const source = random(seed);
  const [tokens, borders]: [number[], number[]] = [[], [0]];
  for (let d = 0; d < 90; d++) {
    const length = 2 + Math.floor(60 * source.next() ** 3);
    tokens.push(2, ...Array.from({ length }, () => 5 + source.below(55)), 3);
    borders.push(tokens.length);
  }
  return { tokens: Int32Array.from(tokens), documents: Uint32Array.from(borders) };
}
export const documents = (recipe: Recipe): BlockIndex => packBlocks(stream(), recipe, special);

/** Token ids of which every eighth ends a sentence. */
const marks = Uint8Array.from({ length: config.vocab_size }, (_, id) => (id % 8 === 7 ? 1 : 0));
export const sentencePairs = (objective: "nsp" | "sop", T = 64): PairBlocks =>
  pairBlocks(stream(), { T, seed, kind: objective, special, separators: 1, marks });
/** Each of the short documents, and another as its partner. */
export function partners(recipe: Recipe): TextPairs {
  const first = documents(recipe);
  const other = (i: number): number => (i + 1) % first.count;
  const second: BlockIndex = {
    ...first,
    block: (i) => first.block(other(i)),
    copy: (i, target, at) => first.copy(other(i), target, at),
    mark: (i, target, at) => first.mark(other(i), target, at),
  };
  return { first, second };
}

/** The short documents as items to be told apart by their first token. */
export function labelled(): TaskData {
  const { tokens, documents: borders } = stream();
  const rows = Array.from({ length: borders.length - 1 }, (_, item) => {
    const ids = [...tokens.subarray(borders[item], borders[item + 1])];
    return { item, ids, typesFrom: ids.length };
  });
  return { rows, targets: rows.map(({ ids }) => ids[1]! % 2) };
}

export type BucketObjective = "mlm" | "nsp" | "sop" | "contrastive" | "task";

export interface BucketRun {
  losses: number[];
  norms: number[];
  /** Token positions that the graphs computed. */
  places: number;
  /** Those that hold a token. */
  tokens: number;
  /** Graphs made besides the first. */
  graphs: number;
}

export async function bucketRun(
  device: Device,
  lengthBuckets: Recipe["lengthBuckets"],
  kind: BucketObjective = "mlm",
): Promise<BucketRun> {
  const recipe = { ...bucketRecipe(lengthBuckets), ...(kind === "task" ? {} : { objective: kind }) };
  const blocks = documents(recipe);
  const head = { kind: "sequence", labels: 2 } as const;
  const objective =
    kind === "task"
      ? taskObjective({ config, special, recipe, head, train: labelled(), dev: labelled() })
      : openObjective({
          ...{ config, special, recipe, train: blocks, heldOut: blocks },
          ...(kind === "nsp" || kind === "sop" ? { pairs: { train: sentencePairs(kind) } } : {}),
          ...(kind === "contrastive" ? { sentences: { train: partners(recipe) } } : {}),
        });
  const weights = initialize(parametersOf(config, objective.head), config, 3);
  const trainer = await RecipeTrainer.open({ device, config, objective, recipe, weights, startStep: 0 });
  const run: BucketRun = { losses: [], norms: [], places: 0, tokens: 0, graphs: 0 };
  for (let step = 1; step <= updates; step++) {
    const { feeds, graphs, tokens } = objective.batches(step);
    run.graphs += (await trainer.prepare(step, graphs)).length;
    const { loss, gradientNorm } = await trainer.step(step, feeds, recipe.learningRate, graphs);
    run.losses.push(loss);
    run.norms.push(gradientNorm);
    run.tokens += tokens;
    for (const one of feeds) run.places += one.get("input_ids")!.data.length;
  }
  await trainer.dispose();
  return run;
}
