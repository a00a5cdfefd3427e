/**
 * Gradients of lookups. Repeated indices are added up by a one-hot matrix product, never by a scatter that
 * adds: the runtime's CPU ScatterND loses such updates, and GPU atomics add in a changing order.
 */
import type { GraphBuilder } from "../builder.ts";
import type { Value } from "../graph.ts";
import { sizeOf } from "../shape.ts";
import * as s from "../sugar.ts";

/** Inverse of taking distinct places `taken` of an axis of size n: g at those places, 0 elsewhere. */
export function pickBack(b: GraphBuilder, g: Value, axis: number, taken: readonly number[], n: number): Value {
  const zeros = s.expand(
    b,
    b.scalar(0, g.type),
    g.shape.map((m, i) => (i === axis ? 1 : m)),
  );
  const source = Int32Array.from({ length: n }, (_, i) => (taken.includes(i) ? taken.indexOf(i) : taken.length));
  return s.gather(b, s.concat(b, [g, zeros], axis), b.constant(source, "int32", [n], "places"), axis);
}

/** 0, 1, ... n-1 as int32 in the given shape. */
export function iota(b: GraphBuilder, n: number, shape: readonly number[]): Value {
  return b.constant(
    Int32Array.from({ length: n }, (_, i) => i),
    "int32",
    shape,
    `iota${n}`,
  );
}

/** (n, K) matrix with 1 where row = index. Indices at run time must not be negative; constant ones may. */
export function oneHotColumns(b: GraphBuilder, indices: Value, n: number, type: Value["type"]): Value {
  const count = sizeOf(indices.shape);
  const constant = b.constantOf(indices);
  if (constant !== undefined) {
    const fixed = Int32Array.from(constant.data as ArrayLike<number | bigint>, (i) => (Number(i) + n) % n);
    indices = b.constant(fixed, "int32", [1, count], "indices");
  } else {
    indices = s.reshape(b, s.cast(b, indices, "int32"), [1, count]);
  }
  return s.cast(b, s.equal(b, iota(b, n, [n, 1]), indices), type, "oneHot");
}

/** Gradient of Gather: dX[.., i, ..] = sum over k with index k = i of g[.., k, ..]. */
export function gatherBack(b: GraphBuilder, g: Value, shape: readonly number[], indices: Value, axis: number): Value {
  const [n, count] = [shape[axis]!, sizeOf(indices.shape)];
  const oneHot = oneHotColumns(b, indices, n, g.type); // (n, K)
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  if (outer === 1) return s.reshape(b, s.gemm(b, oneHot, s.reshape(b, g, [count, inner])), shape);
  return s.reshape(b, s.matmul(b, oneHot, s.reshape(b, g, [outer, count, inner])), shape);
}
