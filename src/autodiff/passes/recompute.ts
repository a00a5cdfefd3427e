/**
 * Activation recompute (Chen et al. 2016, arXiv 1604.06174, section 3): the backward part reads copies of forward
 * values, made again from what enters their segment, so that the values themselves are let go after the forward part.
 * Memory for one more forward pass; gradients keep every bit, because the copies are the same nodes on the same inputs.
 *
 * A copy stands just before its first reader. That order, and that equal nodes are not merged again, is the caller's to
 * carry through to the runtime: see `encodeModel`'s `lastFirst`. So this pass comes last: `simplify` would undo it.
 */
import { checkGraph } from "../check.ts";
import { typeOf, type Graph, type GraphNode } from "../graph.ts";
import { bytesOf } from "../liveness.ts";
import { Names } from "../names.ts";

export interface RecomputeOptions {
  /** The segment (layer) of a forward node; undefined for other nodes, the backward part among them. */
  readonly segmentOf: (node: GraphNode) => string | undefined;
  /** Values up to this size are kept: to make a row's mean again costs more than it saves. */
  readonly keepBytes?: number;
}

export function recompute(graph: Graph, { segmentOf, keepBytes = 0 }: RecomputeOptions): Graph {
  const segment = new Map(graph.nodes.map((node) => [node, segmentOf(node)]));
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const kept = keptValues(graph, segment, producer, keepBytes);
  const names = new Names();
  for (const name of [...graph.types.keys(), ...graph.constants.keys(), ...graph.nodes.map(({ name }) => name)])
    names.take(name);
  const types = new Map(graph.types);
  const again = new Map<string, string>();
  const nodes: GraphNode[] = [];

  /** The name under which the backward part finds a forward value. */
  const copied = (name: string): string => {
    const source = producer.get(name);
    if (source === undefined || kept.has(name) || segment.get(source) === undefined) return name;
    const known = again.get(name);
    if (known !== undefined) return known;
    const inputs = source.inputs.map(copied);
    const outputs = source.outputs.map((output) => {
      if (output === "") return "";
      const twin = names.unique(`${output}/again`);
      types.set(twin, graph.types.get(output)!);
      again.set(output, twin);
      return twin;
    });
    nodes.push({ ...source, name: names.unique(`${source.name}/again`), inputs, outputs });
    return again.get(name)!;
  };
  for (const node of graph.nodes) {
    if (segment.get(node) !== undefined) nodes.push(node);
    else {
      const inputs = node.inputs.map((name) => (name === "" ? "" : copied(name)));
      nodes.push({ ...node, inputs });
    }
  }
  return checkGraph({ ...graph, nodes, types });
}

/** What the forward part itself carries from one segment to another, leaves the graph or is small. */
function keptValues(
  graph: Graph,
  segment: ReadonlyMap<GraphNode, string | undefined>,
  producer: ReadonlyMap<string, GraphNode>,
  keepBytes: number,
): Set<string> {
  const kept = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes) {
    const own = segment.get(node);
    for (const name of node.inputs) {
      const source = producer.get(name);
      if (source === undefined) continue;
      const from = segment.get(source);
      if (own !== undefined && from !== own) kept.add(name);
      if (bytesOf(typeOf(graph, name)!) <= keepBytes) kept.add(name);
    }
  }
  return kept;
}
