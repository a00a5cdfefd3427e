/**
 * The table of gradient checks: for every record with a backward rule, graphs of one op over the shapes that
 * matter (equal, scalar, left, right, two-way broadcast, rank 0, size 1). Values stay clear of kinks and poles.
 */
import type { AttributeValue, ElementType, GraphBuilder, Value } from "../../src/autodiff/index.ts";
import type { Random } from "../../src/base/index.ts";

export type Shape = readonly number[];
export type Draw = (source: Random) => number;
export interface Variable {
  shape: Shape;
  draw?: Draw;
  /** Not a target: fed, but not differentiated. */
  fixed?: boolean;
  type?: ElementType;
}
export interface Case {
  op: string;
  name: string;
  variables: Variable[];
  attributes?: Record<string, AttributeValue>;
  /** Inputs after the variables, made on the builder. */
  rest?: (b: GraphBuilder) => (Value | null)[];
  outputs?: number;
  /** Builds the node itself, for inputs in another order. */
  build?: (b: GraphBuilder, variables: Value[]) => Value[];
}

export const normal: Draw = (s) => s.normal();
/** In [0.5, 2]: for logarithms, roots and denominators. */
export const positive: Draw = (s) => 0.5 + 1.5 * s.next();
/** Of either sign, at least 0.2 away from 0 (and from +-1): for kinks. */
export const clear: Draw = (s) => (s.next() < 0.5 ? -1 : 1) * (s.next() < 0.5 ? 0.2 + 0.6 * s.next() : 1.2 + s.next());
const whole =
  (below: number): Draw =>
  (s) =>
    s.below(below);

export const broadcastShapes: readonly (readonly [string, Shape, Shape])[] = [
  ["equal", [2, 3], [2, 3]],
  ["scalar right", [2, 3], []],
  ["scalar left", [], [2, 3]],
  ["left", [3], [2, 3]],
  ["right", [4, 2, 3], [2, 3]],
  ["two-way", [2, 1, 3], [4, 1]],
  ["rank 0", [], []],
  ["size 1", [1], [1, 1]],
  ["size 1 inside", [2, 1], [2, 3]],
];
const unaryShapes: readonly (readonly [string, Shape])[] = [
  ["matrix", [2, 3]],
  ["rank 0", []],
  ["size 1", [1]],
  ["rank 3", [2, 1, 3]],
];

const binary = (op: string, first: Draw, second: Draw): Case[] =>
  broadcastShapes.map(([name, x, y]) => ({
    op,
    name,
    variables: [
      { shape: x, draw: first },
      { shape: y, draw: second },
    ],
  }));
const unary = (op: string, draw: Draw, attributes: Record<string, AttributeValue> = {}): Case[] =>
  unaryShapes.map(([name, shape]) => ({ op, name, variables: [{ shape, draw }], attributes }));
const shaped = (
  op: string,
  name: string,
  shape: Shape,
  rest?: (b: GraphBuilder) => (Value | null)[],
  attributes: Record<string, AttributeValue> = {},
  outputs = 1,
): Case => ({ op, name, variables: [{ shape }], attributes, outputs, ...(rest ? { rest } : {}) });
const indexed = (b: GraphBuilder, values: number[], shape: Shape = [values.length]): Value =>
  b.constant(Int32Array.from(values), "int32", shape);

const elementwise: Case[] = [
  ...binary("Add", normal, normal),
  ...binary("Sub", normal, normal),
  ...binary("Mul", normal, normal),
  ...binary("Div", normal, positive),
  ...binary("Pow", positive, normal),
  ...binary("Max", normal, normal),
  ...binary("Min", normal, normal),
  ...unary("Neg", normal),
  ...unary("Abs", clear),
  ...unary("Sqrt", positive),
  ...unary("Reciprocal", positive),
  ...unary("Exp", normal),
  ...unary("Log", positive),
  ...unary("Erf", normal),
  ...unary("Tanh", normal),
  ...unary("Sigmoid", normal),
  ...unary("Relu", clear),
  ...unary("Gelu", normal),
  ...unary("Gelu", normal, { approximate: "tanh" }),
  ...unary("Identity", normal),
  ...unary("Cast", normal, { to: 11 }),
  ...unary("Clip", clear).map((c) => ({ ...c, rest: (b: GraphBuilder) => [-1, 1].map((x) => b.scalar(x, "float64")) })),
  { op: "Clip", name: "low only", variables: [{ shape: [5], draw: clear }], rest: (b) => [b.scalar(-1, "float64")] },
  { op: "Pow", name: "square", variables: [{ shape: [2, 3] }], rest: (b) => [b.scalar(2, "float64")] },
  { op: "Max", name: "three", variables: [{ shape: [2, 3] }, { shape: [3] }, { shape: [] }] },
  { op: "Min", name: "one", variables: [{ shape: [2, 3] }] },
  ...broadcastShapes.map(([name, x, y]): Case => ({
    op: "Where",
    name,
    variables: [
      { shape: name === "two-way" ? [4, 1] : [4, 1, 1], draw: whole(2), fixed: true, type: "bool" },
      { shape: x },
      { shape: y },
    ],
  })),
];

