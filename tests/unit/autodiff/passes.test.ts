/** Each pass on the smallest graph that shows it, and all of them on an encoder: same numbers, fewer nodes. */
import { describe, expect, test } from "vitest";
import {
  addGradients,
  checkGraph,
  dropDead,
  fold,
  fuseGemm,
  GraphBuilder,
  lowerComposites,
  shareCommon,
  simplify,
  sumByProduct,
  sugar as s,
  type Graph,
  type Value,
} from "../../../src/autodiff/index.ts";
import { checkGradients, interpret, type Feed } from "../../../src/autodiff/testing/index.ts";
import { miniEncoder } from "./mini-encoder.ts";

/** Float64 products and sums in another order. */
const ROUNDING = 1e-10;

function graphOf(make: (b: GraphBuilder, x: Value, w: Value) => Value): Graph {
  const b = new GraphBuilder("g");
  const [x, w] = [b.input("x", "float64", [2, 3]), b.input("w", "float64", [3, 3])];
  b.output(make(b, x, w), "y");
  return b.build();
}
const listed = (graph: Graph): string[] =>
  dropDead(checkGraph(graph)).nodes.map((n) => `${n.op}(${n.inputs.join(", ")})`);

describe("fold", () => {
  const cases: [string, (b: GraphBuilder, x: Value, w: Value) => Value, string[]][] = [
    [
      "reshape of a reshape",
      (b, x) => s.neg(b, s.reshape(b, s.reshape(b, x, [6]), [3, 2])),
      ["Reshape(x, int64(2)[3,2])", "Neg(Reshape_2)"],
    ],
    ["reshape there and back", (b, x) => s.neg(b, s.reshape(b, s.reshape(b, x, [6]), [2, 3])), ["Neg(x)"]],
    ["transpose there and back", (b, x) => s.neg(b, s.transpose(b, s.transpose(b, x, [1, 0]), [1, 0])), ["Neg(x)"]],
    [
      "transpose of a row",
      (b, x) => s.neg(b, s.transpose(b, s.reshape(b, x, [1, 6]), [1, 0])),
      ["Reshape(x, int64(2)[6,1])", "Neg(Reshape_1)"],
    ],
    [
      "times 1, plus 0, minus 0, by 1",
      (b, x) => s.neg(b, s.div(b, s.sub(b, s.add(b, 0, s.mul(b, x, 1)), 0), 1)),
      ["Neg(x)"],
    ],
    ["two factors", (b, x) => s.neg(b, s.mul(b, s.mul(b, x, 2), 3)), ["Mul(x, float64()[6])", "Neg(Mul_2)"]],
    [
      "an expand that the next op does itself",
      (b, x) => s.mul(b, x, s.expand(b, s.reduceSum(b, x, [1], true), [2, 3])),
      ["ReduceSum(x, int64(1)[1])", "Mul(x, ReduceSum)"],
    ],
    [
      "sum over one element",
      (b, x) => s.neg(b, s.reduceSum(b, s.reshape(b, x, [6, 1]), [1])),
      ["Reshape(x, int64(1)[6])", "Neg(Reshape_1)"],
    ],
  ];
  test.each(cases)("%s", (_name, make, expected) => {
    const graph = simplify(graphOf(make), { without: ["fuseGemm"] });
    expect(listed(graph).map((line) => line.replace(/(Reshape|Mul)_\d+/g, "$1"))).toEqual(
      expected.map((line) => line.replace(/(Reshape|Mul)_\d+/g, "$1")),
    );
  });

  test("leaves 1 - x, 1 / x and a broadcast that changes the shape alone", () => {
    const graph = graphOf((b, x) => {
      const row = s.reduceSum(b, x, [1], true); // (2, 1)
      return s.add(b, s.sub(b, 0, x), s.mul(b, row, s.div(b, 1, x)));
    });
    expect(listed(fold(graph)).length).toBe(graph.nodes.length);
  });

  test("the transpose of a product takes the transposes inside with it", () => {
    const graph = graphOf((b, x, w) =>
      s.transpose(b, s.matmul(b, s.transpose(b, w, [1, 0]), s.transpose(b, x, [1, 0])), [1, 0]),
    );
    expect(listed(fold(graph))).toEqual(["MatMul(x, w)"]);
  });
});

describe("fuseGemm", () => {
  test("takes in a factor after, a factor before and a sum", () => {
    const graph = graphOf((b, x, w) => s.add(b, s.mul(b, s.matmul(b, s.mul(b, x, 2), w), 3), x));
    const [gemm, ...rest] = simplify(graph).nodes;
    expect(rest).toEqual([]);
    expect([gemm!.op, gemm!.inputs, gemm!.attributes]).toEqual(["Gemm", ["x", "w", "x"], { alpha: 6 }]);
  });

  test("scales the bias of a scaled Gemm", () => {
    const graph = graphOf((b, x, w) => s.mul(b, s.gemm(b, x, w, x, { alpha: 0.5, transB: true }), 4));
    expect(fuseGemm(graph).nodes.at(-1)!.attributes).toEqual({ transB: 1, alpha: 2, beta: 4 });
  });

  test("keeps a product that something else reads", () => {
    const graph = graphOf((b, x, w) => {
      const product = s.matmul(b, x, w);
      return s.mul(b, s.mul(b, product, 3), s.exp(b, product));
    });
    expect(listed(fuseGemm(graph))).toEqual(listed(graph));
  });
});

