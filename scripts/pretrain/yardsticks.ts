/**
 * How good the pretrained model is: loss on held-out text with frozen masks, beside yardsticks on the same tokens:
 * word-piece frequencies alone, the same network before training, the smaller model. Asked twice: by single pieces, where
 * the rest of a cut word helps, and by whole words, which only the text around can tell.
 */
import { collateSettings, frozenBatches } from "../../src/data/index.ts";
import { initialize, parametersOf } from "../../src/models/index.ts";
import type { ModelConfig, Recipe } from "../../src/contract/index.ts";
import type { Arrays } from "../../src/runtime/index.ts";
import { HeldOutScorer, runShape } from "../../src/training/index.ts";
import { startFromNeighbours } from "./neighbour-start.ts";
import { readTokens, type TokenFile } from "./token-file.ts";
import { pretrainRecipe, special } from "./sizes.ts";
import { openNative, tokenBlocks } from "./train.ts";

export type Measured = Record<"token" | "word", Yardsticks>;

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
): Promise<Measured> {
  const recipe = pretrainRecipe("tiny", 1);
  const blocks = tokenBlocks(files.heldOut, vocabulary, recipe);
  const settings = collateSettings({ recipe, special, config });
  const shape = runShape(recipe, config);
  const device = openNative(threads);
  const parameters = parametersOf(config, "mlm");
  const fresh = startFromNeighbours(initialize(parameters, config, recipe.seed), config);
  const logShare = logShares(readTokens(files.train), config.vocab_size);
  const measureBy = async (unit: Recipe["maskUnit"]): Promise<Yardsticks> => {
    const lossOf = async (of: ModelConfig, values: Arrays): Promise<{ loss: number; tokens: number }> => {
      const scorer = await HeldOutScorer.open(device, of, blocks, settings, shape, Infinity, undefined, unit);
      const uploaded = await device.upload(parametersOf(of, "mlm"), values);
      const score = await scorer.score(uploaded);
      uploaded.dispose();
      await scorer.dispose();
      return score;
    };
    const model = await lossOf(config, weights);
    const untrained = await lossOf(config, fresh);
    const other = tiny === undefined ? undefined : await lossOf(tiny.config, tiny.weights);
    let [sum, count] = [0, 0];
    for (const batch of frozenBatches(blocks, shape.B, settings, Infinity, unit))
      for (let m = 0; m < batch.count; m++, count++) sum -= logShare[batch.labels[m]!]!;
    return {
      tokens: model.tokens,
      model: model.loss,
      unigram: sum / count,
      untrained: untrained.loss,
      ...(other === undefined ? {} : { tiny: other.loss }),
    };
  };
  const measured = { token: await measureBy("token"), word: await measureBy("word") };
  await device.dispose();
  return measured;
}

/** Log of every piece's share of the training text, one added to each count; special tokens are never hidden. */
function logShares(tokens: Uint16Array, vocabulary: number): Float64Array {
  const counts = new Float64Array(vocabulary).fill(1);
  for (const id of tokens) counts[id]!++;
  for (const id of Object.values(special)) if (id !== special.unknown) counts[id] = 0;
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => Math.log(count / total));
}
