/**
 * LayerNormalization (Ba et al. 2016). With `layerNormStatistics` the differentiated forward node gives mean
 * and 1/deviation as well; without, backward computes them again from small nodes.
 * Chosen by passes over (N, H), not by elegance: on WASM the op itself costs as much as six products.
 */
import { AutodiffError } from "../errors.ts";
import type { TensorType, Value } from "../graph.ts";
import { axisOf, sizeOf } from "../shape.ts";
import * as s from "../sugar.ts";
import { gradientOf, input } from "./broadcast.ts";
import { axisAt, inputOf, mismatch, numberOf, oneType, type BackwardContext, type OpRecord } from "./record.ts";

/** Centred rows x - mean (N, H) and 1/deviation (N, 1), from the forward node's statistics where it gave them. */
function centre(c: BackwardContext, x: Value, epsilon: number): { centred: Value; inverse: Value } {
  const column = [x.shape[0]!, 1];
  const [mean, deviation] = c.saved;
  if (mean !== undefined && deviation !== undefined)
    return { centred: s.sub(c.b, x, s.reshape(c.b, mean, column)), inverse: s.reshape(c.b, deviation, column) };
  const centred = s.sub(c.b, x, s.reduceMean(c.b, x, [1], true));
  const variance = s.reduceMean(c.b, s.mul(c.b, centred, centred), [1], true);
  return { centred, inverse: s.reciprocal(c.b, s.sqrt(c.b, s.add(c.b, variance, epsilon))) };
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
  expand: ({ b, inputs, attributes, options }) => {
    if (options.layerNormStatistics !== true) return undefined;
    const outputs = b.multi("LayerNormalization", inputs, attributes, 3);
    return { outputs, saved: outputs.slice(1) };
  },
  // With r = 1/deviation, y = (X - mean) r, p = g y: dScale = sum p, dBias = sum g (over rows),
  // dX = r (g s - mean(g s) - y mean(p s)). The last mean is a product with the column s/H: no pass for p s.
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
    const { centred, inverse } = centre(c, flat(x), numberOf(c.attributes, "epsilon", 1e-5));
    const normal = s.mul(c.b, centred, inverse);
    const p = s.mul(c.b, g, normal);
    const dScale = c.needs[1] === true ? sum(p, scale) : null;
    if (c.needs[0] !== true) return [null, dScale, dBias];
    const column = s.reshape(c.b, scale, [width, 1]);
    const projection = s.gemm(c.b, p, column, null, { alpha: 1 / width });
    const scaled = s.mul(c.b, g, s.reshape(c.b, scale, [width]));
    const shifted = s.sub(c.b, scaled, s.reduceMean(c.b, scaled, [1], true));
    const inner = s.sub(c.b, shifted, s.mul(c.b, normal, projection));
    const dX = s.mul(c.b, inner, inverse);
    return [s.reshape(c.b, dX, x.shape), dScale, dBias];
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
