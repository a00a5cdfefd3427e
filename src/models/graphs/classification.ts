/**
 * Heads for labelled text: a class for every token, a class or a number for the whole block, the first and the last
 * token of an answer. Forward and training share everything up to the logits. Layouts, names and losses as
 * transformers' ForTokenClassification, ForSequenceClassification (num_labels 1: regression) and
 * ForQuestionAnswering, so a head can be saved and opened there.
 */
import { crossEntropy, sugar as s, type Value } from "../../autodiff/index.ts";
import type { ModelConfig } from "../../contract/index.ts";
import { architectureOf } from "../architectures/index.ts";
import type { Parameter, TaskHead } from "../parameter.ts";
import { MASKED_SCORE } from "./attention.ts";
import { finishForward, finishTraining, type ForwardGraph, type StepGraph, type TrainingOptions } from "./finish.ts";
import { declare, type BlockShape, type Frame, type TokenInputs } from "./frame.ts";
import { openNetwork, tokenInputs, type NetworkOptions } from "./inputs.ts";

function headLogits(
  config: ModelConfig,
  shape: BlockShape,
  head: TaskHead,
  options: NetworkOptions & TrainingOptions,
): { frame: Frame; parameters: Parameter[]; logits: Value } {
  const { frame, parameters } = openNetwork(`${head.kind}-head`, config, shape, head, options);
  const { encoder, heads } = architectureOf(config);
  const tokens = tokenInputs(frame, options);
  const one = heads[head.kind === "spans" || head.kind === "tokens" ? head.kind : "sequence"];
  const { hidden } = encoder.graph(frame, tokens, one.rows?.(frame));
  const logits = frame.b.scope("head", () => {
    const plain = one.logits(frame, hidden, tokens);
    return head.kind === "spans" ? withoutPadding(frame, plain, tokens) : plain;
  });
  frame.b.output(logits, "logits");
  return { frame, parameters, logits };
}

/**
 * Start and end logit of each place (B*T, 2), padding's pressed down. Padding is no answer: transformers lets it compete
 * in the softmax, which makes a text's loss depend on how far its batch is padded. Without padding the two are the same.
 */
function withoutPadding({ b, shape }: Frame, logits: Value, { attentionMask }: TokenInputs): Value {
  if (attentionMask === undefined) return logits;
  const bias = s.mul(b, s.sub(b, attentionMask, 1), -MASKED_SCORE);
  return s.add(b, logits, s.reshape(b, bias, [shape.B * shape.T, 1]));
}

interface Losses {
  /** Scalar: the weighted sum. */
  loss: Value;
  /** One a labelled place. */
  nll: Value;
}

/** Cross-entropy over classes: labels int32 and loss_weights float, one a row of the logits. */
function classLoss(frame: Frame, logits: Value): Losses {
  const N = logits.shape[0]!;
  const labels = declare(frame, "labels", "int32", [N]);
  return crossEntropy(frame.b, logits, labels, declare(frame, "loss_weights", "float32", [N]));
}

/** Squared error: targets and loss_weights float (B). */
function squaredLoss(frame: Frame, logits: Value): Losses {
  const { b } = frame;
  const B = logits.shape[0]!;
  const targets = declare(frame, "targets", "float32", [B]);
  const weights = declare(frame, "loss_weights", "float32", [B]);
  const miss = s.sub(b, s.reshape(b, logits, [B]), targets);
  const nll = s.mul(b, miss, miss, "nll");
  return { loss: s.reduceSum(b, s.mul(b, nll, weights), [0], false, "loss"), nll };
}

/** Mean of two cross-entropies over the T places: start_positions and end_positions int32, loss_weights float (B). */
function spanLoss(frame: Frame, logits: Value): Losses {
  const { b } = frame;
  const { B, T } = frame.shape;
  const half = s.mul(b, declare(frame, "loss_weights", "float32", [B]), 0.5);
  const parts = ["start_positions", "end_positions"].map((name, side) => {
    const places = s.reshape(b, s.slice(b, logits, [side], [side + 1], [1]), [B, T]);
    return crossEntropy(b, places, declare(frame, name, "int32", [B]), half);
  });
  const [start, end] = parts as [Losses, Losses];
  return { loss: s.add(b, start.loss, end.loss), nll: s.mul(b, s.add(b, start.nll, end.nll), 0.5) };
}

const lossOf: Record<TaskHead["kind"], (frame: Frame, logits: Value) => Losses> = {
  tokens: classLoss,
  sequence: classLoss,
  regression: squaredLoss,
  spans: spanLoss,
};

/** Output "logits": tokens (B*T, C), sequence (B, C), regression (B, 1), spans (B*T, 2), start and end. */
export function buildHead(
  config: ModelConfig,
  shape: BlockShape,
  head: TaskHead,
  options: NetworkOptions,
): ForwardGraph {
  const { frame, parameters } = headLogits(config, shape, head, options);
  return finishForward(frame, parameters);
}

function withLoss(config: ModelConfig, shape: BlockShape, head: TaskHead, options: NetworkOptions & TrainingOptions) {
  const { frame, parameters, logits } = headLogits(config, shape, head, options);
  const { loss, nll } = frame.b.scope("loss", () => lossOf[head.kind](frame, logits));
  frame.b.output(loss, "loss");
  frame.b.output(nll, "nll");
  return { frame, parameters };
}

/**
 * Outputs logits, nll (one a labelled place), loss. Besides the tokens its inputs are loss_weights (0 where nothing is
 * labelled) and labels (tokens: B*T, sequence: B), targets (regression) or start_positions and end_positions (spans).
 */
export function buildHeadTraining(
  config: ModelConfig,
  shape: BlockShape,
  head: TaskHead,
  options: NetworkOptions & TrainingOptions,
): StepGraph {
  const { frame, parameters } = withLoss(config, shape, head, options);
  return finishTraining(frame, parameters, options);
}

/** The same inputs and outputs without gradients: the loss on items that are not trained on. */
export function buildHeadForward(
  config: ModelConfig,
  shape: BlockShape,
  head: TaskHead,
  options: NetworkOptions,
): ForwardGraph {
  const { frame, parameters } = withLoss(config, shape, head, options);
  return finishForward(frame, parameters);
}
