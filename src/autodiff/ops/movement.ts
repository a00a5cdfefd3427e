/** Ops that move elements without arithmetic: their gradients move them back. */
import type { Value } from "../graph.ts";
import { axisOf, broadcastShape, sizeOf } from "../shape.ts";
import * as s from "../sugar.ts";
import { gradientOf, input, sumTo } from "./broadcast.ts";
import { unaryShape } from "./elementwise-shape.ts";
import {
  axisAt,
  inputOf,
  integersAt,
  mismatch,
  numberOf,
  numbersOf,
  oneType,
  type BackwardContext,
  type ExpandContext,
  type OpRecord,
  type ShapeContext,
} from "./record.ts";

/** dX = g in X's shape. */
const reshapeBack = (c: BackwardContext): (Value | null)[] => [s.reshape(c.b, gradientOf(c), input(c, 0).shape), null];

const Identity: OpRecord = { op: "Identity", since: 1, shape: unaryShape, backward: (c) => [gradientOf(c)] };

const permOf = (c: { attributes: ExpandContext["attributes"] }, rank: number): readonly number[] =>
  numbersOf(c.attributes, "perm") ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);

const Transpose: OpRecord = {
  op: "Transpose",
  since: 1,
  attributes: { perm: "ints" },
  shape: (c) => {
    const x = inputOf(c, 0);
    const perm = permOf(c, x.shape.length);
    if (new Set(perm).size !== x.shape.length || perm.some((p) => x.shape[p] === undefined))
      throw mismatch(c, `needs a permutation of its axes, not [${perm.join(", ")}]`);
    return [{ type: x.type, shape: perm.map((p) => x.shape[p]!) }];
  },
  // dX = g, by the inverse permutation
  backward: (c) => {
    const perm = permOf(c, input(c, 0).shape.length);
    return [
      s.transpose(
        c.b,
        gradientOf(c),
        perm.map((_, i) => perm.indexOf(i)),
      ),
    ];
  },
};

const Reshape: OpRecord = {
  op: "Reshape",
  since: 5,
  attributes: { allowzero: "int" },
  stopGradientInputs: [1],
  shape: (c) => {
    const x = inputOf(c, 0);
    const keepZero = numberOf(c.attributes, "allowzero", 0) === 1;
    const wanted = integersAt(c, 1).map((n, i) => (n === 0 && !keepZero ? (x.shape[i] ?? 0) : n));
    const known = wanted.filter((n) => n !== -1).reduce((a, n) => a * n, 1);
    const shape = wanted.map((n) => (n === -1 ? sizeOf(x.shape) / known : n));
    if (sizeOf(shape) !== sizeOf(x.shape) || shape.some((n) => !Number.isInteger(n)))
      throw mismatch(c, `cannot make shape (${wanted.join(", ")}) of its input`);
    return [{ type: x.type, shape }];
  },
  backward: reshapeBack,
};

const Squeeze: OpRecord = {
  op: "Squeeze",
  since: 13,
  stopGradientInputs: [1],
  shape: (c) => {
    const x = inputOf(c, 0);
    const axes = c.inputs[1]
      ? integersAt(c, 1).map((a) => axisAt(c, a, x.shape.length))
      : x.shape.flatMap((n, i) => (n === 1 ? [i] : []));
    if (axes.some((a) => x.shape[a] !== 1))
      throw mismatch(c, `can only remove axes of size 1, not [${axes.join(", ")}]`);
    return [{ type: x.type, shape: x.shape.filter((_, i) => !axes.includes(i)) }];
  },
  backward: reshapeBack,
};

const Unsqueeze: OpRecord = {
  op: "Unsqueeze",
  since: 13,
  stopGradientInputs: [1],
  shape: (c) => {
    const x = inputOf(c, 0);
    const given = integersAt(c, 1);
    const rank = x.shape.length + given.length;
    const axes = new Set(given.map((a) => axisAt(c, a, rank)));
    if (axes.size !== given.length) throw mismatch(c, `names an axis twice in [${given.join(", ")}]`);
    let next = 0;
    return [{ type: x.type, shape: Array.from({ length: rank }, (_, i) => (axes.has(i) ? 1 : x.shape[next++]!)) }];
  },
  backward: reshapeBack,
};

