/**
 * Identities that cost nothing to remove: reshape of a reshape, transpose pairs, x*1, x+0, chains of scalar
 * factors, an Expand where the next op broadcasts by itself. Rules look at one node and what feeds it.
 */
import type { Constant, Graph, GraphNode, Value } from "../graph.ts";
import { numbersOf } from "../ops/record.ts";
import { rewrite, type Rewriter } from "../rewrite.ts";
import { sameShape } from "../shape.ts";
import * as s from "../sugar.ts";

type Rule = (node: GraphNode, r: Rewriter, inputs: readonly (Value | null)[], type: Value) => Value | undefined;

/** The number of a constant with one element. */
export function scalarOf(r: Rewriter, value: Value | null | undefined): number | undefined {
  const constant: Constant | undefined = value ? r.b.constantOf(value) : undefined;
  if (constant === undefined || constant.data.length !== 1 || constant.type === "float16") return undefined;
  return Number(constant.data[0]);
}

const reshapeRule: Rule = (_node, r, [x], type) => {
  if (sameShape(x!.shape, type.shape)) return x!;
  const constant = r.b.constantOf(x!);
  if (constant !== undefined) return r.b.constant(constant.data, constant.type, type.shape, `${x!.name}'`);
  const before = r.producer(x!);
  if (before === undefined || !["Reshape", "Squeeze", "Unsqueeze"].includes(before.op)) return undefined;
  const source = r.b.value(before.inputs[0]!);
  return sameShape(source.shape, type.shape) ? source : s.reshape(r.b, source, type.shape);
};

const transposeRule: Rule = (node, r, [x], type) => {
  const reversed = x!.shape.map((_, i) => x!.shape.length - 1 - i);
  const perm = numbersOf(node.attributes, "perm") ?? reversed;
  if (perm.every((p, i) => p === i)) return x!;
  const moved = perm.filter((p) => x!.shape[p] !== 1);
  if (moved.every((p, i) => i === 0 || p > moved[i - 1]!)) return s.reshape(r.b, x!, type.shape);
  const before = r.producer(x!);
  if (before?.op === "MatMul" && r.uses(node.inputs[0]!) === 1 && swapsLast(perm)) return transposedProduct(r, before);
  if (before?.op !== "Transpose") return undefined;
  const first = numbersOf(before.attributes, "perm") ?? reversed;
  const source = r.b.value(before.inputs[0]!);
  const both = perm.map((p) => first[p]!);
  return both.every((p, i) => p === i) ? source : s.transpose(r.b, source, both);
};

const swapsLast = (perm: readonly number[]): boolean => {
  const last = perm.length - 1;
  return perm.length >= 2 && perm.every((p, i) => p === (i === last ? last - 1 : i === last - 1 ? last : i));
};

/** (A B)^T = B^T A^T, where A or B is itself a transpose: one transpose less. */
function transposedProduct(r: Rewriter, product: GraphNode): Value | undefined {
  const factors = product.inputs.map((name) => r.b.value(name));
  const back = factors.map((x) => {
    const node = r.producer(x);
    const perm = node?.op === "Transpose" ? numbersOf(node.attributes, "perm") : undefined;
    return perm !== undefined && swapsLast(perm) ? r.b.value(node!.inputs[0]!) : undefined;
  });
  if (factors.some((x) => x.shape.length < 2) || back.every((x) => x === undefined)) return undefined;
  const [a, b] = factors.map((x, i) => {
    const axes = x.shape.map((_, axis) => axis);
    const perm = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
    return back[i] ?? s.transpose(r.b, x, perm);
  });
  return s.matmul(r.b, b!, a!);
}

/** x op Expand(y) where the op would repeat y anyway; and x op neutral element. */
function broadcastRule(neutral: number, commutes: boolean): Rule {
  return (node, r, inputs, type) => {
    for (const [at, other] of [
      [1, 0],
      [0, 1],
    ] as const) {
      const [x, y] = [inputs[other]!, inputs[at]!];
      if (!sameShape(x.shape, type.shape)) continue;
      if (scalarOf(r, y) === neutral && (commutes || at === 1)) return x;
      const before = r.producer(y);
      if (before?.op !== "Expand") continue;
      const narrow = r.b.value(before.inputs[0]!);
      const pair = at === 1 ? [x, narrow] : [narrow, x];
      return r.b.op(node.op, pair, node.attributes);
    }
    return undefined;
  };
}

/** (x c) d = x (c d), where nothing else reads x c. */
const scalarChain: Rule = (node, r, inputs) => {
  for (const at of [0, 1]) {
    const factor = scalarOf(r, inputs[at]);
    const x = inputs[1 - at]!;
    const before = r.producer(x);
    if (factor === undefined || before?.op !== "Mul" || r.uses(node.inputs[1 - at]!) !== 1) continue;
    for (const inner of [0, 1]) {
      const first = scalarOf(r, r.b.value(before.inputs[inner]!));
      const source = r.b.value(before.inputs[1 - inner]!);
      if (first !== undefined && sameShape(source.shape, x.shape)) return s.mul(r.b, source, first * factor);
    }
  }
  return undefined;
};

const reduceRule: Rule = (node, r, [x], type) => {
  const axes = r.integers(r.inputs(node)[1]);
  if (axes === undefined || axes.length === 0) return undefined;
  return axes.every((a) => x!.shape.at(a) === 1) ? s.reshape(r.b, x!, type.shape) : undefined;
};

const mulRule = broadcastRule(1, true);
const rules: Readonly<Record<string, Rule>> = {
  Identity: (_node, _r, [x]) => x!,
  Reshape: reshapeRule,
  Squeeze: reshapeRule,
  Unsqueeze: reshapeRule,
  Expand: (_node, _r, [x], type) => (sameShape(x!.shape, type.shape) ? x! : undefined),
  Transpose: transposeRule,
  Mul: (...all) => mulRule(...all) ?? scalarChain(...all),
  Div: broadcastRule(1, false),
  Add: broadcastRule(0, true),
  Sub: broadcastRule(0, false),
  ReduceSum: reduceRule,
  ReduceMean: reduceRule,
};

export function fold(graph: Graph): Graph {
  return rewrite(graph, (node, r) => {
    const rule = rules[node.op];
    const name = node.outputs[0]!;
    if (rule === undefined || node.outputs.length !== 1) return undefined;
    const replaced = rule(node, r, r.inputs(node), { name, ...graph.types.get(name)! });
    return replaced === undefined ? undefined : [replaced];
  });
}
