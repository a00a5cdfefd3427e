/**
 * Heads for labelled text: a class for every token, or one for the whole block. Forward and training
 * share everything up to the logits. Layouts and names as transformers' ForTokenClassification and
 * ForSequenceClassification, so a head can be saved and opened there.
 */
import { crossEntropy, GraphBuilder, sugar as s, type Value } from "../../autodiff/index.ts";
import type { ModelConfig } from "../../contract/index.ts";
import { parametersOf, type Parameter } from "../parameters.ts";
import { linear } from "./blocks.ts";
import { encoder } from "./encoder.ts";
import { finishForward, finishTraining, type ForwardGraph, type StepGraph, type TrainingOptions } from "./finish.ts";
import { declare, openFrame, tokenInputs, type BlockShape, type Frame, type PaddingOption } from "./inputs.ts";

type HeadKind = "tokens" | "sequence";

function classLogits(
  kind: HeadKind,
  config: ModelConfig,
  shape: BlockShape,
  labels: number,
  padding: PaddingOption,
): { frame: Frame; parameters: Parameter[]; logits: Value } {
  const parameters = parametersOf(config, { kind, labels });
  const frame = openFrame(new GraphBuilder(`${kind}-classification`), config, shape, parameters);
  const { hidden } = encoder(frame, tokenInputs(frame, padding));
  const logits = frame.b.scope("head", () =>
    kind === "tokens" ? linear(frame, hidden, "classifier") : sequenceHead(frame, hidden),
  );
  frame.b.output(logits, "logits");
  return { frame, parameters, logits };
}

/** Dense and tanh on each block's first token, then the classifier: (B*T, H) -> (B, C). */
function sequenceHead(frame: Frame, hidden: Value): Value {
  const { b, config, shape } = frame;
  const [B, T, H] = [shape.B, shape.T, config.hidden_size];
  const first = s.slice(b, s.reshape(b, hidden, [B, T * H]), [0], [H], [1]); // (B, H)
  const [dense, output] =
    config.model_type === "bert" ? ["bert.pooler.dense", "classifier"] : ["classifier.dense", "classifier.out_proj"];
  return linear(frame, s.tanh(b, linear(frame, first, dense)), output);
}

function training(
  kind: HeadKind,
  config: ModelConfig,
  shape: BlockShape,
  classes: number,
  options: PaddingOption & TrainingOptions,
): StepGraph {
  const { frame, parameters, logits } = classLogits(kind, config, shape, classes, options);
  const N = logits.shape[0]!;
  const labels = declare(frame, "labels", "int32", [N]);
  const weights = declare(frame, "loss_weights", "float32", [N]);
  const { loss, nll } = frame.b.scope("loss", () => crossEntropy(frame.b, logits, labels, weights));
  frame.b.output(loss, "loss");
  frame.b.output(nll, "nll");
  return finishTraining(frame, parameters, options);
}

/** Output "logits" (B*T, C). */
export function buildTokenClassification(
  config: ModelConfig,
  shape: BlockShape,
  classes: number,
  options: PaddingOption,
): ForwardGraph {
  const { frame, parameters } = classLogits("tokens", config, shape, classes, options);
  return finishForward(frame, parameters);
}

/** Inputs labels int32 and loss_weights float (B*T), weight 0 where a token has no label; outputs logits, nll, loss. */
export function buildTokenClassificationTraining(
  config: ModelConfig,
  shape: BlockShape,
  classes: number,
  options: PaddingOption & TrainingOptions,
): StepGraph {
  return training("tokens", config, shape, classes, options);
}

/** Output "logits" (B, C). */
export function buildSequenceClassification(
  config: ModelConfig,
  shape: BlockShape,
  classes: number,
  options: PaddingOption,
): ForwardGraph {
  const { frame, parameters } = classLogits("sequence", config, shape, classes, options);
  return finishForward(frame, parameters);
}

/** Inputs labels int32 and loss_weights float (B); outputs logits, nll, loss. */
export function buildSequenceClassificationTraining(
  config: ModelConfig,
  shape: BlockShape,
  classes: number,
  options: PaddingOption & TrainingOptions,
): StepGraph {
  return training("sequence", config, shape, classes, options);
}
