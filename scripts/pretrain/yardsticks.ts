/**
 * How good the pretrained model is: loss on held-out text with frozen masks, beside two yardsticks on
 * the same tokens: word-piece frequencies alone, and the same network before training.
 */
import { frozenBatches } from "../../src/data/index.ts";
import { initialize, parametersOf } from "../../src/models/index.ts";
import type { ModelConfig } from "../../src/contract/index.ts";
import type { Arrays } from "../../src/runtime/index.ts";
import { collateSettings, HeldOutScorer, runShape } from "../../src/training/index.ts";
import { startFromNeighbours } from "./neighbour-start.ts";
import { readTokens, type TokenFile } from "./token-file.ts";
import { pretrainRecipe, special } from "./sizes.ts";
import { openNative, tokenBlocks } from "./train.ts";

export interface Yardsticks {
  /** Masked tokens measured on. */
  tokens: number;
  /** Nats a masked token. */
  model: number;
  unigram: number;
  untrained: number;
  /** The smaller bundled model, where there is one to compare with. */
  tiny?: number;
}

export async function measure(
  files: { train: TokenFile; heldOut: TokenFile },
  vocabulary: readonly string[],
  config: ModelConfig,
  weights: Arrays,
  threads: number,
  tiny?: { config: ModelConfig; weights: Arrays },
): Promise<Yardsticks> {
  const recipe = { ...pretrainRecipe("tiny", 1), maskUnit: "token" as const };
  const blocks = tokenBlocks(files.heldOut, vocabulary, recipe);
  const settings = collateSettings({ recipe, special, config });
  const shape = runShape(recipe, config);
  const device = openNative(threads);
  const parameters = parametersOf(config, "mlm");
  const lossOf = async (of: ModelConfig, values: Arrays): Promise<{ loss: number; tokens: number }> => {
    const scorer = await HeldOutScorer.open(device, of, blocks, settings, shape, Infinity);
    const uploaded = await device.upload(parametersOf(of, "mlm"), values);
    const score = await scorer.score(uploaded);
    uploaded.dispose();
    await scorer.dispose();
    return score;
  };
  const model = await lossOf(config, weights);
  const untrained = await lossOf(config, startFromNeighbours(initialize(parameters, config, recipe.seed), config));
  const other = tiny === undefined ? undefined : await lossOf(tiny.config, tiny.weights);
  await device.dispose();

  const logShare = logShares(readTokens(files.train), config.vocab_size);
  let [sum, count] = [0, 0];
  for (const batch of frozenBatches(blocks, shape.B, settings)) {
    for (let m = 0; m < batch.count; m++, count++) sum -= logShare[batch.labels[m]!]!;
  }
  return {
    tokens: model.tokens,
    model: model.loss,
    unigram: sum / count,
    untrained: untrained.loss,
    ...(other === undefined ? {} : { tiny: other.loss }),
  };
}

/** Log of every piece's share of the training text, one added to each count; special tokens are never hidden. */
function logShares(tokens: Uint16Array, vocabulary: number): Float64Array {
  const counts = new Float64Array(vocabulary).fill(1);
  for (const id of tokens) counts[id]!++;
  for (const id of Object.values(special)) if (id !== special.unknown) counts[id] = 0;
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => Math.log(count / total));
}
