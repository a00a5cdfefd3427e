/** Turns composites of ours (cross-entropy) into ONNX nodes; `addGradients` has done so already. */
import type { Graph } from "./graph.ts";
import { recordOf } from "./ops/index.ts";
import { rewrite } from "./rewrite.ts";

export function lowerComposites(graph: Graph): Graph {
  if (!graph.nodes.some((node) => node.domain === "unmask")) return graph;
  return rewrite(graph, (node, { b, inputs, integers }) => {
    const { expand } = recordOf(node.op, graph.opset);
    if (node.domain !== "unmask" || expand === undefined) return undefined;
    const values = inputs(node);
    const context = {
      b,
      node,
      attributes: node.attributes,
      inputs: values,
      integers: (i: number) => integers(values[i]),
    };
    return b.scope(node.op, () => expand(context)).outputs;
  });
}
