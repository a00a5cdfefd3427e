/** The reverse walk: accumulation, pruning, row gradients, and a whole encoder against finite differences. */
import { describe, expect, test } from "vitest";
import { addGradients, encodeModel, GraphBuilder, printGraph, sugar as s } from "../../../src/autodiff/index.ts";
import { checkGradients, interpret, type Feed } from "../../../src/autodiff/testing/index.ts";
import { miniEncoder, nano } from "./mini-encoder.ts";

/** Float64 sums in another order. */
const ROUNDING = 1e-12;
/** Float64 and a five-point formula leave about 1e-9 after this many layers. */
const TOLERANCE = 1e-6;

const feed = (values: number[], shape = [values.length]): Feed => ({
  type: "float64",
  shape,
  data: Float64Array.from(values),
});

describe("addGradients", () => {
  test("adds up what reaches a value used several times", () => {
    const b = new GraphBuilder("twice");
    const x = b.input("x", "float64", [2]);
    b.output(s.reduceSum(b, s.add(b, s.mul(b, x, x), s.add(b, x, x)), [0]), "loss"); // x^2 + 2x
    const { graph, gradients } = addGradients(b.build(), { loss: "loss", targets: ["x"] });
    const results = interpret(graph, new Map([["x", feed([3, -1])]]));
    expect([...results.get(gradients.get("x")!)!.data]).toEqual([8, 0]);
    expect(results.get("loss")!.data[0]).toBe(15 - 1);
  });

  test("computes nothing for what is not a target", () => {
    const b = new GraphBuilder("pruned");
    const x = b.input("x", "float64", [2, 2]);
    const [frozen, head] = [b.input("frozen", "float64", [2, 2]), b.input("head", "float64", [2, 2])];
    const hidden = s.tanh(b, s.matmul(b, x, frozen));
    b.output(s.reduceSum(b, s.matmul(b, hidden, head), [0, 1]), "loss");
    const { graph, gradients } = addGradients(b.build(), { loss: "loss", targets: ["head"] });
    expect([...gradients]).toEqual([["head", "grad/head"]]);
    expect(graph.nodes.map((n) => n.op)).toEqual(["MatMul", "Tanh", "MatMul", "ReduceSum", "Expand", "Gemm"]);
  });

  test("keeps the names of outputs, also where a node is expanded", () => {
    const b = new GraphBuilder("names");
    const x = b.input("x", "float64", [2, 2]);
    const y = s.gelu(b, x);
    b.output(y, "activated");
    b.output(s.reduceSum(b, y, [0, 1]), "loss");
    const { graph } = addGradients(b.build(), { loss: "loss", targets: ["x"] });
    expect(graph.outputs.map((o) => o.name)).toEqual(["activated", "loss", "grad/x"]);
    expect(graph.nodes.some((n) => n.op === "Gelu")).toBe(false);
  });

  test("gives each dense target an output of its own, even for equal gradients", () => {
    const b = new GraphBuilder("equal");
    const [x, y] = [b.input("x", "float64", [2]), b.input("y", "float64", [2])];
    b.output(s.reduceSum(b, s.mul(b, s.add(b, x, y), 3), [0]), "loss");
    const { graph, gradients } = addGradients(b.build(), { loss: "loss", targets: ["x", "y"] });
    expect([...gradients.values()]).toEqual(["grad/x", "grad/y"]);
    const results = interpret(
      graph,
      new Map([
        ["x", feed([1, 2])],
        ["y", feed([3, 4])],
      ]),
    );
    expect([...results.get("grad/y")!.data]).toEqual([3, 3]);
  });

  test("the same input gives the same bytes", () => {
    const make = (): Uint8Array => {
      const { graph, targets } = miniEncoder();
      return encodeModel(addGradients(graph, { loss: "loss", targets }).graph);
    };
    expect(make()).toEqual(make());
  });
});

