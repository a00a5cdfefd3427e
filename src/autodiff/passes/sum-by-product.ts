/**
 * Sums as products: over everything, of a product of two (the loss), and over leading axes (bias gradients), with a row of ones. The runtime's WebGPU provider
 * (1.31-dev) transposes before it reduces any but the last axes: two kernels a sum instead of one, 22 of 245
 * in a two-layer encoder's step. On WASM both take the same time. Delete when the provider sums columns directly.
 */
import { isFloat, type Graph, type GraphNode, type Value } from "../graph.ts";
import { rewrite, type Rewriter } from "../rewrite.ts";
import { axisOf, sizeOf } from "../shape.ts";
import * as s from "../sugar.ts";

export function sumByProduct(graph: Graph): Graph {
  return rewrite(graph, (node, r) => {
    if (node.op !== "ReduceSum") return undefined;
    const [x, axesInput] = r.inputs(node);
    const scalar = dotProduct(node, r, x!, graph.types.get(node.outputs[0]!)!.shape);
    if (scalar !== undefined) return [scalar];
    const axes = r.integers(axesInput)?.map((a) => axisOf(a, x!.shape.length));
    const width = leadingSum(x!.shape, axes);
    if (width === undefined || !isFloat(x!.type)) return undefined;
    const rows = sizeOf(x!.shape) / width;
    const matrix = s.reshape(r.b, x!, [rows, width]);
    const sum = s.matmul(r.b, r.b.filled([rows], 1, x!.type, "ones"), matrix);
    return [s.reshape(r.b, sum, graph.types.get(node.outputs[0]!)!.shape)];
  });
}

/** ReduceSum(Mul(a, b)) over everything: one product of a row with a column; a Neg of a factor becomes its alpha. */
function dotProduct(node: GraphNode, r: Rewriter, x: Value, shape: readonly number[]): Value | undefined {
  const product = r.producer(x);
  if (product?.op !== "Mul" || sizeOf(shape) !== 1 || r.uses(node.inputs[0]!) !== 1) return undefined;
  const [left, right] = product.inputs.map((name) => r.b.value(name)) as [Value, Value];
  const n = sizeOf(x.shape);
  if (!isFloat(x.type) || n === 1 || sizeOf(left.shape) !== n || sizeOf(right.shape) !== n) return undefined;
  const before = r.producer(left);
  const factor = before?.op === "Neg" ? r.b.value(before.inputs[0]!) : left;
  const [row, column] = [s.reshape(r.b, factor, [1, n]), s.reshape(r.b, right, [n, 1])];
  return s.reshape(r.b, s.gemm(r.b, row, column, null, { alpha: factor === left ? 1 : -1 }), shape);
}

/** Elements of a row when the axes are the first ones, but not all, and there is something to add. */
function leadingSum(shape: readonly number[], axes: readonly (number | undefined)[] | undefined): number | undefined {
  if (axes === undefined || axes.length === 0 || axes.length === shape.length) return undefined;
  if (!axes.every((axis) => axis !== undefined && axis < axes.length)) return undefined;
  const width = sizeOf(shape.slice(axes.length));
  return width > 1 && sizeOf(shape) > width ? width : undefined;
}
