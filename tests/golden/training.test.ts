/** AdamW against PyTorch (tests/oracles/training.py): the plain loop that tests compare with, and the CPU's kernel. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HostOptimiser } from "../../src/runtime/host-optimiser.ts";
import { HostWeights } from "../../src/runtime/host-weights.ts";
import { clipScale, type AdamwSettings } from "../../src/runtime/index.ts";
import { loadOrt } from "../../src/runtime/ort.ts";
import { adamwUpdate } from "../support/adamw.ts";

interface Golden {
  adamw: {
    weight: number[];
    bias: number[];
    steps: {
      rate: number;
      weight_gradient: number[];
      bias_gradient: number[];
      norm: number;
      weight: number[];
      bias: number[];
    }[];
  };
}
const golden = JSON.parse(readFileSync(new URL("./training.json", import.meta.url), "utf8")) as Golden;

/** All keep state in float32 and compute in double or float32: about ten roundings of 6e-8 apart. */
const stateTolerance = 1e-6;

/** Takes one step with these gradients of (weight, bias) and gives the norm before clipping. */
type Update = (gradients: readonly Float32Array[], settings: AdamwSettings) => number;
interface Updated {
  values: readonly Float32Array[];
  update: Update;
}
const decays = [true, false];

function plainLoop(values: readonly Float32Array[]): Updated {
  const [first, second] = [
    values.map((x) => new Float32Array(x.length)),
    values.map((x) => new Float32Array(x.length)),
  ];
  const update: Update = (gradients, settings) => {
    const norm = Math.sqrt(gradients.flatMap((g) => [...g]).reduce((sum, g) => sum + g * g, 0));
    const scale = clipScale(norm, settings.clipNorm);
    values.forEach((x, i) => adamwUpdate(x, gradients[i]!, first[i]!, second[i]!, settings, decays[i]!, scale));
    return norm;
  };
  return { values, update };
}

async function kernel(values: readonly Float32Array[]): Promise<Updated> {
  const parameters = values.map((x, i) => ({ name: `t${i}`, shape: [x.length], decay: decays[i]! }));
  const given = new Map(values.map((x, i) => [`t${i}`, x]));
  const weights = await HostWeights.open(await loadOrt("wasm", undefined, 1), parameters, given);
  const optimiser = await HostOptimiser.open(parameters, weights);
  return {
    values: [weights.values.get("t0")!, weights.values.get("t1")!],
    update: (gradients, settings) => optimiser.step(new Map(gradients.map((g, i) => [`t${i}`, g])), settings),
  };
}

test.each([
  ["the plain loop", plainLoop],
  ["the CPU's kernel", kernel],
])("six AdamW steps with clipping, decay on the weight only, equal torch.optim.AdamW: %s", async (_name, open) => {
  const { weight, bias, steps } = golden.adamw;
  const { values, update } = await open([Float32Array.from(weight), Float32Array.from(bias)]);
  steps.forEach((step, s) => {
    const gradients = [Float32Array.from(step.weight_gradient), Float32Array.from(step.bias_gradient)];
    const settings = {
      step: s + 1,
      learningRate: step.rate,
      beta1: 0.9,
      beta2: 0.98,
      epsilon: 1e-6,
      weightDecay: 0.05,
      clipNorm: 1,
    };
    expect(Math.abs(update(gradients, settings) / step.norm - 1)).toBeLessThan(stateTolerance);
    [step.weight, step.bias].forEach((expected, i) =>
      expected.forEach((x, k) =>
        expect(Math.abs(values[i]![k]! - x)).toBeLessThan(stateTolerance * Math.max(1, Math.abs(x))),
      ),
    );
  });
});
