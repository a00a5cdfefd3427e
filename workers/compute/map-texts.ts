/**
 * Documents on a plane: mean-pooled encoder states, each of length one, on their two principal axes; and how
 * hard the model finds each document, as its loss on a fixed choice of hidden tokens.
 */
import { defaultRecipe, type ComputeWorker, type EncodedText, type OnProgress } from "../../src/contract/index.ts";
import { collateSettings, packLines } from "../../src/data/index.ts";
import { pooledFeatures, principalAxes } from "../../src/evaluation/index.ts";
import { parametersOf, type LoadedModel } from "../../src/models/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { HeldOutScorer, runShape } from "../../src/training/index.ts";
import { openModel } from "../shared/open-model.ts";
import { BucketEncoder } from "./bucket-encoder.ts";
import { theDevice } from "./device.ts";
import { beginJob, nextPiece } from "./job-control.ts";
import { modelWeights } from "./model-weights.ts";
import { positionsPerRun, streamOf } from "./text-batches.ts";

/** Hidden tokens that a document's loss should rest on: short documents are read several times, with other tokens hidden. */
const wantedMasked = 12;
const mostReadings = 8;

export const mapTexts: ComputeWorker["mapTexts"] = async (texts, ref, setting, onProgress) => {
  const job = beginJob();
  const nextRun = (): Promise<void> => nextPiece(job);
  const device = await theDevice(setting);
  const model = await openModel(ref, onProgress);
  const features = await embed(device, model, texts, onProgress, nextRun);
  const loss = await lossOfEach(device, model, texts, onProgress, nextRun);
  onProgress({ phase: "finding the plane", done: 0, total: 0, unit: "items" });
  const { x, y, explained } = principalAxes(features.values, features.columns);
  return { x, y, loss, explained };
};

/** (texts, H), each row of length one: direction is what similarity of embeddings looks at. */
async function embed(
  device: Device,
  model: LoadedModel,
  texts: EncodedText[],
  onProgress: OnProgress,
  nextRun: () => Promise<void>,
): Promise<{ values: Float32Array; columns: number }> {
  const encoder = new BucketEncoder(device, model.config, model.special, nextRun);
  const weights = await device.upload(parametersOf(model.config, "none"), modelWeights(model, 0, "none"));
  try {
    let done = 0;
    const { values, columns } = await pooledFeatures(encoder.with(weights), texts, () =>
      onProgress({ phase: "placing documents", done: ++done, total: texts.length, unit: "items" }),
    );
    for (let at = 0; at < values.length; at += columns) {
      const row = values.subarray(at, at + columns);
      const length = Math.sqrt(row.reduce((sum, v) => sum + v * v, 0)) || 1;
      for (let c = 0; c < columns; c++) row[c]! /= length;
    }
    return { values, columns };
  } finally {
    weights.dispose();
    await encoder.dispose();
  }
}

async function lossOfEach(
  device: Device,
  model: LoadedModel,
  texts: EncodedText[],
  onProgress: OnProgress,
  nextRun: () => Promise<void>,
): Promise<Float32Array> {
  const longest = texts.reduce((most, { ids }) => Math.max(most, ids.length), 8);
  const blockLength = 2 ** Math.ceil(Math.log2(longest));
  const batchSize = Math.max(1, Math.floor(positionsPerRun / blockLength));
  const recipe = { ...defaultRecipe(), blockLength, batchSize };
  const tokens = texts.reduce((sum, { ids }) => sum + ids.length, 0);
  const masked = (tokens / Math.max(1, texts.length)) * recipe.maskRate;
  const readings = Math.min(mostReadings, Math.max(1, Math.ceil(wantedMasked / masked)));
  const read = Array.from({ length: readings }, () => texts).flat();
  const blocks = packLines(streamOf(read), blockLength, model.special);
  const settings = collateSettings({ recipe, special: model.special, config: model.config });
  const scorer = await HeldOutScorer.open(
    device,
    model.config,
    blocks,
    settings,
    runShape(recipe, model.config),
    Infinity,
  );
  const weights = await device.upload(parametersOf(model.config, "mlm"), modelWeights(model, 0, "mlm"));
  try {
    const { nll, blockOf } = await scorer.score(weights, (done, total) => {
      onProgress({ phase: "guessing hidden words", done, total, unit: "items" });
      return nextRun();
    });
    const sums = new Float32Array(texts.length);
    const counts = new Float32Array(texts.length);
    nll.forEach((value, i) => {
      const text = blockOf[i]! % texts.length;
      sums[text]! += value;
      counts[text]!++;
    });
    return sums.map((sum, i) => (counts[i] === 0 ? NaN : sum / counts[i]!));
  } finally {
    weights.dispose();
    await scorer.dispose();
  }
}
