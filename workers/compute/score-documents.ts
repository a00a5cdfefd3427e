/**
 * One number a document, for a corpus of any size: how near its embedding lies to a target's, or how hard the model
 * finds it. Texts are asked for batch by batch, so that memory stays flat; only the scores are kept.
 */
import { defaultRecipe, type EncodedText, type NextTexts, type OnProgress } from "../../src/contract/index.ts";
import { collateSettings, nearness, normalizeRows, packLines } from "../../src/data/index.ts";
import { pooledFeatures } from "../../src/evaluation/index.ts";
import { parametersOf, type LoadedModel } from "../../src/models/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { HeldOutScorer, runShape } from "../../src/training/index.ts";
import { BucketEncoder } from "./bucket-encoder.ts";
import { breathe } from "./event-posts.ts";
import { modelWeights } from "./model-weights.ts";
import { positionsPerRun, streamOf, textLengths } from "./text-batches.ts";

async function eachBatch(
  next: NextTexts,
  total: number,
  phase: string,
  onProgress: OnProgress,
  take: (texts: EncodedText[], onText: () => void) => Promise<ArrayLike<number>>,
): Promise<Float64Array> {
  const scores = new Float64Array(total).fill(NaN);
  let done = 0;
  for (let texts = await next(); texts.length > 0; texts = await next()) {
    const before = done;
    const count = texts.length;
    const found = await take(texts, () =>
      onProgress({ phase, done: Math.min(++done, before + count), total, unit: "documents" }),
    );
    done = before + count;
    scores.set(Array.from(found), before);
    onProgress({ phase, done, total, unit: "documents" });
  }
  return scores;
}

/** Mean cosine similarity of each document to its nearest target texts. */
export async function nearnessOfDocuments(
  device: Device,
  model: LoadedModel,
  target: EncodedText[],
  neighbours: number,
  next: NextTexts,
  total: number,
  onProgress: OnProgress,
  nextRun = breathe,
): Promise<Float64Array> {
  const encoder = new BucketEncoder(device, model.config, model.special, nextRun);
  const weights = await device.upload(parametersOf(model.config, "none"), modelWeights(model, 0, "none"));
  const embed = async (texts: EncodedText[], onText: () => void): Promise<{ rows: Float32Array; columns: number }> => {
    const { values, columns } = await pooledFeatures(encoder.with(weights), texts, onText);
    return { rows: normalizeRows(values, columns), columns };
  };
  try {
    const goal = await embed(target, () => undefined);
    return await eachBatch(next, total, "comparing documents", onProgress, async (texts, onText) => {
      const { rows, columns } = await embed(texts, onText);
      return texts.map(({ ids }, i) =>
        ids.length > 2 ? nearness(rows.subarray(i * columns, (i + 1) * columns), goal.rows, neighbours) : NaN,
      );
    });
  } finally {
    weights.dispose();
    await encoder.dispose();
  }
}

/** Mean loss of each document's hidden tokens. */
export async function lossesOfDocuments(
  device: Device,
  model: LoadedModel,
  seed: number,
  next: NextTexts,
  total: number,
  onProgress: OnProgress,
  nextRun = breathe,
): Promise<Float64Array> {
  const weights = await device.upload(parametersOf(model.config, "mlm"), modelWeights(model, 0, "mlm"));
  /** Texts of one length class, and where each stands in the batch. */
  const lossOf = async (texts: EncodedText[], blockLength: number): Promise<Float64Array> => {
    const batchSize = Math.max(1, Math.floor(positionsPerRun / blockLength));
    const recipe = { ...defaultRecipe(), seed, blockLength, batchSize };
    const blocks = packLines(streamOf(texts), blockLength, model.special);
    const settings = collateSettings({ recipe, special: model.special, config: model.config });
    const scorer = await HeldOutScorer.open(
      device,
      model.config,
      blocks,
      settings,
      runShape(recipe, model.config),
      Infinity,
    );
    try {
      const { nll, blockOf } = await scorer.score(weights, nextRun);
      const [sums, counts] = [new Float64Array(texts.length), new Float64Array(texts.length)];
      nll.forEach((value, i) => {
        sums[blockOf[i]!]! += value;
        counts[blockOf[i]!]!++;
      });
      return sums.map((sum, i) => sum / counts[i]!); // 0 / 0: nothing was hidden
    } finally {
      await scorer.dispose();
    }
  };
  try {
    return await eachBatch(next, total, "guessing hidden words", onProgress, async (texts) => {
      const losses = new Float64Array(texts.length).fill(NaN);
      for (const [n, length] of textLengths.entries()) {
        const members = texts.flatMap(({ ids }, i) =>
          ids.length > 2 && ids.length <= length && ids.length > (textLengths[n - 1] ?? 0) ? [i] : [],
        );
        if (members.length === 0) continue;
        const found = await lossOf(
          members.map((i) => texts[i]!),
          length,
        );
        members.forEach((i, m) => (losses[i] = found[m]!));
      }
      return losses;
    });
  } finally {
    weights.dispose();
  }
}
