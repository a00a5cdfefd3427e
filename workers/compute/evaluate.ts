/** Before and after: held-out loss, labelled sets and mask guesses, base against tuned on the same device. */
import type { ComputeWorker, ModelRef, OnProgress, Recipe } from "../../src/contract/index.ts";
import { collateSettings, packBlocks } from "../../src/data/index.ts";
import { evaluateSet, heldOutComparison } from "../../src/evaluation/index.ts";
import { buildMlmLogits, parametersOf, type LoadedModel } from "../../src/models/index.ts";
import type { Device, DeviceWeights } from "../../src/runtime/index.ts";
import { loadTokens } from "../../src/storage/index.ts";
import { gapFeeds, HeldOutScorer, runShape, type RunControl, type TokenLosses } from "../../src/training/index.ts";
import { BucketEncoder } from "./bucket-encoder.ts";
import { theDevice } from "./device.ts";
import { breathe } from "./event-posts.ts";
import { beginJob, nextPiece } from "./job-control.ts";
import { modelWeights } from "./model-weights.ts";
import { openModel } from "../shared/open-model.ts";

/** Masked tokens of the before/after answer: a perplexity to about 1 % (field notes 1.9). */
const heldOutTokens = 20_000;

/** @param seed draws what the model lacks: the run's own, so that a base without a head is the one the run began with */
async function uploaded(device: Device, model: LoadedModel, head: "mlm" | "none", seed = 0): Promise<DeviceWeights> {
  return device.upload(parametersOf(model.config, head), modelWeights(model, seed, head));
}

export const compareHeldOut: ComputeWorker["heldOut"] = async (
  base,
  tuned,
  tokenizedId,
  recipe,
  setting,
  onProgress,
) => {
  const job = beginJob();
  const began = performance.now();
  const device = await theDevice(setting);
  const score = (ref: ModelRef, phase: string): Promise<TokenLosses> =>
    scoreOn({ device, ref, tokenizedId, recipe, phase, onProgress, job });
  const before = await score(base, "base model");
  const after = await score(tuned, "tuned model");
  const { difference, blocks } = heldOutComparison(before.nll, after.nll, before.blockOf, recipe.seed);
  return {
    tokens: before.tokens,
    blocks,
    baseLoss: before.loss,
    tunedLoss: after.loss,
    difference,
    durationMs: performance.now() - began,
  };
};

interface HeldOutPlan {
  device: Device;
  ref: ModelRef;
  tokenizedId: string;
  recipe: Recipe;
  phase: string;
  onProgress: OnProgress;
  job: RunControl;
}

async function scoreOn({
  device,
  ref,
  tokenizedId,
  recipe,
  phase,
  onProgress,
  job,
}: HeldOutPlan): Promise<TokenLosses> {
  const model = await openModel(ref, onProgress);
  const blocks = packBlocks(await loadTokens(tokenizedId, "heldOut"), recipe, model.special, "heldOut");
  const settings = collateSettings({ recipe, special: model.special, config: model.config });
  const scorer = await HeldOutScorer.open(
    device,
    model.config,
    blocks,
    settings,
    runShape(recipe, model.config),
    heldOutTokens,
  );
  const weights = await uploaded(device, model, "mlm", recipe.seed);
  try {
    return await scorer.score(weights, async (done, total) => {
      onProgress({ phase, done, total, unit: "items" });
      await nextPiece(job);
    });
  } finally {
    weights.dispose();
    await scorer.dispose();
  }
}

export const evaluate: ComputeWorker["evaluateSet"] = async (encoded, base, tuned, setting, seeds, onProgress) => {
  const job = beginJob();
  const breathe = (): Promise<void> => nextPiece(job);
  const device = await theDevice(setting);
  const baseModel = await openModel(base, onProgress);
  const encoder = new BucketEncoder(device, baseModel.config, baseModel.special, breathe);
  const held: DeviceWeights[] = [];
  const arm = async (ref: ModelRef): ReturnType<typeof encoderArm> =>
    encoderArm(device, encoder, await openModel(ref, onProgress), held);
  try {
    const arms = { base: await arm(base), ...(tuned === null ? {} : { tuned: await arm(tuned) }) };
    return await evaluateSet(encoded, arms, { seeds, seed: 1, onProgress, breathe });
  } finally {
    for (const weights of held) weights.dispose();
    await encoder.dispose();
  }
};

async function encoderArm(
  device: Device,
  encoder: BucketEncoder,
  model: LoadedModel,
  held: DeviceWeights[],
): Promise<ReturnType<BucketEncoder["with"]>> {
  const weights = await uploaded(device, model, "none");
  held.push(weights);
  return encoder.with(weights);
}

export const guessMasks: ComputeWorker["fillMask"] = async ({ ids }, refs, setting, top) => {
  const device = await theDevice(setting);
  const answers: { id: number; probability: number }[][][] = [];
  for (const ref of refs) {
    const model = await openModel(ref, () => {});
    const { config, special } = model;
    const at = ids.flatMap((id, i) => (id === special.mask ? [i] : []));
    const shape = { B: 1, T: ids.length, M: at.length };
    const program = await device.compile(buildMlmLogits(config, shape, { padding: false }).bytes);
    const weights = await uploaded(device, model, "mlm");
    try {
      const feeds = gapFeeds(Int32Array.from(ids), new Float32Array(ids.length).fill(1), at, shape, model, false);
      const logits = (await program.run(weights, feeds, ["logits"])).get("logits")!; // (M, V)
      answers.push(
        at.map((_, m) => topGuesses(logits.subarray(m * config.vocab_size, (m + 1) * config.vocab_size), top)),
      );
    } finally {
      weights.dispose();
      await program.dispose();
    }
    await breathe();
  }
  return answers;
};

function topGuesses(logits: Float32Array, top: number): { id: number; probability: number }[] {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  const order = Array.from(logits.keys()).sort((a, b) => logits[b]! - logits[a]!);
  return order.slice(0, top).map((id) => ({ id, probability: Math.exp(logits[id]! - largest) / sum }));
}
