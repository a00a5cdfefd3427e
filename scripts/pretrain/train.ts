/**
 * Pretrains the bundled base model with the product's own graphs and loop, on onnxruntime-node. The state
 * (weights, optimiser, step) is written every few minutes, so a stopped run goes on with --resume.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ort from "onnxruntime-node";
import { formatCount, formatDuration } from "../../src/base/index.ts";
import type { ModelConfig, Recipe, StoredTensor } from "../../src/contract/index.ts";
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
import { growStart } from "./grow-start.ts";
import { startFromNeighbours } from "./neighbour-start.ts";
import { readPublished } from "./published.ts";
import { pretrainRecipe, sizeConfig, sizes, special } from "./sizes.ts";
import { readStream, type TokenFile } from "./token-file.ts";
import type { PretrainOptions } from "./options.ts";

export interface Pretrained {
  config: ModelConfig;
  weights: Arrays;
  step: number;
}

export function openNative(threads: number): Device {
  return nativeDevice(ort as unknown as Parameters<typeof nativeDevice>[0], threads);
}

/** A token file as blocks; where documents begin does not matter once they are joined. */
export function tokenBlocks(file: TokenFile, vocabulary: readonly string[], recipe: Recipe): BlockIndex {
  const tokens = readStream(file, vocabulary);
  return packBlocks({ tokens, documents: Uint32Array.of(0, tokens.length) }, recipe, special);
}

export async function pretrain(
  files: { train: TokenFile; heldOut: TokenFile },
  vocabulary: readonly string[],
  options: PretrainOptions,
): Promise<Pretrained> {
  const own = pretrainRecipe(options.size, options.steps, options.decaySteps);
  const recipe = { ...own, maskUnit: options.maskUnit ?? own.maskUnit };
  const config = sizeConfig(options.size, vocabulary.length, options.positions);
  const state = join(options.cache, "state.safetensors");
  const saved = options.resume && existsSync(state) ? readState(state, config) : undefined;
  const train = tokenBlocks(files.train, vocabulary, recipe);
  const heldOut = tokenBlocks(files.heldOut, vocabulary, recipe);
  const plan = {
    device: openNative(options.threads),
    config,
    recipe,
    objective: openObjective({ config, special, recipe, train, heldOut }),
    weights: saved?.weights ?? startWeights(options, config, recipe.seed),
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

/** What was published last goes on from there; else mini grows out of tiny, and tiny begins at chance. */
function startWeights({ size, out, resume }: PretrainOptions, config: ModelConfig, seed: number): Arrays {
  if (resume && existsSync(join(out, "model.safetensors"))) return readPublished(out).weights;
  if (size === "tiny") return startFromNeighbours(initialize(parametersOf(config, "mlm"), config, seed), config);
  const tiny = readPublished(`public/models/${sizes.tiny.folder}`);
  return growStart(tiny.weights, tiny.config, seed);
}

function writeState(file: string, { parameters, weights, moments }: Snapshot, step: number): void {
  const { first, second } = storeMoments(parameters, moments);
  const under = (prefix: string, tensors: StoredTensor[]): StoredTensor[] =>
    tensors.map((t) => ({ ...t, name: `${prefix}/${t.name}` }));
  const all = [...under("w", storeTensors(parameters, weights)), ...under("m", first), ...under("v", second)];
  writeFileSync(`${file}.partial`, writeSafetensors(all, { step: String(step) }));
  renameSync(`${file}.partial`, file); // never half a state
}

/** @throws training errors where the state is not one of this network: names and sizes are checked. */
export function readState(file: string, config: ModelConfig): { weights: Arrays; moments: Moments; step: number } {
  const { tensors, metadata } = readSafetensors(new Uint8Array(readFileSync(file)));
  const parameters = parametersOf(config, "mlm");
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
