/**
 * How much memory a graph's values need while it runs, node after node in the graph's own order: a value lives from
 * the node that makes it to the last that reads it, an output to the end. Inputs and constants are not counted: they
 * lie elsewhere. As ONNX Runtime allocates: a Reshape is its input under another name; on the CPU an element-wise node
 * writes over an input that nothing reads any more.
 */
import { typeOf, type ElementType, type Graph, type GraphNode } from "./graph.ts";
import { sizeOf } from "./shape.ts";

export interface LivenessOptions {
  /** Element-wise nodes reuse a dead input's place: true on the CPU, not on WebGPU, which forbids it in one dispatch. */
  readonly inPlace: boolean;
  /** Outputs that lie in buffers of the caller's, and so cost nothing here. */
  readonly preallocated?: ReadonlySet<string>;
}
export interface Liveness {
  /** Largest sum of values alive at once, bytes. */
  readonly peakBytes: number;
  /** The node at which that is. */
  readonly peakNode: string;
  /** Largest single value, bytes: what a device's limit on one buffer must bear. */
  readonly largestBytes: number;
}

const widths: Partial<Record<ElementType, number>> = { float16: 2, float64: 8, int64: 8, uint64: 8, bool: 1, uint8: 1 };
export const bytesOf = ({ type, shape }: { type: ElementType; shape: readonly number[] }): number =>
  (widths[type] ?? 4) * sizeOf(shape);

const sameMemory = new Set(["Reshape", "Squeeze", "Unsqueeze", "Identity"]);
const elementWise = new Set(["Add", "Sub", "Mul", "Div", "Exp", "Log", "Neg", "Sqrt", "Reciprocal", "ScatterElements"]);

export function liveness(graph: Graph, { inPlace, preallocated = new Set() }: LivenessOptions): Liveness {
  const storage = storagesOf(graph);
  const lastUse = lastUses(graph, storage);
  const size = new Map<string, number>();
  const free = (name: string): number => {
    const bytes = size.get(name) ?? 0;
    size.delete(name);
    return bytes;
  };
  let live = 0;
  let peak = { peakBytes: 0, peakNode: "" };
  let largestBytes = 0;
  graph.nodes.forEach((node, at) => {
    const dying = [...new Set(node.inputs.map((name) => storage(name)))].filter(
      (name) => size.has(name) && lastUse.get(name) === at,
    );
    for (const output of node.outputs) {
      if (output === "" || storage(output) !== output || preallocated.has(output)) continue;
      const bytes = bytesOf(typeOf(graph, output)!);
      largestBytes = Math.max(largestBytes, bytes);
      if (inPlace && elementWise.has(node.op)) {
        const reused = dying.findIndex((name) => size.get(name) === bytes);
        if (reused >= 0) live -= free(dying.splice(reused, 1)[0]!);
      }
      size.set(output, bytes);
      live += bytes;
    }
    if (live > peak.peakBytes) peak = { peakBytes: live, peakNode: node.name };
    for (const name of dying) live -= free(name);
    for (const name of node.outputs) if (!lastUse.has(name)) live -= free(name);
  });
  return { ...peak, largestBytes };
}

/** Whose memory a value lies in: its own, or that of what it was reshaped from. */
export function storagesOf(graph: Graph): (name: string) => string {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const source = new Map<string, string>();
  const storage = (name: string): string => source.get(name) ?? name;
  for (const node of graph.nodes)
    // What leaves the graph has memory of its own.
    if (sameMemory.has(node.op) && !outputs.has(node.outputs[0]!))
      source.set(node.outputs[0]!, storage(node.inputs[0]!));
  return storage;
}

export function lastUses({ nodes, outputs }: Graph, storage: (name: string) => string): Map<string, number> {
  const last = new Map<string, number>();
  nodes.forEach((node: GraphNode, at) => node.inputs.forEach((name) => last.set(storage(name), at)));
  for (const { name } of outputs) last.set(storage(name), Infinity);
  return last;
}

/**
 * The order in which ONNX Runtime 1.31-dev runs a file whose nodes stand as given (graph.cc, ReverseDFSFrom): from the
 * last node that nothing reads, a node's inputs first, of several inputs the one that stands last in the file.
 */
export function runtimeOrder(nodes: readonly GraphNode[]): GraphNode[] {
  const place = new Map(nodes.flatMap(({ outputs }, at) => outputs.map((name) => [name, at] as const)));
  const before = nodes.map(({ inputs }) =>
    [...new Set(inputs.flatMap((name) => place.get(name) ?? []))].sort((a, b) => a - b),
  );
  const read = new Set(before.flat());
  const stack = nodes.flatMap((_, at) => (read.has(at) ? [] : [{ at, done: false }]));
  const seen = new Set<number>();
  const order: GraphNode[] = [];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top.done) order.push(nodes[top.at]!);
    else if (!seen.has(top.at)) {
      seen.add(top.at);
      stack.push({ at: top.at, done: true });
      for (const at of before[top.at]!) if (!seen.has(at)) stack.push({ at, done: false });
    }
  }
  return order;
}
