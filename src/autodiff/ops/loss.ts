/**
 * Cross-entropy with ignored labels. `CrossEntropy` is a composite of ours (logits, labels -> nll): it reaches
 * the runtime as ONNX nodes, but is differentiated as one op, because V is large and each pass over (M, V) counts:
 * softmax forward, one product backward, and M single writes.
 */
import type { GraphBuilder } from "../builder.ts";
import type { Value } from "../graph.ts";
import * as s from "../sugar.ts";
import { gradientOf } from "./broadcast.ts";
import { inputOf, mismatch, type OpRecord } from "./record.ts";

/** Smallest normal numbers: nll stops at 87 nats (float32) instead of becoming infinite; its gradient stays right. */
const smallest = { float32: 1.1754943508222875e-38, float64: 2.2250738585072014e-308 } as const;

const CrossEntropy: OpRecord = {
  op: "CrossEntropy",
  domain: "unmask",
  since: 13,
  stopGradientInputs: [1],
  shape: (c) => {
    const [logits, labels] = [inputOf(c, 0), inputOf(c, 1)];
    if (logits.shape.length !== 2 || labels.shape.length !== 1 || labels.shape[0] !== logits.shape[0])
      throw mismatch(c, "needs logits (M, V) and labels (M)");
    if (logits.type !== "float32" && logits.type !== "float64")
      throw mismatch(c, `needs float32 logits, not ${logits.type}`);
    if (labels.type !== "int32" && labels.type !== "int64") throw mismatch(c, `needs int32 labels, not ${labels.type}`);
    return [{ type: logits.type, shape: labels.shape }];
  },
  // nll = -log P[label], P = softmax(logits)
  expand: ({ b, inputs }) => {
    const [logits, labels] = [inputs[0]!, inputs[1]!];
    const [m] = labels.shape as [number];
    const p = s.softmax(b, logits, -1);
    const column = s.reshape(b, labels, [m, 1]);
    const picked = s.gatherElements(b, p, column, 1); // (M, 1)
    const floor = smallest[logits.type as keyof typeof smallest];
    const nll = s.neg(b, s.log(b, s.reshape(b, s.clip(b, picked, floor, null), [m])));
    return { outputs: [nll], saved: [p, column] };
  },
  // dLogits = g (P - onehot): -1 added at the labels, one a row, so that no two meet; then g everywhere
  backward: (c) => {
    const [p, column] = c.saved as [Value, Value];
    const g = s.reshape(c.b, gradientOf(c), column.shape); // (M, 1)
    const minus = c.b.filled(column.shape, -1, p.type);
    return [s.mul(c.b, c.b.op("ScatterElements", [p, column, minus], { axis: 1, reduction: "add" }), g), null];
  },
};

/**
 * Weighted cross-entropy: logits (M, V), labels int32 (M), weights (M). An ignored place has weight 0 and any
 * valid label. `loss` = sum over m of weight x nll: pass weights of 1/count for a mean.
 */
export function crossEntropy(
  b: GraphBuilder,
  logits: Value,
  labels: Value,
  weights: Value,
): { loss: Value; nll: Value } {
  const nll = b.op("CrossEntropy", [logits, labels], {}, "nll");
  return { loss: s.reduceSum(b, s.mul(b, nll, weights), [0], false, "loss"), nll };
}

export const losses = { CrossEntropy } satisfies Record<string, OpRecord>;
