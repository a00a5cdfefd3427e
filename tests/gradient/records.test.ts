/** Every record's backward rule against finite differences of the float64 interpreter. */
import { expect, test } from "vitest";
import { GraphBuilder, records, sugar as s, type Graph, type OpName, type Value } from "../../src/autodiff/index.ts";
import { checkGradients, type Feed } from "../../src/autodiff/testing/index.ts";
import { hashString, random } from "../../src/base/index.ts";
import { cases, normal, type Case } from "./cases.ts";

/** Float64 and a five-point formula leave about 1e-10; anything above 1e-6 is a wrong rule. */
const TOLERANCE = 1e-6;

/** The op's outputs, each weighted by fixed random numbers, summed: a loss whose gradients are all different. */
function lossGraph(c: Case, seed: number): { graph: Graph; targets: string[]; feeds: Map<string, Feed> } {
  const source = random(seed);
  const b = new GraphBuilder("case");
  const feeds = new Map<string, Feed>();
  const targets: string[] = [];
  const variables = c.variables.map(({ shape, draw = normal, fixed = false, type = "float64" }, i) => {
    const value = b.input(`x${i}`, type, shape);
    const size = shape.reduce((a, n) => a * n, 1);
    feeds.set(value.name, { type, shape, data: Float64Array.from({ length: size }, () => draw(source)) });
    if (!fixed) targets.push(value.name);
    return value;
  });
  const outputs = c.build
    ? c.build(b, variables)
    : b.multi(c.op, [...variables, ...(c.rest?.(b) ?? [])], c.attributes ?? {}, c.outputs ?? 1);
  const parts = outputs.map((y): Value => {
    const data = Float64Array.from({ length: y.shape.reduce((a, n) => a * n, 1) }, () => source.normal());
    return s.reduceSum(
      b,
      s.mul(b, y, b.constant(data, "float64", y.shape)),
      y.shape.map((_, i) => i),
    );
  });
  b.output(
    parts.reduce((sum, part) => s.add(b, sum, part)),
    "loss",
  );
  return { graph: b.build(), targets, feeds };
}

for (const c of cases) {
  test(`${c.op}: ${c.name}${c.attributes?.["approximate"] === "tanh" ? " (tanh)" : ""}`, () => {
    const seed = hashString(`${c.op} ${c.name}`);
    const { graph, targets, feeds } = lossGraph(c, seed);
    for (const layerNormStatistics of c.op === "LayerNormalization" ? [false, true] : [false]) {
      for (const worst of checkGradients(graph, { loss: "loss", targets, layerNormStatistics }, feeds))
        expect(worst.relativeError, `seed ${seed}: ${JSON.stringify(worst)}`).toBeLessThan(TOLERANCE);
    }
  });
}

test("the table has every record with a backward rule", () => {
  const covered = new Set(cases.map((c) => c.op));
  const withRule = (Object.keys(records) as OpName[]).filter((op) => typeof records[op].backward === "function");
  console.log(`gradient checks: ${cases.length} cases over ${withRule.length} ops with a backward rule`);
  expect(withRule.filter((op) => !covered.has(op))).toEqual([]);
});
