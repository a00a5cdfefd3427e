/**
 * Pretrains the bundled base model with the product's own graphs and loop, on onnxruntime-node. The state
 * (weights, optimiser, step) is written every few minutes, so a stopped run goes on with --resume.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ort from "onnxruntime-node";
import { formatCount, formatDuration } from "../../src/base/index.ts";
import {
  defaultRecipe,
  type ModelConfig,
  type Recipe,
  type SpecialTokens,
  type StoredTensor,
} from "../../src/contract/index.ts";
import { packBlocks, type BlockIndex } from "../../src/data/index.ts";
import { initialize, parametersOf, readSafetensors, writeSafetensors } from "../../src/models/index.ts";
import { nativeDevice, type Arrays, type Device, type Moments } from "../../src/runtime/index.ts";
import {
  openObjective,
  readMoments,
  readTensors,
  RunControl,
  storeMoments,
  storeTensors,
  TrainingRun,
  type Snapshot,
} from "../../src/training/index.ts";
import { startFromNeighbours } from "./neighbour-start.ts";
import { readTokens, type TokenFile } from "./token-file.ts";

export const special: SpecialTokens = { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 };

/** BERT with two layers of width 128: 1.5 M weights, 3 MB as f16, and a step a laptop's processor can do. */
export const baseConfig = (vocabularySize: number, positions: number): ModelConfig => ({
  model_type: "bert",
  vocab_size: vocabularySize,
  hidden_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 512,
  max_position_embeddings: positions,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  pad_token_id: special.pad,
  hidden_act: "gelu",
  initializer_range: 0.08,
});

export const pretrainRecipe = (steps: number): Recipe => ({
  ...defaultRecipe(),
  maxSteps: steps,
  learningRate: 1.5e-3,
  schedule: "linear",
  warmupShare: 0.02,
  batchSize: 8,
  blockLength: 128,
  adamBeta2: 0.98,
  adamEpsilon: 1e-6,
  evaluateEvery: 1000,
  checkpointEvery: 1000,
  seed: 2026,
});

export interface Pretrained {
  config: ModelConfig;
  weights: Arrays;
  step: number;
}

export function openNative(threads: number): Device {
  return nativeDevice(ort as unknown as Parameters<typeof nativeDevice>[0], threads);
}

/** A token file as blocks; where documents begin does not matter once they are joined. */
export function tokenBlocks(file: TokenFile, recipe: Recipe): BlockIndex {
  const tokens = readTokens(file);
  return packBlocks({ tokens, documents: Uint32Array.of(0, tokens.length) }, recipe, special);
}

export async function pretrain(
  files: { train: TokenFile; heldOut: TokenFile },
  config: ModelConfig,
  options: { steps: number; resume: boolean; cache: string; threads: number },
): Promise<Pretrained> {
  const recipe = pretrainRecipe(options.steps);
  const parameters = parametersOf(config, "mlm");
  const state = join(options.cache, "state.safetensors");
  const saved = options.resume && existsSync(state) ? readState(state) : undefined;
  const train = tokenBlocks(files.train, recipe);
  const heldOut = tokenBlocks(files.heldOut, recipe);
  const plan = {
    device: openNative(options.threads),
    config,
    recipe,
    objective: openObjective({ config, special, recipe, train, heldOut }),
    weights: saved?.weights ?? startFromNeighbours(initialize(parameters, config, recipe.seed), config),
    ...(saved ? { moments: saved.moments } : {}),
    startStep: saved?.step ?? 0,
    totalSteps: recipe.maxSteps,
    bestLoss: Infinity,
  };
  console.log(
    `${formatCount(train.count)} blocks of ${recipe.blockLength}, from step ${plan.startStep} to ${recipe.maxSteps}`,
  );
  const run = await TrainingRun.open(plan);
  const control = new RunControl();
  process.once("SIGINT", () => control.stop());
  let [step, tokens, loss, since] = [plan.startStep, 0, 0, performance.now()];
  let weights = plan.weights;
  for await (const signal of run.signals(control)) {
    if (signal.type === "step") {
      step = signal.step;
      tokens += signal.tokens;
      loss += signal.loss;
      if (step % 100 === 0) {
        const seconds = (performance.now() - since) / 1000;
        const left = ((recipe.maxSteps - step) / 100) * seconds * 1000;
        console.log(
          `step ${step}  loss ${(loss / 100).toFixed(3)}  rate ${signal.learningRate.toExponential(1)}  ${formatCount(tokens / seconds)} tokens/s  ${formatDuration(left)} left`,
        );
        [tokens, loss, since] = [0, 0, performance.now()];
      }
    } else if (signal.type === "evaluation")
      console.log(`step ${signal.step}  held-out loss ${signal.loss.toFixed(4)} on ${signal.tokens} masked tokens`);
    else if (signal.type === "save" && signal.kind === "last") {
      const snapshot = await signal.read();
      weights = snapshot.weights;
      writeState(state, snapshot, signal.step);
    }
  }
  await run.dispose();
  return { config, weights, step };
}

function writeState(file: string, { parameters, weights, moments }: Snapshot, step: number): void {
  const { first, second } = storeMoments(parameters, moments);
  const under = (prefix: string, tensors: StoredTensor[]): StoredTensor[] =>
    tensors.map((t) => ({ ...t, name: `${prefix}/${t.name}` }));
  const all = [...under("w", storeTensors(parameters, weights)), ...under("m", first), ...under("v", second)];
  writeFileSync(`${file}.partial`, writeSafetensors(all, { step: String(step) }));
  renameSync(`${file}.partial`, file); // never half a state
}

/** A saved state belongs to the model in this folder's config: names and sizes are checked on reading. */
export function readState(file: string): { weights: Arrays; moments: Moments; step: number } {
  const { tensors, metadata } = readSafetensors(new Uint8Array(readFileSync(file)));
  const vocabulary = [...tensors].find(([name]) => name === "w/bert.embeddings.word_embeddings.weight")![1].shape[0]!;
  const positions = [...tensors].find(([name]) => name === "w/bert.embeddings.position_embeddings.weight")![1]
    .shape[0]!;
  const parameters = parametersOf(baseConfig(vocabulary, positions), "mlm");
  const under = (prefix: string): StoredTensor[] =>
    [...tensors]
      .filter(([name]) => name.startsWith(`${prefix}/`))
      .map(([name, t]) => ({ name: name.slice(prefix.length + 1), type: "F32", shape: [...t.shape], data: t.data }));
  return {
    weights: readTensors(parameters, under("w"), "weights"),
    moments: readMoments(parameters, under("m"), under("v")),
    step: Number(metadata.get("step")),
  };
}