const movement: Case[] = [
  shaped("Transpose", "default", [2, 3]),
  shaped("Transpose", "rank 4", [2, 3, 4, 1], undefined, { perm: [0, 2, 3, 1] }),
  shaped("Reshape", "flatten", [2, 3], (b) => [b.ints([-1])]),
  shaped("Reshape", "to rank 0", [1, 1], (b) => [b.ints([])]),
  shaped("Reshape", "zero copies", [2, 3, 4], (b) => [b.ints([0, 12])]),
  shaped("Squeeze", "one axis", [2, 1, 3], (b) => [b.ints([1])]),
  shaped("Squeeze", "all", [1, 3, 1]),
  shaped("Unsqueeze", "two axes", [2, 3], (b) => [b.ints([0, -1])]),
  shaped("Expand", "rank grows", [3, 1], (b) => [b.ints([2, 3, 4])]),
  shaped("Expand", "from rank 0", [], (b) => [b.ints([2, 2])]),
  shaped("Expand", "by a smaller shape", [2, 3], (b) => [b.ints([1, 1])]),
  { op: "Concat", name: "axis 1", variables: [{ shape: [2, 1] }, { shape: [2, 3] }], attributes: { axis: 1 } },
  {
    op: "Concat",
    name: "one fixed",
    variables: [{ shape: [2], fixed: true }, { shape: [3] }],
    attributes: { axis: -1 },
  },
  { op: "Concat", name: "single", variables: [{ shape: [2] }], attributes: { axis: 0 } },
  shaped("Split", "sizes", [2, 5], (b) => [b.ints([2, 3])], { axis: 1 }, 2),
  shaped("Split", "equal", [4], undefined, { num_outputs: 2 }, 2),
  shaped("Slice", "step 1", [4, 5], (b) => [b.ints([1, -3]), b.ints([3, 100]), b.ints([0, 1])]),
  shaped("Slice", "steps", [5, 4], (b) => [b.ints([0, -1]), b.ints([5, -100]), b.ints([0, 1]), b.ints([2, -1])]),
  shaped("Pad", "both sides", [2, 3], (b) => [b.ints([1, 0, 0, 2])]),
  shaped("Pad", "takes away", [4, 3], (b) => [b.ints([-1, 1, -1, 0])]),
  shaped("Pad", "named axis", [2, 3], (b) => [b.ints([1, 1]), null, b.ints([-1])]),
];

const gather: Case[] = [
  shaped("Gather", "rows, repeated", [4, 3], (b) => [indexed(b, [2, 0, 2, 2])]),
  shaped("Gather", "axis 1", [2, 4, 3], (b) => [indexed(b, [3, -1, 0], [3, 1])], { axis: 1 }),
  shaped("Gather", "last axis", [2, 3], (b) => [indexed(b, [1, 1])], { axis: -1 }),
  shaped("Gather", "rank-0 index", [3, 2], (b) => [indexed(b, [1], [])]),
  {
    op: "Gather",
    name: "fed indices",
    variables: [{ shape: [4, 3] }, { shape: [2, 3], draw: whole(4), fixed: true, type: "int64" }],
  },
  shaped("GatherElements", "axis 1, repeated", [2, 4], (b) => [indexed(b, [0, 0, 3, 1], [2, 2])], { axis: 1 }),
  shaped("GatherElements", "smaller elsewhere", [3, 4], (b) => [indexed(b, [1, 1, 0, 2], [2, 2])], { axis: 0 }),
  shaped("GatherElements", "rank 3", [2, 3, 2], (b) => [indexed(b, [2, 0, 1, 1, 0, 0, 2, 2], [2, 2, 2])], { axis: 1 }),
  ...["none", "add"].flatMap((reduction): Case[] => [
    {
      op: "ScatterElements",
      name: reduction,
      variables: [{ shape: [3, 3] }, { shape: [2, 3] }],
      build: (b, [x, u]) => [
        b.op("ScatterElements", [x!, indexed(b, [0, 2, 1, 1, 0, 2], [2, 3]), u!], { axis: 0, reduction }),
      ],
    },
    {
      op: "ScatterND",
      name: reduction,
      variables: [{ shape: [4, 3] }, { shape: [2, 3] }],
      build: (b, [x, u]) => [
        b.op("ScatterND", [x!, b.constant(BigInt64Array.from([3n, 1n]), "int64", [2, 1]), u!], { reduction }),
      ],
    },
    {
      op: "ScatterND",
      name: `${reduction}, two-axis index`,
      variables: [{ shape: [2, 3, 2] }, { shape: [2, 2] }],
      build: (b, [x, u]) => [
        b.op("ScatterND", [x!, b.constant(BigInt64Array.from([1n, 2n, 0n, 1n]), "int64", [2, 2]), u!], { reduction }),
      ],
    },
  ]),
];

