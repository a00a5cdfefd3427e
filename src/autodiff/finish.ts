/**
 * The last step of building: graph outputs get the names asked for. A node's output is renamed; an input,
 * a constant or a value exposed twice is copied by Identity, because ONNX gives a value one name only.
 */
import { AutodiffError } from "./errors.ts";
import { topologicalOrder, type Graph, type GraphNode, type TensorType, type Value } from "./graph.ts";
import type { Names } from "./names.ts";

export interface WantedOutput {
  /** The value's name inside the builder. */
  readonly value: string;
  readonly name: string;
}

export function finishGraph(draft: Omit<Graph, "outputs">, wanted: readonly WantedOutput[], names: Names): Graph {
  const { inputs, constants, types } = draft;
  const produced = new Set(draft.nodes.flatMap((node) => node.outputs));
  const rename = new Map<string, string>();
  const copies: GraphNode[] = [];
  for (const { value, name } of wanted) {
    if (produced.has(value) && !rename.has(value)) rename.set(value, name);
    else if (value !== name) copies.push(copyOf(value, name));
  }
  for (const { value, name } of wanted) {
    // Another value that happens to have the wanted name steps aside.
    if (value === name || !(types.has(name) || constants.has(name))) continue;
    if (!produced.has(name))
      throw new AutodiffError(
        "autodiff/duplicate-name",
        `Output "${name}" has the name of an input or a constant.`,
        "Rename it.",
        {
          name,
        },
      );
    if (!rename.has(name)) rename.set(name, names.unique(name));
  }
  const renamed = (name: string): string => rename.get(name) ?? name;
  const nodes = [...draft.nodes, ...copies].map((node) => ({
    ...node,
    inputs: node.inputs.map(renamed),
    outputs: copies.includes(node) ? node.outputs : node.outputs.map(renamed),
  }));
  const typeOf = (name: string): TensorType => types.get(name) ?? constants.get(name)!;
  const finalTypes = new Map<string, TensorType>();
  for (const [name, type] of types) finalTypes.set(renamed(name), type);
  const outputs = wanted.map(({ value, name }): Value => {
    const { type, shape } = typeOf(value);
    finalTypes.set(name, { type, shape });
    return { name, type, shape };
  });
  return { ...draft, inputs: [...inputs], outputs, nodes: topologicalOrder(nodes), types: finalTypes };
}

const copyOf = (value: string, name: string): GraphNode => ({
  op: "Identity",
  domain: "",
  name: `${name}/Identity`,
  inputs: [value],
  outputs: [name],
  attributes: {},
});
