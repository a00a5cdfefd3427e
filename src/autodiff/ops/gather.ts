/** Lookups and writes by index. */
import type { Value } from "../graph.ts";
import { axisOf, sameShape, sizeOf, stridesOf } from "../shape.ts";
import * as s from "../sugar.ts";
import { AutodiffError } from "../errors.ts";
import { gradientOf, input } from "./broadcast.ts";
import { gatherBack, iota } from "./pick.ts";
import {
  axisAt,
  inputOf,
  mismatch,
  numberOf,
  oneType,
  stringOf,
  type BackwardContext,
  type OpRecord,
  type ShapeContext,
} from "./record.ts";

const axisAttribute = (c: { attributes: BackwardContext["attributes"] }, rank: number): number =>
  axisOf(numberOf(c.attributes, "axis", 0), rank)!;

function checkIndices(c: ShapeContext): void {
  const { type } = inputOf(c, 1);
  if (type !== "int32" && type !== "int64") throw mismatch(c, `needs int32 or int64 indices, not ${type}`);
}

const Gather: OpRecord = {
  op: "Gather",
  since: 1,
  attributes: { axis: "int" },
  stopGradientInputs: [1],
  shape: (c) => {
    const [x, indices] = [inputOf(c, 0), inputOf(c, 1)];
    checkIndices(c);
    const axis = axisAt(c, numberOf(c.attributes, "axis", 0), x.shape.length);
    return [{ type: x.type, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] }];
  },
  // dX = one-hot(indices)^T g; indices must not be negative unless constant
  backward: (c) => {
    const { shape } = input(c, 0);
    return [gatherBack(c.b, gradientOf(c), shape, input(c, 1), axisAttribute(c, shape.length)), null];
  },
  // the rows of g belong to the rows of X that the indices name
  rowGradient: (c) => {
    const [x, indices] = [input(c, 0), input(c, 1)];
    if (x.shape.length !== 2 || axisAttribute(c, 2) !== 0) return undefined;
    const count = sizeOf(indices.shape);
    return {
      input: 0,
      indices: indices.shape.length === 1 ? indices : s.reshape(c.b, indices, [count]),
      rows: indices.shape.length === 1 ? gradientOf(c) : s.reshape(c.b, gradientOf(c), [count, x.shape[1]!]),
    };
  },
};

const GatherElements: OpRecord = {
  op: "GatherElements",
  since: 11,
  attributes: { axis: "int" },
  stopGradientInputs: [1],
  shape: (c) => {
    const [x, indices] = [inputOf(c, 0), inputOf(c, 1)];
    checkIndices(c);
    const axis = axisAt(c, numberOf(c.attributes, "axis", 0), x.shape.length);
    if (indices.shape.length !== x.shape.length || indices.shape.some((n, i) => i !== axis && n > x.shape[i]!))
      throw mismatch(c, `needs indices inside the data, axis ${axis} apart`);
    return [{ type: x.type, shape: indices.shape }];
  },
  // dX[.., i, ..] = sum over k of [index k = i] g[.., k, ..]
  backward: (c) => {
    const [x, indices, g] = [input(c, 0), input(c, 1), gradientOf(c)];
    const rank = x.shape.length;
    const axis = axisAttribute(c, rank);
    const n = x.shape[axis]!;
    const places = iota(c.b, n, [n, ...new Array<number>(rank - axis).fill(1)]);
    const hit = s.equal(c.b, s.unsqueeze(c.b, s.cast(c.b, indices, "int32"), [axis]), places);
    const sum = s.reduceSum(c.b, s.where(c.b, hit, s.unsqueeze(c.b, g, [axis]), 0), [axis + 1]);
    if (sameShape(sum.shape, x.shape)) return [sum, null];
    const zeros = x.shape.map(() => 0);
    return [
      s.pad(
        c.b,
        sum,
        zeros,
        x.shape.map((m, i) => m - sum.shape[i]!),
      ),
      null,
    ];
  },
};

function unsupportedReduction(c: BackwardContext, reduction: string): AutodiffError {
  return new AutodiffError(
    "autodiff/no-gradient",
    `${c.node.op} "${c.node.name}" has no gradient with reduction "${reduction}" (opset ${c.b.opset}).`,
    "Use reduction none or add.",
    { op: c.node.op, node: c.node.name, opset: c.b.opset },
  );
}

