/**
 * The checker that runs after every pass: each name bound once and before its use, types equal to what the
 * records infer, nothing but allowed ops. A graph that fails was broken by this library, unless it was decoded.
 */
import { AutodiffError } from "./errors.ts";
import { integersOf, printType, typeOf, type Graph, type GraphNode } from "./graph.ts";
import { inferTypes } from "./infer.ts";
import { recordOf } from "./ops/index.ts";
import { sameShape } from "./shape.ts";

/**
 * Ops that a generated graph may hold: the runtime's WebGPU provider places each of them on the GPU
 * (checked by its log in a browser run of onnxruntime-web 1.31-dev; results equal to WASM's). Forward graphs may
 * hold others at their own cost: of the records, LogSoftmax alone falls back to the CPU there.
 */
export const emittedOps: ReadonlySet<string> = new Set([
  "Add",
  "Cast",
  "Clip",
  "Concat",
  "Div",
  "Equal",
  "Erf",
  "Exp",
  "Expand",
  "Gather",
  "GatherElements",
  "Gemm",
  "Greater",
  "Identity",
  "LayerNormalization",
  "Less",
  "Log",
  "MatMul",
  "Mul",
  "Neg",
  "Pad",
  "Pow",
  "Reciprocal",
  "ReduceMax",
  "ReduceMean",
  "ReduceSum",
  "Reshape",
  "ScatterElements",
  "ScatterND",
  "Sigmoid",
  "Slice",
  "Softmax",
  "Split",
  "Sqrt",
  "Squeeze",
  "Sub",
  "Tanh",
  "Transpose",
  "Unsqueeze",
  "Where",
]);

function fail(code: string, message: string, node?: GraphNode): AutodiffError {
  const details = node === undefined ? {} : { op: node.op, node: node.name };
  return new AutodiffError(code, message, "", details);
}

/** Returns the graph it was given. @throws autodiff/duplicate-name, autodiff/unbound, autodiff/bad-type, autodiff/op-not-allowed */
export function checkGraph(graph: Graph, allowed?: ReadonlySet<string>): Graph {
  const bound = new Set<string>();
  const bind = (name: string, node?: GraphNode): void => {
    if (bound.has(name)) throw fail("autodiff/duplicate-name", `"${name}" is bound twice.`, node);
    bound.add(name);
  };
  graph.inputs.forEach((input) => bind(input.name));
  for (const name of graph.constants.keys()) bind(name);
  const nodeNames = new Set<string>();
  for (const node of graph.nodes) {
    if (node.name !== "" && nodeNames.has(node.name))
      throw fail("autodiff/duplicate-name", `Two nodes are called "${node.name}".`, node);
    nodeNames.add(node.name);
    if (allowed !== undefined && !allowed.has(node.op))
      throw fail("autodiff/op-not-allowed", `${node.op} "${node.name}" is not among the ops the device runs.`, node);
    for (const name of node.inputs) {
      if (name !== "" && !bound.has(name))
        throw fail("autodiff/unbound", `${node.op} "${node.name}" reads "${name}" before anything binds it.`, node);
    }
    checkTypes(graph, node);
    for (const name of node.outputs) if (name !== "") bind(name, node);
  }
  for (const output of graph.outputs) {
    const type = typeOf(graph, output.name);
    if (!bound.has(output.name) || type === undefined)
      throw fail("autodiff/unbound", `Output "${output.name}" is not bound.`);
    if (type.type !== output.type || !sameShape(type.shape, output.shape))
      throw fail("autodiff/bad-type", `Output "${output.name}" is ${printType(type)}, not ${printType(output)}.`);
  }
  return graph;
}

function checkTypes(graph: Graph, node: GraphNode): void {
  const inputs = node.inputs.map((name) =>
    name === "" ? null : { ...typeOf(graph, name)!, integers: integersOf(graph.constants.get(name)) },
  );
  const record = recordOf(node.op, graph.opset);
  const types = inferTypes(record, node.name, graph.opset, inputs, node.attributes, node.outputs.length);
  node.outputs.forEach((name, i) => {
    const [given, inferred] = [graph.types.get(name), types[i]!];
    if (name === "") return;
    if (given === undefined || given.type !== inferred.type || !sameShape(given.shape, inferred.shape))
      throw fail(
        "autodiff/bad-type",
        `${node.op} "${node.name}" gives ${printType(inferred)}, but "${name}" is ${given ? printType(given) : "untyped"}.`,
        node,
      );
  });
}
