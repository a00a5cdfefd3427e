/** Ten updates over documents of very different lengths, one a block, by each way of dealing with their padding. */
import { random } from "../../src/base/index.ts";
import { defaultRecipe, type Recipe } from "../../src/contract/index.ts";
import { packBlocks, type BlockIndex } from "../../src/data/index.ts";
import { initialize, parametersOf } from "../../src/models/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { openObjective, RecipeTrainer } from "../../src/training/index.ts";
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
export function documents(recipe: Recipe): BlockIndex {
  const source = random(seed);
  const [tokens, borders]: [number[], number[]] = [[], [0]];
  for (let d = 0; d < 90; d++) {
    const length = 2 + Math.floor(60 * source.next() ** 3);
    tokens.push(2, ...Array.from({ length }, () => 5 + source.below(55)), 3);
    borders.push(tokens.length);
  }
  return packBlocks({ tokens: Int32Array.from(tokens), documents: Uint32Array.from(borders) }, recipe, special);
}

export interface BucketRun {
  losses: number[];
  norms: number[];
  /** Token positions that the graphs computed. */
  places: number;
  /** Graphs made besides the first. */
  graphs: number;
}

export async function bucketRun(device: Device, lengthBuckets: Recipe["lengthBuckets"]): Promise<BucketRun> {
  const recipe = bucketRecipe(lengthBuckets);
  const blocks = documents(recipe);
  const objective = openObjective({ config, special, recipe, train: blocks, heldOut: blocks });
  const weights = initialize(parametersOf(config, "mlm"), config, 3);
  const trainer = await RecipeTrainer.open({ device, config, objective, recipe, weights, startStep: 0 });
  const run: BucketRun = { losses: [], norms: [], places: 0, graphs: 0 };
  for (let step = 1; step <= updates; step++) {
    const { feeds, graphs } = objective.batches(step);
    run.graphs += (await trainer.prepare(step, graphs)).length;
    const { loss, gradientNorm } = await trainer.step(step, feeds, recipe.learningRate, graphs);
    run.losses.push(loss);
    run.norms.push(gradientNorm);
    for (const one of feeds) run.places += one.get("input_ids")!.data.length;
  }
  await trainer.dispose();
  return run;
}
