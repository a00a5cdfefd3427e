/** Parts of tensors, tensors with a margin, and tensors made from a shape. */
import { isFloat } from "../graph.ts";
import { axisOf, sameShape, sliceRange } from "../shape.ts";
import * as s from "../sugar.ts";
import { gradientOf, input } from "./broadcast.ts";
import { pickBack } from "./pick.ts";
import { axisAt, inputOf, integersAt, mismatch, oneType, type OpRecord } from "./record.ts";

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

export const slicing = { Slice, Pad, ConstantOfShape, Range } satisfies Record<string, OpRecord>;
