/**
 * Sums over leading axes (bias gradients) as a product with a row of ones. The runtime's WebGPU provider
 * (1.31-dev) transposes before it reduces any but the last axes: two kernels a sum instead of one, 22 of 245
 * in a two-layer encoder's step. On WASM both take the same time. Delete when the provider sums columns directly.
 */
import { isFloat, type Graph } from "../graph.ts";
import { rewrite } from "../rewrite.ts";
import { axisOf, sizeOf } from "../shape.ts";
import * as s from "../sugar.ts";

export function sumByProduct(graph: Graph): Graph {
  return rewrite(graph, (node, r) => {
    if (node.op !== "ReduceSum") return undefined;
    const [x, axesInput] = r.inputs(node);
    const axes = r.integers(axesInput)?.map((a) => axisOf(a, x!.shape.length));
    const width = leadingSum(x!.shape, axes);
    if (width === undefined || !isFloat(x!.type)) return undefined;
    const rows = sizeOf(x!.shape) / width;
    const matrix = s.reshape(r.b, x!, [rows, width]);
    const sum = s.matmul(r.b, r.b.filled([rows], 1, x!.type, "ones"), matrix);
    return [s.reshape(r.b, sum, graph.types.get(node.outputs[0]!)!.shape)];
  });
}

/** Elements of a row when the axes are the first ones, but not all, and there is something to add. */
function leadingSum(shape: readonly number[], axes: readonly (number | undefined)[] | undefined): number | undefined {
  if (axes === undefined || axes.length === 0 || axes.length === shape.length) return undefined;
  if (!axes.every((axis) => axis !== undefined && axis < axes.length)) return undefined;
  const width = sizeOf(shape.slice(axes.length));
  return width > 1 && sizeOf(shape) > width ? width : undefined;
}
