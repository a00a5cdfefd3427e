/**
 * AdamW as one reads it, in double: what the kernels on CPU and GPU are compared with. Itself compared with
 * PyTorch in tests/golden.
 */
import type { AdamwSettings } from "../../src/runtime/index.ts";

/** Updates weight, first and second moment in place; `scale` is the clipping factor; a `start` is pulled to. All of length n. */
export function adamwUpdate(
  weight: Float32Array,
  gradient: Float32Array,
  first: Float32Array,
  second: Float32Array,
  settings: AdamwSettings,
  decay: boolean,
  scale: number,
  start?: Float32Array,
): void {
  const { beta1, beta2, epsilon, learningRate, step } = settings;
  const pull = start === undefined ? 0 : learningRate * (settings.pullToStart ?? 0);
  const keep = decay ? 1 - learningRate * settings.weightDecay : 1;
  const rate = learningRate / (1 - Math.pow(beta1, step));
  const root = 1 / Math.sqrt(1 - Math.pow(beta2, step));
  const [add1, add2] = [1 - beta1, 1 - beta2];
  for (let i = 0, n = weight.length; i < n; i++) {
    const g = gradient[i]! * scale;
    const m = beta1 * first[i]! + add1 * g;
    const v = beta2 * second[i]! + add2 * g * g;
    first[i] = m;
    second[i] = v;
    const home = start === undefined ? 0 : pull * (weight[i]! - start[i]!);
    weight[i] = weight[i]! * keep - home - (rate * m) / (Math.sqrt(v) * root + epsilon);
  }
}

/** In double. */
export function sumOfSquares(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = values.length & ~3;
  for (let i = 0; i < end; i += 4) {
    a += values[i]! * values[i]!;
    b += values[i + 1]! * values[i + 1]!;
    c += values[i + 2]! * values[i + 2]!;
    d += values[i + 3]! * values[i + 3]!;
  }
  for (let i = end; i < values.length; i++) a += values[i]! * values[i]!;
  return a + b + c + d;
}