test("sumByProduct adds rows up with a row of ones, and leaves other sums alone", () => {
  const graph = graphOf((b, x) => {
    const rows = s.reduceSum(b, s.reshape(b, x, [2, 1, 3]), [0, 1]);
    const columns = s.reduceSum(b, x, [1]);
    return s.add(b, s.reduceSum(b, rows, [0]), s.reduceSum(b, columns, [0]));
  });
  const summed = sumByProduct(graph);
  expect(summed.nodes.map((n) => n.op)).toEqual([
    "Reshape",
    "Reshape",
    "MatMul",
    "Reshape",
    "ReduceSum",
    "ReduceSum",
    "ReduceSum",
    "Add",
  ]);
  const x = { type: "float64", shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) } as const;
  const w = { type: "float64", shape: [3, 3], data: new Float64Array(9) } as const;
  const feeds = new Map<string, Feed>([
    ["x", x],
    ["w", w],
  ]);
  expect(interpret(summed, feeds).get("y")!.data[0]).toBe(42);
});

test("a bias used twice: one sum of rows becomes the other's bias", () => {
  const b = new GraphBuilder("bias");
  const [x, w, c] = [b.input("x", "float64", [2, 3]), b.input("w", "float64", [3, 3]), b.input("c", "float64", [3])];
  const first = s.tanh(b, s.gemm(b, x, w, c));
  b.output(s.reduceSum(b, s.exp(b, s.gemm(b, first, w, c)), [0, 1]), "loss");
  const fed = (shape: number[], from: number): Feed => {
    const data = Float64Array.from({ length: shape.reduce((p, n) => p * n, 1) }, (_, i) => Math.sin(from + i));
    return { type: "float64", shape, data };
  };
  const feeds = new Map([
    ["x", fed([2, 3], 0)],
    ["w", fed([3, 3], 5)],
    ["c", fed([3], 9)],
  ]);
  for (const worst of checkGradients(b.build(), { loss: "loss", targets: ["c", "w", "x"] }, feeds))
    expect(worst.relativeError, worst.target).toBeLessThan(1e-6);
});

test("shareCommon computes once what is written twice", () => {
  const graph = graphOf((b, x) => s.add(b, s.exp(b, x), s.neg(b, x)));
  const doubled = {
    ...graph,
    nodes: graph.nodes.flatMap((n) =>
      n.op === "Exp"
        ? [n, { ...n, name: "again", outputs: ["again"] }]
        : [{ ...n, inputs: n.op === "Add" ? ["again", n.inputs[1]!] : n.inputs }],
    ),
    types: new Map(graph.types).set("again", graph.types.get("Exp")!),
  };
  expect(doubled.nodes.length).toBe(4);
  expect(listed(shareCommon(doubled))).toEqual(["Exp(x)", "Neg(x)", "Add(Exp, Neg)"]);
});

test("dropDead removes nodes, constants and optional outputs that nothing reads", () => {
  const b = new GraphBuilder("dead");
  const x = b.input("x", "float32", [2, 3]);
  s.mul(b, s.exp(b, x), 5);
  const [y] = b.multi("LayerNormalization", [x, b.filled([3], 1)], { axis: -1 }, 3);
  b.output(y!, "y");
  const graph = dropDead(b.build());
  expect(graph.nodes.map((n) => [n.op, n.outputs])).toEqual([["LayerNormalization", ["y"]]]);
  expect(graph.constants.size).toBe(1);
});

test("lowerComposites leaves ONNX nodes only", () => {
  const { graph, feeds } = miniEncoder();
  expect(graph.nodes.some((n) => n.domain === "unmask")).toBe(true);
  const lowered = lowerComposites(graph);
  expect(lowered.nodes.every((n) => n.domain === "")).toBe(true);
  const [before, after] = [interpret(graph, feeds(5)), interpret(lowered, feeds(5))];
  expect(Math.abs(before.get("loss")!.data[0]! - after.get("loss")!.data[0]!)).toBeLessThan(ROUNDING);
});

test("all passes together keep the numbers of an encoder's gradients and save nodes", () => {
  const { graph, targets, feeds } = miniEncoder();
  const request = { loss: "loss", targets, layerNormStatistics: true };
  const plain = addGradients(graph, { ...request, without: ["fold", "fuseGemm", "shareCommon", "dropDead"] }).graph;
  const simple = addGradients(graph, request).graph;
  const [wanted, found] = [interpret(plain, feeds(11)), interpret(simple, feeds(11))];
  for (const [name, { data }] of wanted) {
    const worst = Math.max(...data.map((x, i) => Math.abs(x - found.get(name)!.data[i]!)));
    expect(worst, name).toBeLessThan(ROUNDING);
  }
  console.log(`passes: ${plain.nodes.length} nodes become ${simple.nodes.length}`);
  expect(simple.nodes.length).toBeLessThan(plain.nodes.length - 40);
  expect(simplify(simple).nodes.length).toBe(simple.nodes.length);
});
