/** Computes once what is written twice: nodes with equal op, inputs and attributes become one. Ops are pure. */
import { nodeKey } from "../builder.ts";
import type { Graph, Value } from "../graph.ts";
import { rewrite } from "../rewrite.ts";

export function shareCommon(graph: Graph): Graph {
  const seen = new Map<string, (Value | null)[]>();
  return rewrite(graph, (node, r) => {
    const inputs = r.inputs(node).map((v) => v?.name ?? "");
    const key = nodeKey(`${node.domain}.${node.op}`, inputs, node.attributes, node.outputs.length);
    const known = seen.get(key);
    if (known !== undefined && known.every((v, i) => v !== null || node.outputs[i] === "")) return known;
    seen.set(
      key,
      node.outputs.map((name) => (name === "" ? null : { name, ...graph.types.get(name)! })),
    );
    return undefined;
  });
}
