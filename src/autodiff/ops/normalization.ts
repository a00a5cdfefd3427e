/**
 * LayerNormalization (Ba et al. 2016). Backward recomputes the normalised input with the op itself (scale 1):
 * one pass; with `layerNormStatistics` the same node also gives 1/deviation, else that takes six small nodes.
 */
import { AutodiffError } from "../errors.ts";
import type { TensorType, Value } from "../graph.ts";
import { axisOf, sizeOf } from "../shape.ts";
import * as s from "../sugar.ts";
import { gradientOf, input } from "./broadcast.ts";
import { axisAt, inputOf, mismatch, numberOf, oneType, type BackwardContext, type OpRecord } from "./record.ts";

/** Normalised rows x^ (N, H) and 1/deviation (N, 1). */
function normalized(c: BackwardContext, x: Value, epsilon: number): { hat: Value; inverse: Value } {
  if (c.options.layerNormStatistics === true) {
    const ones = c.b.filled([x.shape[1]!], 1, x.type);
    const attributes = { axis: -1, epsilon };
    const [hat, , inverse] = c.b.multi("LayerNormalization", [x, ones], attributes, 3, "normalized");
    return { hat: hat!, inverse: inverse! };
  }
  const centred = s.sub(c.b, x, s.reduceMean(c.b, x, [1], true));
  const variance = s.reduceMean(c.b, s.mul(c.b, centred, centred), [1], true);
  const inverse = s.reciprocal(c.b, s.sqrt(c.b, s.add(c.b, variance, epsilon)));
  return { hat: s.mul(c.b, centred, inverse), inverse };
}

const LayerNormalization: OpRecord = {
  op: "LayerNormalization",
  since: 17,
  attributes: { axis: "int", epsilon: "float", stash_type: "int" },
  optionalOutputs: [1, 2],
  shape: (c) => {
    const [x, scale] = [inputOf(c, 0), inputOf(c, 1)];
    const axis = axisAt(c, numberOf(c.attributes, "axis", -1), x.shape.length);
    const width = sizeOf(x.shape.slice(axis));
    if (sizeOf(scale.shape) !== width || (c.inputs[2] && sizeOf(c.inputs[2].shape) !== width))
      throw mismatch(c, `needs scale and bias of ${width} elements`);
    const type = oneType(c, [0, 1, 2]);
    const statistics: TensorType = { type, shape: x.shape.map((n, i) => (i < axis ? n : 1)) };
    return [{ type, shape: x.shape }, statistics, statistics];
  },
  // with p = g x^: dScale = sum p, dBias = sum g (over rows);
  // dX = (g s - mean(g s) - x^ mean(p s)) / deviation, both means as products with s/H
  backward: (c) => {
    if (c.gradients[1] || c.gradients[2]) throw noStatisticsGradient(c);
    const [x, scale] = [input(c, 0), input(c, 1)];
    const axis = axisOf(numberOf(c.attributes, "axis", -1), x.shape.length)!;
    const width = sizeOf(x.shape.slice(axis));
    const rows = [sizeOf(x.shape) / width, width];
    const flat = (v: Value): Value => s.reshape(c.b, v, rows);
    const g = flat(gradientOf(c));
    const sum = (v: Value, like: Value): Value => s.reshape(c.b, s.reduceSum(c.b, v, [0]), like.shape);
    const dBias = c.needs[2] === true ? sum(g, input(c, 2)) : null;
    if (c.needs[0] !== true && c.needs[1] !== true) return [null, null, dBias];
    const { hat, inverse } = normalized(c, flat(x), numberOf(c.attributes, "epsilon", 1e-5));
    const p = s.mul(c.b, g, hat);
    const dScale = c.needs[1] === true ? sum(p, scale) : null;
    if (c.needs[0] !== true) return [null, dScale, dBias];
    const column = s.reshape(c.b, scale, [width, 1]);
    const rowMean = (v: Value): Value => s.gemm(c.b, v, column, null, { alpha: 1 / width });
    const scaled = s.mul(c.b, g, s.reshape(c.b, scale, [width]));
    const inner = s.sub(c.b, s.sub(c.b, scaled, rowMean(g)), s.mul(c.b, hat, rowMean(p)));
    return [s.reshape(c.b, s.mul(c.b, inner, inverse), x.shape), dScale, dBias];
  },
};

function noStatisticsGradient(c: BackwardContext): AutodiffError {
  return new AutodiffError(
    "autodiff/no-gradient",
    `LayerNormalization "${c.node.name}" (opset ${c.b.opset}) has no gradient through its mean and deviation outputs.`,
    "Compute them with ReduceMean where the loss needs them.",
    { op: c.node.op, node: c.node.name, opset: c.b.opset },
  );
}

export const normalization = { LayerNormalization } satisfies Record<string, OpRecord>;
