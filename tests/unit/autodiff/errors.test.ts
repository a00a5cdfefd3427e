/** Every mistake that a caller can make has its code, and the message names op, node and shapes. */
import { describe, expect, test } from "vitest";
import {
  addGradients,
  AutodiffError,
  checkGraph,
  decodeModel,
  encodeModel,
  GraphBuilder,
  simplify,
  sugar as s,
  topologicalOrder,
  type Graph,
  type GraphNode,
  type Value,
} from "../../../src/autodiff/index.ts";
import { interpret } from "../../../src/autodiff/testing/index.ts";

function thrownBy(run: () => unknown): AutodiffError {
  try {
    run();
  } catch (error) {
    if (error instanceof AutodiffError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
const codeOf = (run: () => unknown): string => thrownBy(run).code;
const builder = (): { b: GraphBuilder; x: Value; y: Value } => {
  const b = new GraphBuilder("g");
  return { b, x: b.input("x", "float32", [2, 3]), y: b.input("y", "float32", [4]) };
};

describe("building", () => {
  test("a shape mismatch names op, node and both shapes", () => {
    const { b, x, y } = builder();
    const error = thrownBy(() => b.scope("layer.3", () => s.add(b, x, y)));
    expect(error.code).toBe("autodiff/shape-mismatch");
    expect(error.message).toBe('Add "layer.3/Add" needs shapes that broadcast together; it got shapes (2, 3) and (4).');
    expect(error.details).toEqual({ op: "Add", node: "layer.3/Add", shapes: "(2, 3) and (4)" });
    expect(error.hint).not.toBe("");
  });

  const mismatches: [string, (b: GraphBuilder, x: Value, y: Value) => Value | Value[]][] = [
    ["MatMul", (b, x, y) => s.matmul(b, x, y)],
    ["Gemm", (b, x) => s.gemm(b, x, x)],
    ["Reshape", (b, x) => s.reshape(b, x, [4, 2])],
    ["Transpose", (b, x) => s.transpose(b, x, [0, 0])],
    ["Concat", (b, x, y) => s.concat(b, [x, y], 0)],
    ["Split", (b, x) => s.split(b, x, [1, 1], 1)],
    ["Squeeze", (b, x) => s.squeeze(b, x, [0])],
    ["Unsqueeze", (b, x) => s.unsqueeze(b, x, [0, 0])],
    ["Expand", (b, x) => s.expand(b, x, [2, 4])],
    ["Pad", (b, x) => s.pad(b, x, [1], [1])],
    ["Softmax", (b, x) => s.softmax(b, x, 2)],
    ["ReduceSum", (b, x) => s.reduceSum(b, x, [-3])],
    ["LayerNormalization", (b, x, y) => s.layerNormalization(b, x, y, null, 1e-5)],
    ["Gather", (b, x) => s.gather(b, x, x)],
    ["CrossEntropy", (b, x, y) => b.op("CrossEntropy", [x, s.cast(b, y, "int32")])],
  ];
  test.each(mismatches)("%s refuses shapes that do not fit", (_op, make) => {
    const { b, x, y } = builder();
    expect(codeOf(() => make(b, x, y))).toBe("autodiff/shape-mismatch");
  });

  test("other mistakes", () => {
    const { b, x } = builder();
    expect(codeOf(() => b.op("Conv", [x, x]))).toBe("autodiff/unknown-op");
    expect(thrownBy(() => b.op("Conv", [x])).details).toEqual({ op: "Conv", opset: 21 });
    expect(codeOf(() => b.op("constructor", [x]))).toBe("autodiff/unknown-op");
    expect(codeOf(() => s.add(b, x, s.cast(b, x, "float64")))).toBe("autodiff/type-mismatch");
    expect(codeOf(() => b.op("Reshape", [x, s.cast(b, x, "int64")]))).toBe("autodiff/not-constant");
    expect(codeOf(() => b.op("Softmax", [x], { axes: 1 }))).toBe("autodiff/unknown-attribute");
    expect(codeOf(() => b.op("Add", [x]))).toBe("autodiff/missing-input");
    expect(codeOf(() => b.multi("Add", [x, x], {}, 2))).toBe("autodiff/output-count");
    expect(codeOf(() => b.input("x", "float32", []))).toBe("autodiff/duplicate-name");
    expect(codeOf(() => b.value("nowhere"))).toBe("autodiff/unknown-value");
    expect(codeOf(() => b.constant(new Float32Array(3), "float32", [2]))).toBe("autodiff/bad-constant");
    expect(codeOf(() => b.constant(new Float64Array(2), "float32", [2]))).toBe("autodiff/bad-constant");
    expect(codeOf(() => new GraphBuilder("old", 17).op("ReduceMean", [x]))).toBe("autodiff/unsupported-opset");
    b.output(x, "out");
    expect(codeOf(() => b.output(x, "out"))).toBe("autodiff/duplicate-name");
    const other = builder();
    other.b.output(s.neg(other.b, other.x), "y");
    expect(codeOf(() => other.b.build())).toBe("autodiff/duplicate-name");
  });
});

describe("differentiating", () => {
  const graphOf = (make: (b: GraphBuilder, x: Value) => Value): Graph => {
    const b = new GraphBuilder("g");
    b.input("ids", "int32", [2]);
    const x = b.input("x", "float32", [2, 2]);
    b.input("unused", "float32", [2]);
    b.output(make(b, x), "loss");
    return b.build();
  };
  const sum = graphOf((b, x) => s.reduceSum(b, x, [0, 1]));
  const scattered = graphOf((b, x) => {
    const zeros = b.constant(new Int32Array(4), "int32", [2, 2]);
    return s.reduceSum(b, b.op("ScatterElements", [x, zeros, x], { reduction: "mul" }), [0, 1]);
  });
  const statistic = graphOf((b, x) => {
    const [, mean] = b.multi("LayerNormalization", [x, b.filled([2], 1)], { axis: -1 }, 2);
    return s.reduceSum(b, mean!, [0, 1]);
  });

  test.each([
    ["autodiff/unknown-value", sum, { loss: "nowhere", targets: ["x"] }],
    ["autodiff/bad-loss", graphOf((b, x) => s.neg(b, x)), { loss: "loss", targets: ["x"] }],
    ["autodiff/bad-target", sum, { loss: "loss", targets: ["ids"] }],
    ["autodiff/bad-target", sum, { loss: "loss", targets: ["nowhere"] }],
    ["autodiff/no-path", sum, { loss: "loss", targets: ["unused"] }],
    [
      "autodiff/no-path",
      graphOf((b, x) => s.reduceSum(b, s.cast(b, s.greater(b, x, 0), "float32"), [0, 1])),
      { loss: "loss", targets: ["x"] },
    ],
    ["autodiff/no-gradient", scattered, { loss: "loss", targets: ["x"] }],
    ["autodiff/no-gradient", statistic, { loss: "loss", targets: ["x"] }],
  ] as const)("%s", (code, graph, request) => {
    expect(codeOf(() => addGradients(graph, request))).toBe(code);
  });

  test("a missing gradient names op, node and opset", () => {
    const error = thrownBy(() => addGradients(scattered, { loss: "loss", targets: ["x"] }));
    expect(error.details).toEqual({ op: "ScatterElements", node: "ScatterElements", opset: 21 });
  });
});

describe("checking", () => {
  const node = (op: string, input: string, output: string): GraphNode => ({
    op,
    domain: "",
    name: output,
    inputs: [input],
    outputs: [output],
    attributes: {},
  });
  const type = { type: "float32", shape: [2] } as const;
  const graphOf = (nodes: GraphNode[], output = "y"): Graph => ({
    name: "g",
    opset: 21,
    inputs: [{ name: "x", ...type }],
    outputs: [{ name: output, ...type }],
    nodes,
    constants: new Map(),
    types: new Map([...nodes.flatMap((n) => n.outputs), "x"].map((name) => [name, type])),
  });

  test("finds what a broken graph has", () => {
    expect(checkGraph(graphOf([node("Neg", "x", "y")])).nodes.length).toBe(1);
    expect(codeOf(() => checkGraph(graphOf([node("Neg", "x", "y"), node("Exp", "x", "y")])))).toBe(
      "autodiff/duplicate-name",
    );
    expect(codeOf(() => checkGraph(graphOf([node("Neg", "z", "y"), node("Exp", "x", "z")])))).toBe("autodiff/unbound");
    expect(codeOf(() => checkGraph(graphOf([node("Neg", "x", "y")], "z")))).toBe("autodiff/unbound");
    expect(codeOf(() => checkGraph(graphOf([node("Not", "x", "y")])))).toBe("autodiff/shape-mismatch");
    expect(codeOf(() => checkGraph(graphOf([node("Conv", "x", "y")])))).toBe("autodiff/unknown-op");
    expect(codeOf(() => checkGraph(graphOf([node("Abs", "x", "y")]), new Set(["Neg"])))).toBe(
      "autodiff/op-not-allowed",
    );
    const wrong = graphOf([node("Neg", "x", "y")]);
    const typed = { ...wrong, types: new Map(wrong.types).set("y", { type: "float32", shape: [3] }) };
    expect(codeOf(() => simplify(typed))).toBe("autodiff/bad-type");
  });

  test("topological order puts nodes after what they read, and refuses circles", () => {
    const nodes = [node("Neg", "b", "c"), node("Exp", "x", "a"), node("Exp", "a", "b")];
    expect(topologicalOrder(nodes).map((n) => n.name)).toEqual(["a", "b", "c"]);
    expect(codeOf(() => topologicalOrder([node("Neg", "b", "a"), node("Neg", "a", "b")]))).toBe("autodiff/cycle");
  });

  test("a feed that is missing", () => {
    expect(codeOf(() => interpret(graphOf([node("Neg", "x", "y")]), new Map()))).toBe("autodiff/missing-feed");
  });
});

describe("decoding", () => {
  const bytes = (): Uint8Array => {
    const { b, x } = builder();
    b.output(s.mul(b, x, b.constant(new Float32Array(3).fill(2), "float32", [3])), "z");
    return encodeModel(b.build());
  };
  test("no damage of single bytes gives another kind of error", () => {
    const whole = bytes();
    const outcomes = { read: 0, refused: 0 };
    for (let at = 0; at < whole.length; at++) {
      for (const flip of [1, 0x80, 0xff]) {
        const damaged = whole.slice();
        damaged[at] = damaged[at]! ^ flip;
        try {
          decodeModel(damaged);
          outcomes.read++;
        } catch (error) {
          expect(error, `byte ${at}, flip ${flip}`).toBeInstanceOf(AutodiffError);
          outcomes.refused++;
        }
      }
    }
    expect(outcomes.refused).toBeGreaterThan(whole.length / 2);
  });

  test("a cut or foreign file is an error, not a crash", () => {
    const whole = bytes();
    expect(codeOf(() => decodeModel(whole.slice(0, whole.length - 20)))).toBe("autodiff/bad-model");
    expect(codeOf(() => decodeModel(new Uint8Array(0)))).toBe("autodiff/bad-model");
    expect(codeOf(() => decodeModel(new TextEncoder().encode("not a model at all")))).toBe("autodiff/bad-model");
  });
});
