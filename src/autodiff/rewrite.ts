/**
 * Makes a new graph from an old one, node by node: a visitor returns the values that replace a node's
 * outputs, or nothing to keep it. Names of kept values, inputs and outputs stay. Knows no op.
 */
import { GraphBuilder } from "./builder.ts";
import { integersOf, type Graph, type GraphNode, type Value } from "./graph.ts";

export interface Rewriter {
  readonly b: GraphBuilder;
  /** Inputs of a node of the old graph, as values of the new one; null where absent. */
  readonly inputs: (node: GraphNode) => (Value | null)[];
  /** The new value that stands for a name of the old graph. */
  readonly value: (name: string) => Value;
  /** The node of the new graph that makes a value, if one does. */
  readonly producer: (value: Value) => GraphNode | undefined;
  /** How often the old graph reads a name; graph outputs count. */
  readonly uses: (name: string) => number;
  readonly integers: (value: Value | null | undefined) => number[] | undefined;
}
export type Visitor = (node: GraphNode, r: Rewriter) => readonly (Value | null)[] | undefined;

/** How often each name is read, by nodes and as a graph output. */
export function countUses(graph: Graph): Map<string, number> {
  const uses = new Map<string, number>();
  const count = (name: string): void => void uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(count);
  for (const output of graph.outputs) count(output.name);
  return uses;
}

/** Starts a builder with a graph's inputs and constants, its node names kept free, and walks the nodes. */
export function startRewrite(graph: Graph, visit: Visitor): { r: Rewriter; alias: ReadonlyMap<string, Value> } {
  const b = GraphBuilder.extend({ ...graph, nodes: [], outputs: [] });
  b.reserve(graph.types.keys());
  b.reserve(graph.nodes.map((node) => node.name));
  const alias = new Map<string, Value>();
  const uses = countUses(graph);
  const value = (name: string): Value => alias.get(name) ?? b.value(name);
  const r: Rewriter = {
    b,
    value,
    inputs: (node) => node.inputs.map((name) => (name === "" ? null : value(name))),
    producer: (v) => b.producer(v),
    uses: (name) => uses.get(name) ?? 0,
    integers: (v) => (v ? integersOf(b.constantOf(v)) : undefined),
  };
  for (const node of graph.nodes) {
    const replaced = visit(node, r);
    if (replaced === undefined) {
      const inputs = node.inputs.map((name) => (name === "" ? "" : value(name).name));
      b.adopt({ ...node, inputs }, graph.types);
    } else node.outputs.forEach((name, i) => name !== "" && replaced[i] && alias.set(name, replaced[i]));
  }
  return { r, alias };
}

export function rewrite(graph: Graph, visit: Visitor): Graph {
  // New nodes get names beside the node they replace.
  const { r } = startRewrite(graph, (node, rewriter) => {
    const folder = node.name.slice(0, Math.max(0, node.name.lastIndexOf("/")));
    return folder === "" ? visit(node, rewriter) : rewriter.b.scope(folder, () => visit(node, rewriter));
  });
  for (const output of graph.outputs) r.b.output(r.value(output.name), output.name);
  return r.b.build();
}
