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
  /** How much of the start weight comes in; 0 where there is none. */
  pull: number;
}

/**
 * The pull to the start weights w0 is decoupled like the decay, and looks at the same old weights: w - rate alpha (w - w0),
 * so that Adam's second moment does not divide it away (Loshchilov & Hutter 2019 for the decay; L2-SP: Li et al. 2018).
 */
export function tensorNumbers(settings: AdamwSettings, name: string, decay: boolean, pulled: boolean): TensorNumbers {
  const { beta1, beta2, weightDecay, pullToStart = 0 } = settings;
  const { share, step } = settings.of?.(name) ?? { share: 1, step: settings.step };
  const learningRate = settings.learningRate * share;
  const pull = pulled ? learningRate * pullToStart : 0;
  return {
    keep: (decay ? 1 - learningRate * weightDecay : 1) - pull,
    pull,
    rate: learningRate / (1 - Math.pow(beta1, step)),
    root: 1 / Math.sqrt(1 - Math.pow(beta2, step)),
  };
}
