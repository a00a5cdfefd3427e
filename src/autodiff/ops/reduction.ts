/** Sums, means and maxima over axes, and softmax, which is built on them. */
import type { TensorType, Value } from "../graph.ts";
import { axisOf, sizeOf } from "../shape.ts";
import * as s from "../sugar.ts";
import { gradientOf, input } from "./broadcast.ts";
import { unaryShape } from "./elementwise-shape.ts";
import {
  axisAt,
  inputOf,
  integersAt,
  numberOf,
  type BackwardContext,
  type OpRecord,
  type ShapeContext,
} from "./record.ts";

function reductionShape(c: ShapeContext): TensorType[] {
  const x = inputOf(c, 0);
  const given = c.inputs[1] ? integersAt(c, 1) : [];
  if (given.length === 0 && numberOf(c.attributes, "noop_with_empty_axes", 0) === 1) return [x];
  const axes = given.length === 0 ? x.shape.map((_, i) => i) : given.map((a) => axisAt(c, a, x.shape.length));
  const keep = numberOf(c.attributes, "keepdims", 1) === 1;
  const shape = x.shape.flatMap((n, i) => (axes.includes(i) ? (keep ? [1] : []) : [n]));
  return [{ type: x.type, shape }];
}

/** Shape of the output as it is with keepdims = 1. */
function keptShape(c: BackwardContext): number[] {
  const { shape } = input(c, 0);
  const given = c.integers(1) ?? [];
  if (given.length === 0 && numberOf(c.attributes, "noop_with_empty_axes", 0) === 1) return [...shape];
  const axes = given.map((a) => axisOf(a, shape.length));
  return shape.map((n, i) => (given.length === 0 || axes.includes(i) ? 1 : n));
}

function reduction(op: string, since: number, backward: (c: BackwardContext) => Value): OpRecord {
  return {
    op,
    since,
    attributes: { keepdims: "int", noop_with_empty_axes: "int" },
    stopGradientInputs: [1],
    shape: reductionShape,
    backward: (c) => [backward(c), null],
  };
}

/** A value of the output's shape, spread over the input's. */
const spread = (c: BackwardContext, value: Value): Value =>
  s.expand(c.b, s.reshape(c.b, value, keptShape(c)), input(c, 0).shape);

// dX = g everywhere
const ReduceSum = reduction("ReduceSum", 13, (c) => spread(c, gradientOf(c)));

// dX = g / n
const ReduceMean = reduction("ReduceMean", 18, (c) => {
  const n = sizeOf(input(c, 0).shape) / sizeOf(c.outputs[0]!.shape);
  return spread(c, s.mul(c.b, gradientOf(c), 1 / n));
});

// dX = g [X = max] / (number of maxima): ties share, as in PyTorch's amax
const ReduceMax = reduction("ReduceMax", 18, (c) => {
  const x = input(c, 0);
  const kept = keptShape(c);
  const axes = kept.flatMap((n, i) => (n === 1 && x.shape[i] !== 1 ? [i] : []));
  const hit = s.cast(c.b, s.equal(c.b, x, s.reshape(c.b, c.outputs[0]!, kept)), x.type);
  const ties = axes.length === 0 ? hit : s.reduceSum(c.b, hit, axes, true);
  return s.mul(c.b, hit, s.div(c.b, s.reshape(c.b, gradientOf(c), kept), ties));
});

const softmaxAxis = (c: BackwardContext): number =>
  axisOf(numberOf(c.attributes, "axis", -1), input(c, 0).shape.length)!;

const Softmax: OpRecord = {
  op: "Softmax",
  since: 13,
  attributes: { axis: "int" },
  shape: (c) => {
    axisAt(c, numberOf(c.attributes, "axis", -1), inputOf(c, 0).shape.length);
    return unaryShape(c);
  },
  // dX = Y (g - sum(g Y))
  backward: (c) => {
    const [g, y] = [gradientOf(c), c.outputs[0]!];
    const dot = s.reduceSum(c.b, s.mul(c.b, g, y), [softmaxAxis(c)], true);
    return [s.mul(c.b, y, s.sub(c.b, g, dot))];
  },
};

const LogSoftmax: OpRecord = {
  ...Softmax,
  op: "LogSoftmax",
  // dX = g - exp(Y) sum(g)
  backward: (c) => {
    const [g, y] = [gradientOf(c), c.outputs[0]!];
    const sum = s.reduceSum(c.b, g, [softmaxAxis(c)], true);
    return [s.sub(c.b, g, s.mul(c.b, s.exp(c.b, y), sum))];
  },
};

export const reductions = { ReduceSum, ReduceMean, ReduceMax, Softmax, LogSoftmax } satisfies Record<string, OpRecord>;
