/** Ops that move elements without arithmetic: their gradients move them back. */
import { isFloat, type Value } from "../graph.ts";
import { axisOf, broadcastShape, sameShape, sizeOf, sliceRange } from "../shape.ts";
import * as s from "../sugar.ts";
import { gradientOf, input, sumTo } from "./broadcast.ts";
import { unaryShape } from "./elementwise-shape.ts";
import { pickBack } from "./pick.ts";
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

interface SliceAxis {
  axis: number;
  start: number;
  step: number;
  count: number;
}
function sliceAxes(shape: readonly number[], at: (input: number) => readonly number[] | undefined): SliceAxis[] {
  const [starts, ends] = [at(1)!, at(2)!];
  const axes = at(3) ?? starts.map((_, i) => i);
  const steps = at(4) ?? starts.map(() => 1);
  return axes.map((given, i) => {
    const axis = axisOf(given, shape.length)!;
    const step = steps[i]!;
    return { axis, step, ...sliceRange(shape[axis]!, starts[i]!, ends[i]!, step) };
  });
}

const Slice: OpRecord = {
  op: "Slice",
  since: 10,
  stopGradientInputs: [1, 2, 3, 4],
  shape: (c) => {
    const x = inputOf(c, 0);
    const at = (i: number): readonly number[] | undefined => (i <= 2 || c.inputs[i] ? integersAt(c, i) : undefined);
    for (const axis of at(3) ?? []) axisAt(c, axis, x.shape.length);
    const shape = [...x.shape];
    for (const { axis, count } of sliceAxes(x.shape, at)) shape[axis] = count;
    return [{ type: x.type, shape }];
  },
  // dX = g at the places that were taken, 0 elsewhere
  backward: (c) => {
    const x = input(c, 0);
    const axes = sliceAxes(x.shape, c.integers);
    const before = x.shape.map(() => 0);
    const after = x.shape.map(() => 0);
    let g = gradientOf(c);
    for (const { axis, start, step, count } of axes) {
      if (step === 1) {
        before[axis] = start;
        after[axis] = x.shape[axis]! - start - count;
      } else {
        const taken = Array.from({ length: count }, (_, i) => start + i * step);
        g = pickBack(c.b, g, axis, taken, x.shape[axis]!);
      }
    }
    return [sameShape(g.shape, x.shape) ? g : s.pad(c.b, g, before, after), null, null, null, null];
  },
};

function padSizes(rank: number, pads: readonly number[], axes: readonly number[] | undefined): [number[], number[]] {
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  const at = axes ?? before.map((_, i) => i);
  at.forEach((given, i) => {
    const axis = axisOf(given, rank)!;
    before[axis] = pads[i]!;
    after[axis] = pads[i + at.length]!;
  });
  return [before, after];
}

const Pad: OpRecord = {
  op: "Pad",
  since: 13,
  attributes: { mode: "string" },
  stopGradientInputs: [1, 2, 3],
  shape: (c) => {
    const x = inputOf(c, 0);
    if ((c.attributes["mode"] ?? "constant") !== "constant") throw mismatch(c, "pads with a constant only");
    const axes = c.inputs[3] ? integersAt(c, 3) : undefined;
    const pads = integersAt(c, 1);
    if (pads.length !== 2 * (axes ?? x.shape).length) throw mismatch(c, "needs two pads an axis");
    const [before, after] = padSizes(x.shape.length, pads, axes);
    const shape = x.shape.map((n, i) => n + before[i]! + after[i]!);
    if (shape.some((n) => n < 0)) throw mismatch(c, "takes away more than there is");
    return [{ type: x.type, shape }];
  },
  // dX = g without the padding
  backward: (c) => {
    const x = input(c, 0);
    const [before, after] = padSizes(x.shape.length, c.integers(1)!, c.integers(3));
    if ([...before, ...after].some((n) => n < 0))
      return [
        s.pad(
          c.b,
          gradientOf(c),
          before.map((n) => -n),
          after.map((n) => -n),
        ),
      ];
    const axes = x.shape.map((_, i) => i).filter((i) => before[i] !== 0 || after[i] !== 0);
    if (axes.length === 0) return [gradientOf(c)];
    const starts = axes.map((i) => before[i]!);
    const ends = axes.map((i) => before[i]! + x.shape[i]!);
    return [s.slice(c.b, gradientOf(c), starts, ends, axes)];
  },
};

const ConstantOfShape: OpRecord = {
  op: "ConstantOfShape",
  since: 9,
  attributes: { value: "tensor" },
  shape: (c) => {
    const value = c.attributes["value"];
    const type = typeof value === "object" && "data" in value ? value.type : "float32";
    return [{ type, shape: [...integersAt(c, 0)] }];
  },
  backward: "none",
};

const Range: OpRecord = {
  op: "Range",
  since: 11,
  shape: (c) => {
    const [start, limit, delta] = [0, 1, 2].map((i) => integersAt(c, i)[0]!);
    if (isFloat(inputOf(c, 0).type)) throw mismatch(c, "needs whole numbers here");
    return [{ type: oneType(c, [0, 1, 2]), shape: [Math.max(0, Math.ceil((limit! - start!) / delta!))] }];
  },
  backward: "none",
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
  Slice,
  Pad,
  ConstantOfShape,
  Range,
} satisfies Record<string, OpRecord>;
