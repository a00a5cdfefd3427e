/**
 * Held-out loss of two models on the same masked tokens: mean nats a token each, and tuned minus base with an
 * interval that resamples blocks (or documents: whatever number the caller gives each token).
 */
import { formatNumber, UnmaskError } from "../../base/index.ts";
import type { Interval } from "../../contract/index.ts";
import { pairedMeanInterval } from "./paired-mean.ts";

export interface HeldOutComparison {
  tokens: number;
  /** Resampled units. */
  blocks: number;
  baseLoss: number;
  tunedLoss: number;
  /** tuned minus base, nats a token. */
  difference: Interval;
  basePerplexity: number;
  tunedPerplexity: number;
  /** One plain sentence; ends with a note where the interval is doubtful. */
  verdict: string;
}

export function heldOutComparison(
  baseNll: Float32Array,
  tunedNll: Float32Array,
  blockOf: Int32Array,
  seed = 1,
): HeldOutComparison {
  const tokens = baseNll.length;
  if (tunedNll.length !== tokens || blockOf.length !== tokens) {
    throw new UnmaskError(
      "evaluation/length-mismatch",
      `Both models must be scored on the same tokens; they have ${tokens} and ${tunedNll.length}.`,
      "This is a fault of ours.",
      { base: tokens, tuned: tunedNll.length, blocks: blockOf.length },
    );
  }
  const differences = new Float64Array(tokens);
  for (let i = 0; i < tokens; i++) {
    differences[i] = tunedNll[i]! - baseNll[i]!;
    if (Number.isFinite(differences[i])) continue;
    throw new UnmaskError(
      "evaluation/not-a-number",
      `The loss of every held-out token must be a finite number; token ${i + 1} has none.`,
      "A training run that diverged gives such losses: use an earlier checkpoint.",
      { token: i },
    );
  }
  const { value, low, high, units, note } = pairedMeanInterval(differences, blockOf, { seed });
  const [baseLoss, tunedLoss] = [mean(baseNll), mean(tunedNll)];
  const [basePerplexity, tunedPerplexity] = [Math.exp(baseLoss), Math.exp(tunedLoss)];
  const sentence = sentenceFor({ value, low, high }, basePerplexity, tunedPerplexity, tokens);
  return {
    tokens,
    blocks: units,
    baseLoss,
    tunedLoss,
    difference: { value, low, high },
    basePerplexity,
    tunedPerplexity,
    verdict: note === undefined ? sentence : `${sentence} ${note}`,
  };
}

function sentenceFor(difference: Interval, base: number, tuned: number, tokens: number): string {
  const { value, low, high } = difference;
  const range = `95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}, ${tokens} hidden tokens`;
  const change = `perplexity ${formatNumber(base)} to ${formatNumber(tuned)}`;
  if (high < 0) {
    return `The tuned model guesses held-out words better: ${(-value).toFixed(3)} nats a token less (${range}; ${change}).`;
  }
  if (low > 0) {
    return `The tuned model guesses held-out words worse: ${value.toFixed(3)} nats a token more (${range}; ${change}).`;
  }
  return `No visible difference on held-out text: ${value.toFixed(3)} nats a token (${range}; ${change}).`;
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
