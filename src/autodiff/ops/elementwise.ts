/** Arithmetic and functions, element by element. Two-operand ops broadcast; `each` undoes it. */
import type { Value } from "../graph.ts";
import * as s from "../sugar.ts";
import { each, gradientOf, input } from "./broadcast.ts";
import { binaryShape, unaryShape } from "./elementwise-shape.ts";
import type { BackwardContext, OpRecord } from "./record.ts";

/** A record of one operand; `rule` gets the incoming gradient, the input and the output. */
function unary(op: string, since: number, rule: (c: BackwardContext, g: Value, x: Value, y: Value) => Value): OpRecord {
  return {
    op,
    since,
    shape: unaryShape,
    backward: (c) => [c.needs[0] === true ? rule(c, gradientOf(c), input(c, 0), c.outputs[0]!) : null],
  };
}

const Add: OpRecord = {
  op: "Add",
  since: 7,
  shape: binaryShape(),
  // dA = g, dB = g
  backward: (c) => {
    const g = gradientOf(c);
    return each(
      c,
      () => g,
      () => g,
    );
  },
};

const Sub: OpRecord = {
  op: "Sub",
  since: 7,
  shape: binaryShape(),
  // dA = g, dB = -g
  backward: (c) => {
    const g = gradientOf(c);
    const [dA, dB] = each(
      c,
      () => g,
      () => g, // negated after the sum, where it is smaller
    );
    return [dA ?? null, dB ? s.neg(c.b, dB) : null];
  },
};

const Mul: OpRecord = {
  op: "Mul",
  since: 7,
  shape: binaryShape(),
  // dA = g B, dB = g A
  backward: (c) => {
    const [g, x, y] = [gradientOf(c), input(c, 0), input(c, 1)];
    return each(
      c,
      () => s.mul(c.b, g, y),
      () => s.mul(c.b, g, x),
    );
  },
};

const Div: OpRecord = {
  op: "Div",
  since: 7,
  shape: binaryShape(),
  // dA = g / B, dB = -(g / B) Y
  backward: (c) => {
    const q = s.div(c.b, gradientOf(c), input(c, 1));
    const [dA, dB] = each(
      c,
      () => q,
      () => s.mul(c.b, q, c.outputs[0]!),
    );
    return [dA ?? null, dB ? s.neg(c.b, dB) : null];
  },
};

const Pow: OpRecord = {
  op: "Pow",
  since: 13,
  shape: binaryShape(),
  // dA = g B A^(B-1), dB = g Y ln A, and 0 where A = 0
  backward: (c) => {
    const [g, x, y] = [gradientOf(c), input(c, 0), input(c, 1)];
    return each(
      c,
      () => {
        const slope = scalarOf(c, 1) === 2 ? s.mul(c.b, x, 2) : s.mul(c.b, y, s.pow(c.b, x, s.sub(c.b, y, 1)));
        return s.mul(c.b, g, slope);
      },
      () => {
        const logarithm = s.where(c.b, s.equal(c.b, x, 0), 0, s.log(c.b, x));
        return s.mul(c.b, g, s.mul(c.b, c.outputs[0]!, logarithm));
      },
    );
  },
};

function scalarOf(c: BackwardContext, index: number): number | undefined {
  const constant = c.b.constantOf(input(c, index));
  return constant?.data.length === 1 && constant.type !== "float16" ? Number(constant.data[0]) : undefined;
}

// dX = -g
const Neg = unary("Neg", 6, (c, g) => s.neg(c.b, g));
// dX = g sign(X)
const Abs = unary("Abs", 6, (c, g, x) =>
  s.where(c.b, s.greater(c.b, x, 0), g, s.where(c.b, s.less(c.b, x, 0), s.neg(c.b, g), 0)),
);
// dX = g / (2 Y)
const Sqrt = unary("Sqrt", 6, (c, g, _x, y) => s.div(c.b, g, s.mul(c.b, y, 2)));
// dX = -g Y^2
const Reciprocal = unary("Reciprocal", 6, (c, g, _x, y) => s.neg(c.b, s.mul(c.b, g, s.mul(c.b, y, y))));
// dX = g Y
const Exp = unary("Exp", 6, (c, g, _x, y) => s.mul(c.b, g, y));
// dX = g / X
const Log = unary("Log", 6, (c, g, x) => s.div(c.b, g, x));
// dX = g 2/sqrt(pi) / exp(X^2)
const Erf = unary("Erf", 9, (c, g, x) =>
  s.mul(c.b, s.div(c.b, g, s.exp(c.b, s.mul(c.b, x, x))), 2 / Math.sqrt(Math.PI)),
);
// dX = g - g Y^2
const Tanh = unary("Tanh", 6, (c, g, _x, y) => s.sub(c.b, g, s.mul(c.b, g, s.mul(c.b, y, y))));
// dX = g Y - g Y Y
const Sigmoid = unary("Sigmoid", 6, (c, g, _x, y) => {
  const p = s.mul(c.b, g, y);
  return s.sub(c.b, p, s.mul(c.b, p, y));
});
// dX = g where Y > 0
const Relu = unary("Relu", 6, (c, g, _x, y) => s.where(c.b, s.greater(c.b, y, 0), g, 0));

export const elementwise = {
  Add,
  Sub,
  Mul,
  Div,
  Pow,
  Neg,
  Abs,
  Sqrt,
  Reciprocal,
  Exp,
  Log,
  Erf,
  Tanh,
  Sigmoid,
  Relu,
} satisfies Record<string, OpRecord>;
