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
    const { attributes } = node;
    const integersAt = (i: number): number[] | undefined => integers(values[i]);
    const context = { b, node, attributes, inputs: values, integers: integersAt, options: {} };
    return b.scope(node.op, () => expand(context))?.outputs;
  });
}
