/** AdamW against PyTorch (tests/oracles/training.py). */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { adamwUpdate, clipScale } from "../../src/runtime/index.ts";

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

/** Both keep state in float32, ours computes in double: about ten roundings of 6e-8 apart. */
const stateTolerance = 1e-6;

test("six AdamW steps with clipping, decay on the weight only, equal torch.optim.AdamW", () => {
  const { weight, bias, steps } = golden.adamw;
  const tensors = [
    { values: Float32Array.from(weight), decay: true },
    { values: Float32Array.from(bias), decay: false },
  ].map((t) => ({ ...t, first: new Float32Array(t.values.length), second: new Float32Array(t.values.length) }));
  steps.forEach((step, s) => {
    const gradients = [Float32Array.from(step.weight_gradient), Float32Array.from(step.bias_gradient)];
    const norm = Math.sqrt(gradients.flatMap((g) => [...g]).reduce((sum, g) => sum + g * g, 0));
    expect(Math.abs(norm / step.norm - 1)).toBeLessThan(stateTolerance);
    const settings = {
      step: s + 1,
      learningRate: step.rate,
      beta1: 0.9,
      beta2: 0.98,
      epsilon: 1e-6,
      weightDecay: 0.05,
      clipNorm: 1,
    };
    tensors.forEach((t, i) =>
      adamwUpdate(t.values, gradients[i]!, t.first, t.second, settings, t.decay, clipScale(norm, 1)),
    );
    [step.weight, step.bias].forEach((expected, i) =>
      expected.forEach((x, k) =>
        expect(Math.abs(tensors[i]!.values[k]! - x)).toBeLessThan(stateTolerance * Math.max(1, Math.abs(x))),
      ),
    );
  });
});
