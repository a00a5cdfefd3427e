/**
 * AdamW on the host: a plain loop per tensor, arithmetic in double, state in float32.
 * Reference: torch.optim.AdamW (decoupled decay first, bias-corrected moments, epsilon outside the root).
 */
import type { AdamwSettings } from "./types.ts";

/** Updates weight, first and second moment in place; `scale` is the clipping factor. All of length n. */
export function adamwUpdate(
  weight: Float32Array,
  gradient: Float32Array,
  first: Float32Array,
  second: Float32Array,
  settings: AdamwSettings,
  decay: boolean,
  scale: number,
): void {
  const { beta1, beta2, epsilon, learningRate, step } = settings;
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
    weight[i] = weight[i]! * keep - (rate * m) / (Math.sqrt(v) * root + epsilon);
  }
}

/** The factor that brings a gradient of this norm down to `clipNorm`, as torch's clip_grad_norm_. */
export function clipScale(norm: number, clipNorm: number): number {
  return clipNorm > 0 ? Math.min(1, clipNorm / (norm + 1e-6)) : 1;
}

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

/** target[indices[n], :] += rows[n, :]; rows is (N, H). Order fixed by n: the same sum on every run. */
export function addRows(target: Float32Array, indices: Int32Array, rows: Float32Array, width: number): void {
  for (let n = 0; n < indices.length; n++) {
    const to = indices[n]! * width;
    const from = n * width;
    for (let h = 0; h < width; h++) target[to + h] = target[to + h]! + rows[from + h]!;
  }
}

export function addInto(target: Float32Array, values: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = target[i]! + values[i]!;
}
