/**
 * What AdamW's kernels need beside the settings, per tensor. As torch.optim.AdamW: decoupled decay first,
 * bias-corrected moments, epsilon outside the root. Powers are taken in double: in float32, beta2^t loses digits.
 */
import type { AdamwSettings } from "./types.ts";

export interface TensorNumbers {
  /** What decay leaves of the weight. */
  keep: number;
  /** Learning rate over the first moment's bias correction. */
  rate: number;
  /** One over the root of the second moment's bias correction. */
  root: number;
}

export function tensorNumbers(settings: AdamwSettings, name: string, decay: boolean): TensorNumbers {
  const { beta1, beta2, weightDecay } = settings;
  const { share, step } = settings.of?.(name) ?? { share: 1, step: settings.step };
  const learningRate = settings.learningRate * share;
  return {
    keep: decay ? 1 - learningRate * weightDecay : 1,
    rate: learningRate / (1 - Math.pow(beta1, step)),
    root: 1 / Math.sqrt(1 - Math.pow(beta2, step)),
  };
}