const Expand: OpRecord = {
  op: "Expand",
  since: 8,
  stopGradientInputs: [1],
  shape: (c) => {
    const x = inputOf(c, 0);
    const shape = broadcastShape(x.shape, integersAt(c, 1));
    if (shape === undefined) throw mismatch(c, `cannot be expanded to (${integersAt(c, 1).join(", ")})`);
    return [{ type: x.type, shape }];
  },
  // dX = g, summed over the repeats
  backward: (c) => [sumTo(c.b, gradientOf(c), input(c, 0).shape), null],
};

const Concat: OpRecord = {
  op: "Concat",
  since: 4,
  attributes: { axis: "int" },
  shape: (c) => {
    const xs = c.inputs.map((_, i) => inputOf(c, i));
    const first = xs[0]!.shape;
    const axis = axisAt(c, numberOf(c.attributes, "axis", 0), first.length);
    for (const x of xs) {
      if (x.shape.length !== first.length || x.shape.some((n, i) => i !== axis && n !== first[i]))
        throw mismatch(c, `needs equal shapes except on axis ${axis}`);
    }
    const total = xs.reduce((sum, x) => sum + x.shape[axis]!, 0);
    return [
      {
        type: oneType(
          c,
          xs.map((_, i) => i),
        ),
        shape: first.map((n, i) => (i === axis ? total : n)),
      },
    ];
  },
  // dXi = its part of g
  backward: (c) => {
    const g = gradientOf(c);
    const axis = axisOf(numberOf(c.attributes, "axis", 0), g.shape.length)!;
    const sizes = c.inputs.map((x) => x!.shape[axis]!);
    if (c.needs.every(Boolean)) return sizes.length === 1 ? [g] : s.split(c.b, g, sizes, axis);
    let start = 0;
    return sizes.map((n, i) => {
      const from = start;
      start += n;
      return c.needs[i] === true ? s.slice(c.b, g, [from], [from + n], [axis]) : null;
    });
  },
};

function splitSizes(c: ShapeContext): { axis: number; sizes: number[] } {
  const x = inputOf(c, 0);
  const axis = axisAt(c, numberOf(c.attributes, "axis", 0), x.shape.length);
  const n = x.shape[axis]!;
  if (c.inputs[1]) return { axis, sizes: [...integersAt(c, 1)] };
  const parts = numberOf(c.attributes, "num_outputs", c.outputCount);
  const size = Math.ceil(n / parts);
  return { axis, sizes: Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(size, n - i * size))) };
}

const Split: OpRecord = {
  op: "Split",
  since: 13,
  attributes: { axis: "int", num_outputs: "int" },
  stopGradientInputs: [1],
  shape: (c) => {
    const x = inputOf(c, 0);
    const { axis, sizes } = splitSizes(c);
    if (sizes.reduce((a, n) => a + n, 0) !== x.shape[axis])
      throw mismatch(c, `cannot split axis ${axis} into sizes [${sizes.join(", ")}]`);
    return sizes.map((size) => ({ type: x.type, shape: x.shape.map((n, i) => (i === axis ? size : n)) }));
  },
  // dX = all g side by side, zeros where an output is unused
  backward: (c) => {
    const rank = input(c, 0).shape.length;
    const axis = axisOf(numberOf(c.attributes, "axis", 0), rank)!;
    const parts = c.gradients.map((g, i) => {
      const { type, shape } = c.outputs[i]!;
      return g ?? s.expand(c.b, c.b.scalar(0, type), shape);
    });
    return [parts.length === 1 ? parts[0]! : s.concat(c.b, parts, axis), null];
  },
};

export const movement = {
  Identity,
  Transpose,
  Reshape,
  Squeeze,
  Unsqueeze,
  Expand,
  Concat,
  Split,
} satisfies Record<string, OpRecord>;
