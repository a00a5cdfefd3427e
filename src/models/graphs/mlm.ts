/**
 * Masked-language-model graphs: training, held-out losses, logits for fill-mask. The masked places are
 * gathered behind the last attention, so all that follows, the large product with the vocabulary among it, shrinks by
 * the masking rate; the decoder is the word-embedding table itself (tied, as in every family).
 */
import { crossEntropy, sugar as s, type Value } from "../../autodiff/index.ts";
import type { ModelConfig, StepShape } from "../../contract/index.ts";
import { architectureOf } from "../architectures/index.ts";
import type { Parameter } from "../parameter.ts";
import { finishForward, finishTraining, type ForwardGraph, type StepGraph, type TrainingOptions } from "./finish.ts";
import { declare, type Frame, type Rows, type TokenInputs } from "./frame.ts";
import { openNetwork, sightInputs, tokenInputs, type NetworkOptions } from "./inputs.ts";

/**
 * Encoder and head up to the logits of the masked places; behind the last attention nothing is computed for other places,
 * but for those that a head for pairs reads: `others` (R, H).
 * Shapes: inputs input_ids, position_ids, token_type_ids int32 (B*T) as the family has them, attention_mask float (B, T) with
 * padding only, masked_positions int32 (M) into B*T; gives (M, V).
 */
export function maskedLogits(
  name: string,
  config: ModelConfig,
  shape: StepShape,
  options: NetworkOptions & TrainingOptions,
  forPairs?: (frame: Frame) => Rows,
): { frame: Frame; parameters: Parameter[]; tokens: TokenInputs; logits: Value; others: Value | undefined } {
  const { frame, parameters } = openNetwork(name, config, shape, forPairs === undefined ? "mlm" : "mlm+pairs", options);
  const { b } = frame;
  const { encoder, heads } = architectureOf(config);
  const { guess } = encoder;
  const tokens = guess === undefined ? tokenInputs(frame, options) : sightInputs(frame);
  const positions = declare(frame, "masked_positions", "int32", [shape.M]);
  const masked: Rows = (x) => s.gather(b, x, positions);
  const other = forPairs?.(frame);
  const rows: Rows = other === undefined ? masked : (x) => s.concat(b, [masked(x), other(x)], 0);
  const hidden = guess?.(frame, tokens, positions) ?? encoder.graph(frame, tokens, rows).hidden; // (M or M + R, H)
  const more = hidden.shape[0]! - shape.M;
  const [places, others] = more === 0 ? [hidden] : s.split(b, hidden, [shape.M, more], 0);
  const logits = b.scope("head", () => heads.mlm.logits(frame, places!));
  return { frame, parameters, tokens, logits, others };
}

/**
 * Outputs "nll" (M) and "loss": the sum of loss_weights x nll. An unused place has weight 0 and any valid label.
 * With label smoothing e each place's loss is (1 - e) nll + e times the mean of every answer's nll, as
 * torch.nn.CrossEntropyLoss: nll + e (z_label - mean z). "nll" stays the plain one.
 */
function lossOutputs(frame: Frame, logits: Value): void {
  const { loss, nll } = maskedLoss(frame, logits);
  frame.b.output(loss, "loss");
  frame.b.output(nll, "nll");
}

/** The two values of `lossOutputs`, for a loss that another is added to. */
export function maskedLoss(frame: Frame, logits: Value, smoothing = 0): { loss: Value; nll: Value } {
  const { b } = frame;
  const M = logits.shape[0]!;
  const labels = declare(frame, "labels", "int32", [M]);
  const weights = declare(frame, "loss_weights", "float32", [M]);
  return b.scope("loss", () => {
    const plain = crossEntropy(b, logits, labels, weights);
    if (smoothing === 0) return plain;
    const V = frame.config.vocab_size;
    const real = logits.shape[1] === V ? logits : s.slice(b, logits, [0], [V], [1]); // further ones are padding
    const answer = s.reshape(b, s.gatherElements(b, real, s.reshape(b, labels, [M, 1]), 1), [M]);
    const surplus = s.mul(b, s.sub(b, answer, s.reduceMean(b, real, [1], false)), smoothing);
    return {
      nll: plain.nll,
      loss: s.reduceSum(b, s.mul(b, s.add(b, plain.nll, surplus), weights), [0], false, "loss"),
    };
  });
}

/** One training step's graph: loss and the gradient of every trainable parameter. */
export function buildMlmTraining(
  config: ModelConfig,
  shape: StepShape,
  options: NetworkOptions & TrainingOptions & { labelSmoothing?: number },
): StepGraph {
  const { frame, parameters, logits } = maskedLogits("mlm-training", config, shape, options);
  frame.b.output(maskedLoss(frame, logits, options.labelSmoothing).loss, "loss");
  return finishTraining(frame, parameters, options);
}

/** Outputs "nll" (M), each masked place's loss, and their weighted sum "loss": held-out evaluation. */
export function buildMlmForward(config: ModelConfig, shape: StepShape, options: NetworkOptions): ForwardGraph {
  const { frame, parameters, logits } = maskedLogits("mlm-forward", config, shape, options);
  lossOutputs(frame, logits);
  return finishForward(frame, parameters);
}

/** Output "logits" (M, V): fill-mask. */
export function buildMlmLogits(config: ModelConfig, shape: StepShape, options: NetworkOptions): ForwardGraph {
  const { frame, parameters, logits } = maskedLogits("mlm-logits", config, shape, options);
  frame.b.output(logits, "logits");
  return finishForward(frame, parameters);
}
