/**
 * What a file says when its shapes are left open. ONNX Runtime's planner (1.31-dev, allocation_planner.cc) hands a freed
 * buffer to any later value of the same known shape, and holds it until then: between a layer and its recomputed copy
 * for half the step. A value whose first dimension it cannot infer gets memory of its own, freed at its last use. Which
 * nodes run, in what order and on what numbers stays the same; only writing over a dying input is lost with it.
 *
 * So all that brings the batch into the graph says nothing of its own shape: the inputs fed at every run, constants that
 * meet them (a constant listed among the inputs is one that a caller may replace), and the first number of a Reshape.
 */
import type { Constant, Graph, GraphNode, Value } from "../graph.ts";

export interface Opened {
  readonly graph: Graph;
  /** Constants to be listed among the inputs, without their shapes. */
  readonly replaceable: readonly Value[];
}

export function openShapes(graph: Graph): Opened {
  const constants = new Map(graph.constants);
  const opened = (name: string): string => {
    const target = graph.constants.get(name);
    if (!(target?.data instanceof BigInt64Array) || target.data.length === 0) return name;
    const data = target.data.slice();
    data[0] = -1n;
    const open = `${name} open`;
    constants.set(open, { ...target, data });
    return open;
  };
  const nodes = graph.nodes.map((node): GraphNode =>
    node.op === "Reshape" ? { ...node, inputs: [node.inputs[0]!, opened(node.inputs[1]!)] } : node,
  );
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const used = new Map([...constants].filter(([name]) => read.has(name)));
  return {
    graph: { ...graph, nodes, constants: used },
    replaceable: [...used].filter(([, constant]) => meetsValues(constant)).map(([name, one]) => ({ ...one, name })),
  };
}

/** Not a shape, axes or bounds, which must stay known. */
const meetsValues = ({ type, shape, data }: Constant): boolean =>
  data.length > 1 && (type !== "int64" || shape.length > 1);
