/**
 * SimCSE (Gao et al. 2021): two views of each text, drawn together; the other texts of the batch are pushed away. The
 * first half of the rows are the texts, the second half their views: the same text under other dropout masks, or its
 * partner of a pair. The MLM head lies beside it unused, so that a checkpoint keeps it.
 */
import { crossEntropy, sugar as s, type Value } from "../../autodiff/index.ts";
import type { ModelConfig } from "../../contract/index.ts";
import { architectureOf } from "../architectures/index.ts";
import type { Parameter } from "../parameter.ts";
import { finishForward, finishTraining, type ForwardGraph, type StepGraph, type TrainingOptions } from "./finish.ts";
import { declare, type BlockShape, type Frame, type TokenInputs } from "./frame.ts";
import { firstTokens } from "./heads.ts";
import { openNetwork, tokenInputs, type NetworkOptions } from "./inputs.ts";

export interface ContrastiveOptions extends NetworkOptions {
  padding: true;
  /** A text as its first token's state or as the mean of its tokens'. */
  pooling: "cls" | "mean";
  /** What cosines are divided by: the smaller, the more the nearest texts count. */
  temperature: number;
  /** A further input "apart" (B/2, B/2) is added to the scaled cosines: far below 0 where two rows share a text. */
  apart?: boolean;
}

/** The mean of each text's tokens: (B*T, H) -> (B, H). */
function mean(frame: Frame, hidden: Value, { attentionMask }: TokenInputs): Value {
  const { b, config, shape } = frame;
  const [B, T, H] = [shape.B, shape.T, config.hidden_size];
  const mask = attentionMask!;
  const share = s.div(b, mask, s.reduceSum(b, mask, [1], true)); // (B, T)
  return s.reshape(b, s.matmul(b, s.reshape(b, share, [B, 1, T]), s.reshape(b, hidden, [B, T, H])), [B, H]);
}

function unitRows(frame: Frame, x: Value): Value {
  const { b } = frame;
  return s.div(b, x, s.sqrt(b, s.reduceSum(b, s.mul(b, x, x), [1], true)));
}

/** Inputs labels int32 (B/2), each text's own number, and loss_weights float (B/2); outputs "nll" (B/2) and "loss". */
function contrastive(
  config: ModelConfig,
  shape: BlockShape,
  options: ContrastiveOptions & TrainingOptions,
): { frame: Frame; parameters: Parameter[] } {
  const { frame, parameters } = openNetwork("contrastive", config, shape, "kept-mlm", options);
  const { b } = frame;
  const N = shape.B / 2;
  const tokens = tokenInputs(frame, options);
  const first = options.pooling === "cls" ? firstTokens(frame) : undefined;
  const { hidden } = architectureOf(config).encoder.graph(frame, tokens, first);
  const { loss, nll } = b.scope("contrast", () => {
    const rows = unitRows(frame, first === undefined ? mean(frame, hidden, tokens) : hidden);
    const [texts, views] = s.split(b, rows, [N, N], 0) as [Value, Value];
    const cosines = s.gemm(b, texts, views, null, { transB: true, alpha: 1 / options.temperature }); // (N, N)
    const told = options.apart === true ? s.add(b, cosines, declare(frame, "apart", "float32", [N, N])) : cosines;
    const labels = declare(frame, "labels", "int32", [N]);
    return crossEntropy(b, told, labels, declare(frame, "loss_weights", "float32", [N]));
  });
  b.output(loss, "loss");
  b.output(nll, "nll");
  return { frame, parameters };
}

export function buildContrastiveTraining(
  config: ModelConfig,
  shape: BlockShape,
  options: ContrastiveOptions & TrainingOptions,
): StepGraph {
  const { frame, parameters } = contrastive(config, shape, options);
  return finishTraining(frame, parameters, options);
}

export function buildContrastiveForward(
  config: ModelConfig,
  shape: BlockShape,
  options: ContrastiveOptions,
): ForwardGraph {
  const { frame, parameters } = contrastive(config, shape, options);
  return finishForward(frame, parameters);
}
