/** ONNX's own operator tests against the interpreter: every test whose ops and element types we have. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AutodiffError, decodeModel, decodeTensorFile, records, type Graph } from "../../src/autodiff/index.ts";
import { interpret, toTensor, type Feed } from "../../src/autodiff/testing/index.ts";
import { sharedAbsent, sharedData } from "../shared-data.ts";
import { readArchive } from "./archive.ts";

/** The expected outputs are rounded to float32 (24 bits) or float16 (11 bits); ours are float64. */
const RELATIVE: Readonly<Record<string, number>> = { float32: 2e-6, float64: 1e-6, float16: 2e-3 };
const ABSOLUTE = 2e-7;

const archive = join(sharedData, "onnx-node-tests.tar.gz");
const missing = sharedAbsent("onnx-node-tests.tar.gz");

interface Outcome {
  name: string;
  problem: string;
}

function worstProblem(graph: Graph, files: ReadonlyMap<string, Uint8Array>, folder: string): string {
  const read = (kind: string, i: number): Feed =>
    decodeTensorFile(files.get(`${folder}/test_data_set_0/${kind}_${i}.pb`)!);
  const feeds = new Map(graph.inputs.map(({ name }, i) => [name, read("input", i)]));
  const results = interpret(graph, feeds);
  for (const [i, { name }] of graph.outputs.entries()) {
    const wanted = toTensor(read("output", i));
    const found = results.get(name)!;
    if (found.type !== wanted.type) return `${name} is ${found.type}, not ${wanted.type}`;
    if (found.shape.join() !== wanted.shape.join())
      return `${name} has shape ${found.shape.join()}, not ${wanted.shape.join()}`;
    const relative = RELATIVE[wanted.type] ?? 0;
    const absolute = relative === 0 ? 0 : ABSOLUTE;
    for (const [k, x] of wanted.data.entries()) {
      const y = found.data[k]!;
      const same = Object.is(x, y) || x === y || Math.abs(x - y) <= absolute + relative * Math.abs(x);
      if (!same) return `${name}[${k}] is ${y}, not ${x}`;
    }
  }
  return "";
}

test.skipIf(missing !== "")(`the interpreter passes ONNX's operator tests${missing}`, () => {
  const files = readArchive(readFileSync(archive));
  const models = [...files.keys()].filter((name) => name.endsWith("/model.onnx"));
  const failed: Outcome[] = [];
  const without = new Map<string, number>();
  let had = 0;
  const leaveOut = (reason: string): void => void without.set(reason, (without.get(reason) ?? 0) + 1);
  for (const path of models) {
    const folder = path.slice(0, -"/model.onnx".length);
    let graph: Graph;
    try {
      graph = decodeModel(files.get(path)!);
    } catch (error) {
      if (!(error instanceof AutodiffError)) throw error;
      leaveOut("2-bit or optional types");
      continue;
    }
    const missing = graph.nodes.find((node) => node.domain !== "" || !Object.hasOwn(records, node.op));
    if (missing !== undefined) {
      leaveOut(missing.op);
      continue;
    }
    had++;
    let problem: string;
    try {
      problem = worstProblem(graph, files, folder);
    } catch (error) {
      problem = String(error);
    }
    if (problem !== "") failed.push({ name: folder, problem });
  }
  const rest = [...without].map(([reason, n]) => `${reason} ${n}`).join(", ");
  console.log(
    `ONNX operator tests: passed ${had - failed.length} / had ${had} / total ${models.length}; not ours: ${rest}`,
  );
  expect(failed).toEqual([]);
  expect(had).toBeGreaterThan(200);
});
