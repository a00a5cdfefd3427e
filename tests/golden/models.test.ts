/**
 * Our graphs against PyTorch and transformers (tests/oracles/models.py): logits, losses, every
 * parameter's gradient, and ten AdamW steps; in the float64 interpreter, native ONNX Runtime and its WASM build.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { interpret, type Feed } from "../../src/autodiff/testing/index.ts";
import { buildMlmTraining, toTensors, type ForwardGraph } from "../../src/models/index.ts";
import { clipScale, openDevice, type Device, type Feeds } from "../../src/runtime/index.ts";
import { adamwUpdate } from "../support/adamw.ts";
import {
  golden,
  goldenTensor,
  goldenWeights,
  gradientsByName,
  mlmFeeds,
  relativeError,
  type Numbers,
} from "../support/golden-models.ts";
import { encoders, permuted } from "../support/golden-permuted.ts";
import {
  above,
  forwardErrors,
  headErrors,
  onDevice,
  stepErrors,
  trainingErrors,
  type Run,
} from "../support/model-checks.ts";

import {
  encoderErrors,
  permutedErrors,
  permutedFeeds,
  permutedStep,
  permutedTrainingErrors,
} from "../support/permuted-checks.ts";
import { openNative } from "../support/native.ts";

/** The graph's own constants (1/sqrt(D), the roots in GELU) are float32, and so are the stored golden tensors. */
const interpreterTolerance = 1e-6;
/** The bound for WASM. Float32 sums of up to 40 terms through two layers stay well below it. */
const deviceTolerance = 1e-4;

/**
 * Of distances a few tokens apart the slowest cosine is 1 to four digits, and softmax does not see what a row has in common:
 * such a column's gradient is a small difference of large sums, and Adam makes full steps of it. In float64 it agrees.
 */
const slowAngleTolerance = 1e-3;

const devices = new Map<string, Device>();
const deviceNames = ["native", "wasm"];
beforeAll(async () => {
  devices.set("native", openNative());
  devices.set("wasm", await openDevice("wasm-single"));
});
afterAll(async () => {
  for (const device of devices.values()) await device.dispose();
});

function interpreted(graph: ForwardGraph, weights: ReadonlyMap<string, Numbers>, feeds: Feeds): Map<string, Numbers> {
  const all = new Map<string, Feed>(feeds);
  for (const { name, shape } of graph.parameters) all.set(name, { type: "float32", shape, data: weights.get(name)! });
  return new Map([...interpret(graph.graph, all)].map(([name, value]) => [name, value.data]));
}

const runners: { name: string; tolerance: number; run: Run }[] = [
  {
    name: "float64 interpreter",
    tolerance: interpreterTolerance,
    run: (graph, weights, feeds) => Promise.resolve(interpreted(graph, weights, feeds)),
  },
  ...deviceNames.map((name) => ({ name, tolerance: deviceTolerance, run: onDevice(() => devices.get(name)!) })),
];

describe.each(runners)("$name", ({ run, tolerance }) => {
  const mlmRuns = Object.entries({ ...golden.runs, ...golden.acts });
  test.each(mlmRuns)("%s: loss and every gradient", async (key, expected) => {
    const errors = await stepErrors(run, key, expected);
    expect(above(errors, tolerance)).toEqual({});
  });
  test.each(Object.entries(golden.heads))("%s: logits, loss and every gradient", async (key, expected) => {
    expect(above(await headErrors(run, key, expected), tolerance)).toEqual({});
  });
  test.each(Object.entries(golden.runs))("%s: logits, hidden states, token losses", async (key, expected) => {
    expect(above(await forwardErrors(run, key, expected), tolerance)).toEqual({});
  });
});

