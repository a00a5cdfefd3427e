/** Comparisons, logic, and ops that pick one of their operands: gradients follow the picked one. */
import { elementTypeOf } from "../element-codes.ts";
import type { TensorType, Value } from "../graph.ts";
import { isFloat } from "../graph.ts";
import * as s from "../sugar.ts";
import { gradientOf, input, sumTo } from "./broadcast.ts";
import { binaryShape, joined, unaryShape } from "./elementwise-shape.ts";
import { inputOf, mismatch, numberOf, oneType, type BackwardContext, type OpRecord } from "./record.ts";

const comparison = (op: string, since: number): OpRecord => ({
  op,
  since,
  shape: binaryShape("bool"),
  backward: "none",
});
const logic = (op: string): OpRecord => ({ op, since: 7, shape: binaryShape("bool", "bool"), backward: "none" });

const Not: OpRecord = {
  op: "Not",
  since: 1,
  shape: (c) => {
    const x = inputOf(c, 0);
    if (x.type !== "bool") throw mismatch(c, `needs a bool input, not ${x.type}`);
    return [{ type: "bool", shape: x.shape }];
  },
  backward: "none",
};

const Where: OpRecord = {
  op: "Where",
  since: 9,
  stopGradientInputs: [0],
  shape: (c) => {
    if (inputOf(c, 0).type !== "bool") throw mismatch(c, "needs a bool condition");
    return [
      {
        type: oneType(c, [1, 2]),
        shape: joined(
          c,
          [0, 1, 2].map((i) => inputOf(c, i).shape),
        ),
      },
    ];
  },
  // dX = g where C, dY = g where not C
  backward: (c) => {
    const [g, condition] = [gradientOf(c), input(c, 0)];
    return [
      null,
      c.needs[1] === true ? sumTo(c.b, s.where(c.b, condition, g, 0), input(c, 1).shape) : null,
      c.needs[2] === true ? sumTo(c.b, s.where(c.b, condition, 0, g), input(c, 2).shape) : null,
    ];
  },
};

const Clip: OpRecord = {
  op: "Clip",
  since: 11,
  stopGradientInputs: [1, 2],
  shape: (c) => {
    oneType(c, [0, 1, 2]);
    return unaryShape(c);
  },
  // dX = g where X was inside the bounds, that is where Y = X
  backward: (c) => [s.where(c.b, s.equal(c.b, input(c, 0), c.outputs[0]!), gradientOf(c), 0), null, null],
};

function extreme(op: "Max" | "Min"): OpRecord {
  return {
    op,
    since: 8,
    shape: (c): TensorType[] => {
      const all = c.inputs.map((_, i) => i);
      return [
        {
          type: oneType(c, all),
          shape: joined(
            c,
            all.map((i) => inputOf(c, i).shape),
          ),
        },
      ];
    },
    // dXi = g [Xi = Y] / (number of inputs equal to Y): ties share, as in PyTorch
    backward: (c: BackwardContext) => {
      const [g, y] = [gradientOf(c), c.outputs[0]!];
      const masks = c.inputs.map((x) => s.cast(c.b, s.equal(c.b, x!, y), y.type));
      const ties = masks.reduce((sum, mask): Value => s.add(c.b, sum, mask));
      const share = s.div(c.b, g, ties);
      return c.inputs.map((x, i) => (c.needs[i] === true ? sumTo(c.b, s.mul(c.b, share, masks[i]!), x!.shape) : null));
    },
  };
}

const Cast: OpRecord = {
  op: "Cast",
  since: 9,
  attributes: { to: "int", saturate: "int" },
  shape: (c) => {
    const type = elementTypeOf(numberOf(c.attributes, "to", 0));
    if (type === undefined) throw mismatch(c, `casts to element type ${String(c.attributes["to"])}, which is unknown`);
    return [{ type, shape: inputOf(c, 0).shape }];
  },
  // dX = g, cast back; nothing flows through whole numbers
  backward: (c) => {
    const x = input(c, 0);
    return [isFloat(x.type) && isFloat(c.outputs[0]!.type) ? s.cast(c.b, gradientOf(c), x.type) : null];
  },
};

export const selection = {
  Equal: comparison("Equal", 11),
  Greater: comparison("Greater", 9),
  GreaterOrEqual: comparison("GreaterOrEqual", 12),
  Less: comparison("Less", 9),
  LessOrEqual: comparison("LessOrEqual", 12),
  And: logic("And"),
  Or: logic("Or"),
  Not,
  Where,
  Clip,
  Max: extreme("Max"),
  Min: extreme("Min"),
  Cast,
} satisfies Record<string, OpRecord>;
