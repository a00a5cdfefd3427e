/** Removes nodes that nothing reads, outputs nobody asked for where the op allows it, and unread constants. */
import type { Graph, GraphNode } from "../graph.ts";
import { recordOf } from "../ops/index.ts";
import { countUses } from "../rewrite.ts";

export function dropDead(graph: Graph): Graph {
  const live = new Set(graph.outputs.map((o) => o.name));
  const kept: GraphNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => live.has(name))) continue;
    node.inputs.forEach((name) => live.add(name));
    kept.push(node);
  }
  const nodes = kept.reverse().map((node) => {
    const optional = recordOf(node.op, graph.opset).optionalOutputs ?? [];
    const outputs = node.outputs.map((name, i) => (optional.includes(i) && !live.has(name) ? "" : name));
    while (outputs.at(-1) === "") outputs.pop();
    return { ...node, outputs };
  });
  const bound = new Set([...graph.inputs.map((i) => i.name), ...nodes.flatMap((n) => n.outputs)]);
  const uses = countUses({ ...graph, nodes });
  return {
    ...graph,
    nodes,
    constants: new Map([...graph.constants].filter(([name]) => uses.has(name))),
    types: new Map([...graph.types].filter(([name]) => bound.has(name))),
  };
}
