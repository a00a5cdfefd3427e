/** Matrix products. Gradients are products too, with every transpose folded into a Gemm where rank 2 allows. */
import type { Value } from "../graph.ts";
import { broadcastShape, sizeOf } from "../shape.ts";
import * as s from "../sugar.ts";
import { gradientOf, input, sumTo } from "./broadcast.ts";
import { inputOf, mismatch, numberOf, oneType, type BackwardContext, type OpRecord } from "./record.ts";

const swapLast = (b: BackwardContext["b"], x: Value): Value => {
  const rank = x.shape.length;
  return s.transpose(b, x, [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2]);
};

const MatMul: OpRecord = {
  op: "MatMul",
  since: 1,
  shape: (c) => {
    const [a, b] = [inputOf(c, 0).shape, inputOf(c, 1).shape];
    if (a.length === 0 || b.length === 0) throw mismatch(c, "needs at least rank 1");
    const left = a.length === 1 ? [1, ...a] : a;
    const right = b.length === 1 ? [...b, 1] : b;
    const batch = broadcastShape(left.slice(0, -2), right.slice(0, -2));
    if (batch === undefined || left.at(-1) !== right.at(-2))
      throw mismatch(c, "needs shapes (.., m, k) and (.., k, n)");
    const rows = a.length === 1 ? [] : [left.at(-2)!];
    const columns = b.length === 1 ? [] : [right.at(-1)!];
    return [{ type: oneType(c, [0, 1]), shape: [...batch, ...rows, ...columns] }];
  },
  // dA = g B^T, dB = A^T g
  backward: (c) => {
    const [a, b] = [input(c, 0), input(c, 1)];
    const left = a.shape.length === 1 ? s.reshape(c.b, a, [1, ...a.shape]) : a;
    const right = b.shape.length === 1 ? s.reshape(c.b, b, [...b.shape, 1]) : b;
    const batch = broadcastShape(left.shape.slice(0, -2), right.shape.slice(0, -2))!;
    const full = [...batch, left.shape.at(-2)!, right.shape.at(-1)!];
    const g = a.shape.length === 1 || b.shape.length === 1 ? s.reshape(c.b, gradientOf(c), full) : gradientOf(c);
    const [dA, dB] = right.shape.length === 2 ? matrixBack(c, left, right, g) : batchedBack(c, left, right, g);
    const back = (d: Value | null, x: Value, inner: Value): Value | null => {
      if (d === null) return null;
      const sum = sumTo(c.b, d, inner.shape);
      return x.shape.length === 1 ? s.reshape(c.b, sum, x.shape) : sum;
    };
    return [back(dA, a, left), back(dB, b, right)];
  },
};

/** B is one matrix: the batch is just more rows, so both gradients are single Gemms. */
function matrixBack(c: BackwardContext, a: Value, b: Value, g: Value): [Value | null, Value | null] {
  const [k, n] = [b.shape[0]!, b.shape[1]!];
  const flat = (x: Value, width: number): Value =>
    x.shape.length === 2 ? x : s.reshape(c.b, x, [sizeOf(x.shape) / width, width]);
  const rows = flat(g, n);
  const dA = (): Value => {
    const d = s.gemm(c.b, rows, b, null, { transB: true });
    return a.shape.length === 2 ? d : s.reshape(c.b, d, a.shape);
  };
  return [
    c.needs[0] === true ? dA() : null,
    c.needs[1] === true ? s.gemm(c.b, flat(a, k), rows, null, { transA: true }) : null,
  ];
}

/** dB = A^T g and not (g^T A)^T: one transpose, which the runtime's CPU provider folds into the product. */
function batchedBack(c: BackwardContext, a: Value, b: Value, g: Value): [Value | null, Value | null] {
  return [
    c.needs[0] === true ? s.matmul(c.b, g, swapLast(c.b, b)) : null,
    c.needs[1] === true ? s.matmul(c.b, swapLast(c.b, a), g) : null,
  ];
}

const Gemm: OpRecord = {
  op: "Gemm",
  since: 11,
  attributes: { alpha: "float", beta: "float", transA: "int", transB: "int" },
  shape: (c) => {
    const [a, b] = [inputOf(c, 0), inputOf(c, 1)];
    if (a.shape.length !== 2 || b.shape.length !== 2) throw mismatch(c, "needs rank 2");
    const [m, k] = numberOf(c.attributes, "transA", 0) === 1 ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
    const [j, n] = numberOf(c.attributes, "transB", 0) === 1 ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
    const bias = c.inputs[2];
    const sum = bias ? broadcastShape(bias.shape, [m, n]) : [m, n];
    if (k !== j || sum === undefined || sizeOf(sum) !== m * n)
      throw mismatch(c, "needs (m, k), (k, n) and a bias that fits");
    return [{ type: oneType(c, [0, 1, 2]), shape: [m, n] }];
  },
  // Y = alpha A' B' + beta C: dA' = alpha g B'^T, dB' = alpha A'^T g, dC = beta g summed to C's shape
  backward: (c) => {
    const [a, b, g] = [input(c, 0), input(c, 1), gradientOf(c)];
    const transA = numberOf(c.attributes, "transA", 0) === 1;
    const transB = numberOf(c.attributes, "transB", 0) === 1;
    const alpha = numberOf(c.attributes, "alpha", 1);
    const dA = (): Value =>
      transA
        ? s.gemm(c.b, b, g, null, { transA: transB, transB: true, alpha })
        : s.gemm(c.b, g, b, null, { transB: !transB, alpha });
    const dB = (): Value =>
      transB
        ? s.gemm(c.b, g, a, null, { transA: true, transB: transA, alpha })
        : s.gemm(c.b, a, g, null, { transA: !transA, alpha });
    return [
      c.needs[0] === true ? dA() : null,
      c.needs[1] === true ? dB() : null,
      c.needs[2] === true ? biasBack(c, g, input(c, 2).shape) : null,
    ];
  },
};

/** The factor comes last, where the gradient is smallest; passes fold it into the sum. */
function biasBack(c: BackwardContext, g: Value, shape: readonly number[]): Value {
  const beta = numberOf(c.attributes, "beta", 1);
  const sum = sumTo(c.b, g, shape);
  return beta === 1 ? sum : s.mul(c.b, sum, beta);
}

export const linalg = { MatMul, Gemm } satisfies Record<string, OpRecord>;
