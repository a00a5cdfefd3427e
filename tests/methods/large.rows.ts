/**
 * What makes large models fit, each against the same ten AdamW steps in PyTorch that the plain engine is held to: the
 * numbers must stay, and the saving must be there. A row's deviation is the larger of the two: the largest relative
 * error, or by how much the saving was missed.
 */
import { liveness, runtimeOrder } from "../../src/autodiff/index.ts";
import { defaultRecipe, type Recipe } from "../../src/contract/index.ts";
import { splitDevice } from "../../src/runtime/index.ts";
import type { Device, ParameterShape, WeightSource } from "../../src/runtime/index.ts";
import { mlmNetwork, stepGraph } from "../../src/training/index.ts";
import { methodErrors, methodsOracle } from "../support/golden-methods.ts";
import type { MethodRow } from "./row.ts";
import { tenStepsTolerance } from "./ten-steps.rows.ts";
import { native } from "../support/native.ts";
import { tinyBert } from "../support/tiny-bert.ts";

const deep = tinyBert({ vocab_size: 40, num_hidden_layers: 6, intermediate_size: 64, max_position_embeddings: 32 });

/** Bytes of activations alive at once in the order in which the runtime computes. */
function activationBytes(settings: Partial<Recipe>): number {
  const recipe = { ...defaultRecipe(), ...settings };
  const objective = mlmNetwork(deep, recipe, { B: 2, T: 32, M: 8 }, false);
  const { graph } = stepGraph({ recipe, objective }, "native", () => true);
  const written = recipe.recompute === "off" ? graph.nodes : [...graph.nodes].reverse();
  return liveness({ ...graph, nodes: runtimeOrder(written) }, { inPlace: recipe.recompute === "off" }).peakBytes;
}
/** A six-layer encoder's activations must shrink to less than this. */
const wantedShare = 0.5;
const missedSaving = (settings: Partial<Recipe>): number =>
  Math.max(0, activationBytes(settings) / activationBytes({}) - wantedShare);

async function recomputeError(settings: Partial<Recipe>): Promise<number> {
  const errors = await methodErrors(native(), "plain", settings);
  return Math.max(...Object.values(errors), missedSaving(settings));
}

/** Counts tensors of weights beyond the limit that reach a device. */
function refusing(device: Device, limit: number): Device & { tooLarge: number } {
  const guarded = {
    ...device,
    report: device.report,
    tooLarge: 0,
    upload: (parameters: readonly ParameterShape[], values: WeightSource) => {
      for (const { shape } of parameters) if (shape.reduce((a, b) => a * b, 4) > limit) guarded.tooLarge++;
      return device.upload(parameters, values);
    },
    compile: (bytes: Uint8Array) => device.compile(bytes),
    train: (...given: Parameters<Device["train"]>) => device.train(...given),
    lose: () => device.lose(),
    dispose: () => device.dispose(),
  };
  return guarded;
}

/** A tenth of the fixture's word table, so that it falls into many parts. */
const splitLimit = 512;
async function splitError(limit: number): Promise<number> {
  const guarded = refusing(native(), splitLimit);
  const errors = await methodErrors(splitDevice(guarded, limit), "plain", {});
  return Math.max(...Object.values(errors), guarded.tooLarge);
}

export const largeRows: MethodRow[] = [
  {
    method: "Activation recompute",
    oracle: `${methodsOracle}; at most half the activations`,
    tolerance: tenStepsTolerance,
    deviation: () => recomputeError({ recompute: "layers" }),
    withoutIt: () => recomputeError({ recompute: "off" }),
  },
  {
    method: "Embedding table split by rows",
    oracle: `${methodsOracle}; no table above ${splitLimit} bytes on the device`,
    tolerance: tenStepsTolerance,
    deviation: () => splitError(splitLimit),
    withoutIt: () => splitError(Infinity),
  },
];