describe.each(runners)("$name", ({ run, tolerance }) => {
  test.each(Object.entries(permuted.runs))(
    "%s: logits, loss and every gradient of both streams",
    async (key, expected) => {
      expect(above(await permutedErrors(run, key, expected), tolerance)).toEqual({});
    },
  );
  test.each(Object.keys(encoders))("%s: hidden states", async (key) => {
    expect(above(await encoderErrors(run, key), tolerance)).toEqual({});
  });
});

describe.each(deviceNames)("%s", (name) => {
  test("xlnet-permuted: ten AdamW steps", async () => {
    const key = "xlnet-permuted";
    const errors = await permutedTrainingErrors(devices.get(name)!, key, permuted.runs[key]!);
    const distances = Object.entries(errors).filter(([tensor]) => tensor.endsWith("rel_attn.r"));
    for (const [tensor, error] of distances) {
      expect([tensor, error < slowAngleTolerance]).toEqual([tensor, true]);
      delete errors[tensor];
    }
    expect(above(errors, deviceTolerance)).toEqual({});
  });
  test.each(Object.entries(golden.runs).filter(([, { batches }]) => batches.length > 1))(
    "%s: ten AdamW steps",
    async (key, expected) => {
      const { errors, drift } = await trainingErrors(devices.get(name)!, key, expected);
      expect(above(errors, deviceTolerance)).toEqual({});
      expect(drift).toBeLessThan(1);
    },
  );
});

const roberta = golden.runs["roberta-padded"]!;
const xlnet = permuted.runs["xlnet-permuted"]!;
const longRuns = [
  {
    key: "roberta-padded",
    run: { ...roberta, feeds: roberta.batches.map((batch) => mlmFeeds(batch, roberta.config, true)) },
    step: buildMlmTraining(roberta.config, golden.shape, { padding: true }),
  },
  {
    key: "xlnet-permuted",
    run: { ...xlnet, feeds: xlnet.batches.map((batch) => permutedFeeds(batch)) },
    step: permutedStep(xlnet),
  },
];
test.each(longRuns)("$key: ten AdamW steps in float64 end at PyTorch's weights, all of them", ({ key, run, step }) => {
  const zeros = (): Map<string, Float64Array> =>
    new Map(step.parameters.map((p) => [p.name, new Float64Array(p.shape.reduce((a, b) => a * b, 1))]));
  const weights = new Map([...goldenWeights(step.parameters)].map(([name, data]) => [name, Float64Array.from(data)]));
  const [first, second] = [zeros(), zeros()];
  for (const [s, feeds] of run.feeds.entries()) {
    const results = interpreted(step, weights, feeds);
    expect(Math.abs(results.get("loss")![0]! / run.losses[s]! - 1)).toBeLessThan(interpreterTolerance);
    const gradients = gradientsByName(step, results, feeds);
    const norm = Math.sqrt([...gradients.values()].reduce((sum, g) => sum + g.reduce((a, x) => a + x * x, 0), 0));
    expect(Math.abs(norm / run.gradientNorms[s]! - 1)).toBeLessThan(interpreterTolerance);
    const settings = { ...golden.optimiser, step: s + 1, learningRate: run.learningRates[s]! };
    for (const { name, decay, parts } of step.parameters.filter(({ still }) => still !== true)) {
      const gradient = Float64Array.from(parts.flatMap((part) => [...gradients.get(part.name)!]));
      // The update's arithmetic is double; only its usual storage is float32.
      const arrays = [weights.get(name)!, gradient, first.get(name)!, second.get(name)!] as unknown as Float32Array[];
      adamwUpdate(arrays[0]!, arrays[1]!, arrays[2]!, arrays[3]!, settings, decay, clipScale(norm, settings.clipNorm));
    }
  }
  const final = new Map([...weights].map(([name, data]) => [name, Float32Array.from(data)]));
  const errors = toTensors(step.parameters, final).map(
    ({ name, data }) => [name, relativeError(data, goldenTensor(`${key}/final/${name}`))] as const,
  );
  expect(above(Object.fromEntries(errors), interpreterTolerance)).toEqual({});
});
