import { describe, expect, test } from "vitest";
import { GraphBuilder, printGraph, sugar as s } from "../../../src/autodiff/index.ts";
import { interpret } from "../../../src/autodiff/testing/index.ts";

describe("GraphBuilder", () => {
  test("derives readable names from scopes and ops, and infers shapes", () => {
    const b = new GraphBuilder("names");
    const x = b.input("x", "float32", [2, 3]);
    const w = b.input("w", "float32", [4, 3]);
    const y = b.scope("layer.0", () => {
      const first = b.scope("dense", () => s.gemm(b, x, w, null, { transB: true }));
      return s.softmax(b, s.mul(b, first, 0.5));
    });
    b.output(y, "p");
    expect(printGraph(b.build())).toBe(
      [
        "graph names (opset 21)",
        "input  x: float32[2,3]",
        "input  w: float32[4,3]",
        "const  float32()[0.5]: float32[] = 0.5",
        "layer.0/dense/Gemm: float32[2,4] = Gemm(x, w) {transB=1}",
        "layer.0/Mul: float32[2,4] = Mul(layer.0/dense/Gemm, float32()[0.5])",
        "p: float32[2,4] = Softmax(layer.0/Mul) {axis=-1}",
        "output p: float32[2,4]",
        "",
      ].join("\n"),
    );
  });

  test("numbers equal names and shares equal nodes and constants", () => {
    const b = new GraphBuilder("shared");
    const x = b.input("x", "float32", [2]);
    const [first, second, again] = [s.exp(b, x), s.exp(b, s.neg(b, x)), s.exp(b, x)];
    expect([first.name, second.name, again.name]).toEqual(["Exp", "Exp_1", "Exp"]);
    expect(b.ints([1, 2]).name).toBe(b.ints([1, 2]).name);
    expect(b.scalar(0).name).not.toBe(b.scalar(-0).name);
    expect(b.scalar(1).name).not.toBe(b.scalar(1, "float64").name);
  });

  test("renames outputs, copies inputs and values exposed twice, moves others out of the way", () => {
    const b = new GraphBuilder("outputs");
    const x = b.input("x", "float64", [2]);
    const y = s.neg(b, x, "y");
    const z = s.exp(b, y, "z");
    b.output(z, "y");
    b.output(y, "first");
    b.output(y, "second");
    b.output(x, "same");
    const graph = b.build();
    expect(graph.nodes.map((n) => `${n.outputs.join()} = ${n.op}(${n.inputs.join()})`)).toEqual([
      "first = Neg(x)",
      "y = Exp(first)",
      "second = Identity(first)",
      "same = Identity(x)",
    ]);
    const results = interpret(graph, new Map([["x", { type: "float64", shape: [2], data: Float64Array.of(1, -2) }]]));
    expect([...results.get("second")!.data]).toEqual([-1, 2]);
    expect([...results.get("y")!.data]).toEqual([Math.exp(-1), Math.exp(2)]);
  });

  test("extends a built graph without touching its names", () => {
    const b = new GraphBuilder("base");
    b.output(s.exp(b, b.input("x", "float32", [2])), "y");
    const extended = GraphBuilder.extend(b.build());
    extended.output(s.neg(extended, extended.value("y")), "z");
    expect(extended.build().nodes.map((n) => `${n.outputs.join()} = ${n.op}(${n.inputs.join()})`)).toEqual([
      "y = Exp(x)",
      "z = Neg(y)",
    ]);
  });

  test("makes constants of every float type", () => {
    const b = new GraphBuilder("constants");
    expect([...b.constantOf(b.scalar(0.5, "float16"))!.data]).toEqual([0x3800]);
    expect([...b.constantOf(b.scalar(0.5, "float64"))!.data]).toEqual([0.5]);
    expect([...b.constantOf(b.filled([2], 3, "int64"))!.data]).toEqual([3n, 3n]);
  });
});
