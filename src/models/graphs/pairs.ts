/**
 * Two segments a block, and whether they belong together: a pooler (dense and tanh on the first token) and two
 * logits, trained beside MLM. Layout, names and loss as transformers' BertForPreTraining: the sum of both means.
 */
import { crossEntropy, sugar as s, type Value } from "../../autodiff/index.ts";
import { UnmaskError } from "../../base/index.ts";
import type { ModelConfig, StepShape } from "../../contract/index.ts";
import { architectureOf } from "../architectures/index.ts";
import { pairHead } from "../architectures/pair-head.ts";
import { finishForward, finishTraining, type ForwardGraph, type StepGraph, type TrainingOptions } from "./finish.ts";
import { declare, type BlockShape, type Frame, type TokenInputs } from "./frame.ts";
import { firstTokens } from "./heads.ts";
import { openNetwork, tokenInputs, type NetworkOptions } from "./inputs.ts";
import { maskedLogits, maskedLoss } from "./mlm.ts";

/** Each block's first token (B, H) -> (B, 2). */
const pairLogits = (frame: Frame, first: Value, tokens: TokenInputs): Value =>
  frame.b.scope("pairs", () => pairHead(architectureOf(frame.config)).logits(frame, first, tokens));

/**
 * Inputs of MLM training, and pair_labels int32 (B), pair_weights float (B). Outputs "loss": both weighted sums added;
 * "nll" (M) of the masked places; "pair_nll" (B).
 */
export function buildPairTraining(
  config: ModelConfig,
  shape: StepShape,
  options: NetworkOptions & TrainingOptions & { labelSmoothing?: number },
): StepGraph {
  const network = maskedLogits("pair-training", config, shape, options, firstTokens);
  const { frame, parameters, tokens, logits, others } = network;
  if (others === undefined)
    throw new UnmaskError("models/internal", "A model that guesses in any order has no rows for a head for pairs.");
  const { b } = frame;
  const words = maskedLoss(frame, logits, options.labelSmoothing);
  const labels = declare(frame, "pair_labels", "int32", [shape.B]);
  const weights = declare(frame, "pair_weights", "float32", [shape.B]);
  const pairs = crossEntropy(b, pairLogits(frame, others, tokens), labels, weights);
  b.output(s.add(b, words.loss, pairs.loss), "loss");
  b.output(words.nll, "nll");
  b.output(pairs.nll, "pair_nll");
  return finishTraining(frame, parameters, options);
}

/** Output "pair_logits" (B, 2): the segments belong together, they do not. */
export function buildPairLogits(config: ModelConfig, shape: BlockShape, options: NetworkOptions): ForwardGraph {
  const { frame, parameters } = openNetwork("pair-logits", config, shape, "pairs", options);
  const tokens = tokenInputs(frame, options);
  const { hidden } = architectureOf(config).encoder.graph(frame, tokens, firstTokens(frame));
  frame.b.output(pairLogits(frame, hidden, tokens), "pair_logits");
  return finishForward(frame, parameters);
}