const ScatterElements: OpRecord = {
  op: "ScatterElements",
  since: 11,
  attributes: { axis: "int", reduction: "string" },
  stopGradientInputs: [1],
  shape: (c) => {
    const [x, indices, updates] = [inputOf(c, 0), inputOf(c, 1), inputOf(c, 2)];
    checkIndices(c);
    axisAt(c, numberOf(c.attributes, "axis", 0), x.shape.length);
    if (!sameShape(indices.shape, updates.shape) || indices.shape.length !== x.shape.length)
      throw mismatch(c, "needs indices and updates of one shape and the data's rank");
    return [{ type: oneType(c, [0, 2]), shape: x.shape }];
  },
  // none: dX = g with 0 at the written places, dU = g at those places (each written once); add: dX = g
  backward: (c) => {
    const reduction = stringOf(c.attributes, "reduction", "none");
    if (reduction !== "none" && reduction !== "add") throw unsupportedReduction(c, reduction);
    const [g, indices, updates] = [gradientOf(c), input(c, 1), input(c, 2)];
    const axis = numberOf(c.attributes, "axis", 0);
    const cut = (): Value =>
      s.scatterElements(c.b, g, indices, s.expand(c.b, c.b.scalar(0, g.type), updates.shape), axis);
    return [
      c.needs[0] === true ? (reduction === "add" ? g : cut()) : null,
      null,
      c.needs[2] === true ? s.gatherElements(c.b, g, indices, axis) : null,
    ];
  },
};

const ScatterND: OpRecord = {
  op: "ScatterND",
  since: 11,
  attributes: { reduction: "string" },
  stopGradientInputs: [1],
  shape: (c) => {
    const [x, indices, updates] = [inputOf(c, 0), inputOf(c, 1), inputOf(c, 2)];
    if (indices.type !== "int64") throw mismatch(c, `needs int64 indices, not ${indices.type}`);
    const depth = indices.shape.at(-1) ?? 0;
    const expected = [...indices.shape.slice(0, -1), ...x.shape.slice(depth)];
    if (depth > x.shape.length || !sameShape(updates.shape, expected))
      throw mismatch(c, `needs updates of shape (${expected.join(", ")})`);
    return [{ type: oneType(c, [0, 2]), shape: x.shape }];
  },
  // none: dX = g with 0 at the written places, dU = g at those places (each written once); add: dX = g
  backward: (c) => {
    const reduction = stringOf(c.attributes, "reduction", "none");
    if (reduction !== "none" && reduction !== "add") throw unsupportedReduction(c, reduction);
    const [g, indices, updates] = [gradientOf(c), input(c, 1), input(c, 2)];
    const zeros = (): Value => s.expand(c.b, c.b.scalar(0, g.type), updates.shape);
    return [
      c.needs[0] === true ? (reduction === "add" ? g : c.b.op("ScatterND", [g, indices, zeros()])) : null,
      null,
      c.needs[2] === true ? gatherNd(c, g, indices, updates.shape) : null,
    ];
  },
};

/** g at multi-axis indices: one flat index a place (index . strides), then a plain row lookup. */
function gatherNd(c: BackwardContext, g: Value, indices: Value, shape: readonly number[]): Value {
  const depth = indices.shape.at(-1)!;
  const places = g.shape.slice(0, depth);
  const strides = c.b.constant(Int32Array.from(stridesOf(places)), "int32", [depth], "strides");
  const count = sizeOf(indices.shape.slice(0, -1));
  const table = s.reshape(c.b, g, [sizeOf(places), sizeOf(g.shape.slice(depth))]);
  const separate = s.reshape(c.b, s.cast(c.b, indices, "int32"), [count, depth]);
  const flat = s.reduceSum(c.b, s.mul(c.b, separate, strides), [1]);
  return s.reshape(c.b, s.gather(c.b, table, flat), shape);
}

export const gather = { Gather, GatherElements, ScatterElements, ScatterND } satisfies Record<string, OpRecord>;
