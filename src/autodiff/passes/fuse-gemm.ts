/**
 * Lets a Gemm do what it can for free: a following scalar factor becomes alpha (and beta), a scalar factor on
 * its operand too, a following sum becomes its bias. Saves a pass over the matrix and a dispatch each.
 */
import type { Graph, GraphNode, Value } from "../graph.ts";
import { numberOf } from "../ops/record.ts";
import { rewrite, type Rewriter } from "../rewrite.ts";
import { broadcastShape, sameShape } from "../shape.ts";
import * as s from "../sugar.ts";
import { scalarOf } from "./fold.ts";

interface GemmParts {
  a: Value;
  b: Value;
  bias: Value | null;
  options: Required<s.GemmOptions>;
}

/** A Gemm, or a MatMul of a vector or matrix with a matrix, taken apart; undefined for anything else. */
function partsOf(r: Rewriter, node: GraphNode | undefined): GemmParts | undefined {
  if (node === undefined || (node.op !== "Gemm" && node.op !== "MatMul")) return undefined;
  const [left, b] = [r.b.value(node.inputs[0]!), r.b.value(node.inputs[1]!)];
  const a = left.shape.length === 1 ? s.reshape(r.b, left, [1, left.shape[0]!]) : left;
  if (a.shape.length !== 2 || b.shape.length !== 2) return undefined;
  return {
    a,
    b,
    bias: node.inputs[2] ? r.b.value(node.inputs[2]) : null,
    options: {
      transA: numberOf(node.attributes, "transA", 0) === 1,
      transB: numberOf(node.attributes, "transB", 0) === 1,
      alpha: numberOf(node.attributes, "alpha", 1),
      beta: numberOf(node.attributes, "beta", 1),
    },
  };
}

/** x and c of Mul(x, c) with a scalar constant c that does not change x's shape. */
function scaledBy(r: Rewriter, node: GraphNode | undefined): { x: Value; factor: number } | undefined {
  if (node?.op !== "Mul") return undefined;
  for (const at of [1, 0]) {
    const factor = scalarOf(r, r.b.value(node.inputs[at]!));
    const x = r.b.value(node.inputs[1 - at]!);
    const y = r.b.value(node.outputs[0]!);
    if (factor !== undefined && sameShape(x.shape, y.shape)) return { x, factor };
  }
  return undefined;
}

/** Mul(Gemm, c) -> Gemm with alpha c and beta c; a reshape in between is moved behind. */
function scaleAfter(node: GraphNode, r: Rewriter, shape: readonly number[]): Value | undefined {
  const inputs = r.inputs(node);
  for (const at of [0, 1]) {
    const factor = scalarOf(r, inputs[1 - at]);
    if (factor === undefined || r.uses(node.inputs[at]!) !== 1) continue;
    const before = r.producer(inputs[at]!);
    const isMoved = before?.op === "Reshape" && r.uses(before.inputs[0]!) === 1;
    const gemm = partsOf(r, isMoved ? r.producer(r.b.value(before.inputs[0]!)) : before);
    if (gemm === undefined) continue;
    const { alpha, beta } = gemm.options;
    const options = { ...gemm.options, alpha: alpha * factor, beta: beta * factor };
    const product = s.gemm(r.b, gemm.a, gemm.b, gemm.bias, options);
    return sameShape(product.shape, shape) ? product : s.reshape(r.b, product, shape);
  }
  return undefined;
}

/** Add(Gemm without bias, c) -> Gemm with bias c. */
function biasAfter(node: GraphNode, r: Rewriter, shape: readonly number[]): Value | undefined {
  const inputs = r.inputs(node);
  for (const at of [0, 1]) {
    const bias = inputs[1 - at]!;
    if (r.uses(node.inputs[at]!) !== 1) continue;
    const gemm = partsOf(r, r.producer(inputs[at]!));
    const fits = broadcastShape(bias.shape, inputs[at]!.shape);
    if (gemm === undefined || gemm.bias !== null || !fits || !sameShape(inputs[at]!.shape, shape)) continue;
    const product = s.gemm(r.b, gemm.a, gemm.b, bias, { ...gemm.options, beta: 1 });
    return sameShape(product.shape, shape) ? product : s.reshape(r.b, product, shape);
  }
  return undefined;
}

/** Gemm(Mul(x, c), w) -> Gemm(x, w) with alpha c. */
function scaleBefore(
  node: GraphNode,
  r: Rewriter,
  shape: readonly number[],
  foldable: (name: string) => boolean,
): Value | undefined {
  const gemm = partsOf(r, { ...node, inputs: r.inputs(node).map((v) => v?.name ?? "") });
  if (gemm === undefined) return undefined;
  const [left, right] = [scaledBy(r, r.producer(gemm.a)), scaledBy(r, r.producer(gemm.b))];
  const useLeft = left !== undefined && foldable(node.inputs[0]!);
  const useRight = right !== undefined && foldable(node.inputs[1]!);
  if (!useLeft && !useRight) return undefined;
  const [x, w] = [useLeft ? left.x : gemm.a, useRight ? right.x : gemm.b];
  const alpha = gemm.options.alpha * (useLeft ? left.factor : 1) * (useRight ? right.factor : 1);
  const product = s.gemm(r.b, x, w, gemm.bias, { ...gemm.options, alpha });
  return sameShape(product.shape, shape) ? product : s.reshape(r.b, product, shape);
}

/** Names of scaled values that only Gemms read: there the scaling can vanish altogether. */
function vanishing(graph: Graph): (name: string) => boolean {
  const blocked = new Set(graph.outputs.map((o) => o.name));
  for (const node of graph.nodes) {
    node.inputs.forEach((name, i) => {
      const isMatrix = node.op === "MatMul" && graph.types.get(name)?.shape.length === 2;
      if (i >= 2 || !(node.op === "Gemm" || isMatrix)) blocked.add(name);
    });
  }
  return (name) => !blocked.has(name);
}

export function fuseGemm(graph: Graph): Graph {
  const foldable = vanishing(graph);
  return rewrite(graph, (node, r) => {
    const name = node.outputs[0]!;
    const { shape } = graph.types.get(name)!;
    let replaced: Value | undefined;
    if (node.op === "Mul") replaced = scaleAfter(node, r, shape);
    else if (node.op === "Add") replaced = biasAfter(node, r, shape);
    else if (node.op === "Gemm" || node.op === "MatMul") replaced = scaleBefore(node, r, shape, foldable);
    return replaced === undefined ? undefined : [replaced];
  });
}