describe("row gradients", () => {
  const { graph, targets, rowTargets, feeds } = miniEncoder();
  const others = targets.filter((t) => !rowTargets.includes(t));
  const dense = addGradients(graph, { loss: "loss", targets });
  const sparse = addGradients(graph, { loss: "loss", targets: others, rowTargets });
  const fed = feeds(7);
  const [denseResults, results] = [interpret(dense.graph, fed), interpret(sparse.graph, fed)];

  test("tables summed in one embedding share their rows, exposed once", () => {
    expect(sparse.rowGradients).toEqual(
      new Map([
        ["words", [{ indices: "ids", rows: "grad/words/rows0" }]],
        ["places", [{ indices: "positions", rows: "grad/words/rows0" }]],
      ]),
    );
    expect(sparse.graph.outputs.filter((o) => o.name.endsWith("rows0")).length).toBe(1);
    // The tied decoder still reaches the word table densely; nothing but lookups reaches the positions.
    expect(sparse.gradients.has("words")).toBe(true);
    expect(sparse.gradients.has("places")).toBe(false);
  });

  test.each(rowTargets)("rows added to the dense part equal the dense gradient: %s", (table) => {
    const width = nano.H;
    const wanted = denseResults.get(dense.gradients.get(table)!)!.data;
    const sum = results.get(sparse.gradients.get(table) ?? "")?.data.slice() ?? new Float64Array(wanted.length);
    for (const { indices, rows } of sparse.rowGradients.get(table)!) {
      Array.from(fed.get(indices)!.data as Int32Array).forEach((row, n) => {
        for (let h = 0; h < width; h++) sum[row * width + h]! += results.get(rows)!.data[n * width + h]!;
      });
    }
    const worst = Math.max(...sum.map((x, i) => Math.abs(x - wanted[i]!)));
    expect(worst).toBeLessThan(ROUNDING);
    expect(Math.max(...wanted.map(Math.abs))).toBeGreaterThan(1e-3);
  });

  test("indices of higher rank are flattened and exposed", () => {
    const b = new GraphBuilder("lookup");
    const table = b.input("table", "float64", [5, 2]);
    const ids = b.input("ids", "int32", [2, 3]);
    const weights = b.constant(
      Float64Array.from({ length: 12 }, (_, i) => i),
      "float64",
      [2, 3, 2],
    );
    b.output(s.reduceSum(b, s.mul(b, s.gather(b, table, ids), weights), [0, 1, 2]), "loss");
    const found = addGradients(b.build(), { loss: "loss", targets: [], rowTargets: ["table"] });
    expect(found.rowGradients.get("table")).toEqual([{ indices: "grad/table/indices0", rows: "grad/table/rows0" }]);
    const fedIds: Feed = { type: "int32", shape: [2, 3], data: Int32Array.of(4, 0, 4, 1, 1, 2) };
    const out = interpret(
      found.graph,
      new Map([
        ["table", feed(new Array(10).fill(0), [5, 2])],
        ["ids", fedIds],
      ]),
    );
    expect([...out.get("grad/table/indices0")!.data]).toEqual([4, 0, 4, 1, 1, 2]);
    expect(out.get("grad/table/rows0")!.shape).toEqual([6, 2]);
    expect([...out.get("grad/table/rows0")!.data]).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });
});

describe("a whole encoder with a tied MLM head", () => {
  const small = miniEncoder({ B: 2, T: 3, H: 4, A: 2, I: 6, V: 7, M: 3, L: 1 });
  test.each([false, true])("every parameter agrees with finite differences (statistics %s)", (layerNormStatistics) => {
    const seed = 3;
    const request = { loss: "loss", targets: small.targets, layerNormStatistics };
    for (const worst of checkGradients(small.graph, request, small.feeds(seed)))
      expect(worst.relativeError, `seed ${seed}: ${JSON.stringify(worst)}`).toBeLessThan(TOLERANCE);
  });

  test("two layers stay within their node budget", () => {
    const { graph, targets, rowTargets } = miniEncoder();
    const trained = addGradients(graph, {
      loss: "loss",
      targets: targets.filter((t) => !rowTargets.includes(t)),
      rowTargets,
      layerNormStatistics: true,
    });
    // Reshape moves no bytes; every other node is a kernel launch on a GPU.
    const launches = trained.graph.nodes.filter((n) => n.op !== "Reshape").length;
    console.log(`encoder of 2 layers with MLM head: ${launches} kernels forward and backward`);
    expect(launches).toBeLessThanOrEqual(240);
    expect(printGraph(trained.graph)).not.toContain("unmask.");
  });
});