const reductionShapes: readonly (readonly [string, Shape, number[], number])[] = [
  ["last axis, kept", [2, 3], [-1], 1],
  ["first axis", [2, 3], [0], 0],
  ["two axes", [2, 3, 4], [0, 2], 0],
  ["to rank 0", [2, 3], [0, 1], 0],
  ["size 1", [1], [0], 1],
];
const reductions: Case[] = ["ReduceSum", "ReduceMean", "ReduceMax"].flatMap((op) => [
  ...reductionShapes.map(([name, shape, axes, keepdims]) =>
    shaped(op, name, shape, (b) => [b.ints(axes)], { keepdims }),
  ),
  shaped(op, "all axes by default", [2, 3]),
  shaped(op, "no axes, no work", [2, 3], undefined, { noop_with_empty_axes: 1 }),
]);
const softmaxes: Case[] = ["Softmax", "LogSoftmax"].flatMap((op) => [
  shaped(op, "last axis", [2, 4]),
  shaped(op, "first axis", [3, 2], undefined, { axis: 0 }),
  shaped(op, "middle axis", [2, 3, 2], undefined, { axis: 1 }),
  shaped(op, "size 1", [2, 1]),
]);

const matmulShapes: readonly (readonly [string, Shape, Shape])[] = [
  ["matrices", [2, 3], [3, 4]],
  ["vectors", [3], [3]],
  ["vector left", [3], [3, 2]],
  ["vector right", [2, 3], [3]],
  ["batch", [2, 2, 3], [2, 3, 2]],
  ["wide batch", [2, 5, 5], [2, 5, 1]],
  ["batch broadcast", [2, 1, 2, 3], [4, 3, 2]],
  ["batch times matrix", [2, 3, 4], [4, 2]],
  ["matrix times batch", [2, 3], [2, 3, 2]],
  ["vector times batch", [3], [2, 3, 2]],
];
const linalg: Case[] = [
  ...matmulShapes.map(([name, x, y]): Case => ({ op: "MatMul", name, variables: [{ shape: x }, { shape: y }] })),
  ...[0, 1].flatMap((transA) =>
    [0, 1].map((transB): Case => ({
      op: "Gemm",
      name: `transA ${transA}, transB ${transB}`,
      variables: [{ shape: transA ? [3, 2] : [2, 3] }, { shape: transB ? [4, 3] : [3, 4] }, { shape: [4] }],
      attributes: { transA, transB, alpha: 0.7, beta: 1.3 },
    })),
  ),
  ...([[], [1], [2, 1], [1, 4], [2, 4]] as Shape[]).map((bias): Case => ({
    op: "Gemm",
    name: `bias (${bias.join(", ")})`,
    variables: [{ shape: [2, 3] }, { shape: [3, 4] }, { shape: bias }],
    attributes: bias.length === 2 ? { beta: 0.5 } : {},
  })),
  { op: "Gemm", name: "no bias", variables: [{ shape: [2, 3] }, { shape: [3, 4] }] },
];

const normalization: Case[] = (
  [
    ["last axis", [3, 4], -1],
    ["axis 1 of 3", [2, 3, 2], 1],
    ["axis 0", [2, 3], 0],
    ["one row", [1, 5], -1],
  ] as const
).flatMap(([name, shape, axis]): Case[] => {
  const width = shape.slice(axis);
  return [
    {
      op: "LayerNormalization",
      name,
      variables: [{ shape }, { shape: width }, { shape: width }],
      attributes: { axis, epsilon: 1e-3 },
    },
    {
      op: "LayerNormalization",
      name: `${name}, no bias`,
      variables: [{ shape }, { shape: width }],
      attributes: { axis, epsilon: 1e-3 },
    },
  ];
});

const losses: Case[] = [
  shaped("CrossEntropy", "labels", [3, 5], (b) => [indexed(b, [4, 0, 0])]),
  {
    op: "CrossEntropy",
    name: "fed int64 labels",
    variables: [{ shape: [2, 3] }, { shape: [2], draw: whole(3), fixed: true, type: "int64" }],
  },
];

export const cases: readonly Case[] = [
  ...elementwise,
  ...movement,
  ...gather,
  ...reductions,
  ...softmaxes,
  ...linalg,
  ...normalization,
  ...losses,
];
