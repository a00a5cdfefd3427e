/** Types of inner values of a decoded graph: files seldom carry them, the records can infer them. */
import { AutodiffError } from "../errors.ts";
import { integersOf, type Constant, type GraphNode, type TensorType } from "../graph.ts";
import { inferTypes } from "../infer.ts";
import { recordOf } from "../ops/index.ts";
import type { ShapeInput } from "../ops/record.ts";

/**
 * The known types and what follows from them. A value of an unknown op, or whose shape depends on data, stays
 * untyped: such a graph can be interpreted, and the checker names the value when a pass is run on it.
 */
export function completeTypes(
  nodes: readonly GraphNode[],
  known: ReadonlyMap<string, TensorType>,
  constants: ReadonlyMap<string, Constant>,
  opset: number,
): Map<string, TensorType> {
  const types = new Map(known);
  for (const node of nodes) {
    const inputs = node.inputs.map((name): ShapeInput | null | undefined => {
      if (name === "") return null;
      const type = types.get(name) ?? constants.get(name);
      return type && { ...type, integers: integersOf(constants.get(name)) };
    });
    if (inputs.includes(undefined)) continue;
    const inferred = inferOrNothing(node, opset, inputs as (ShapeInput | null)[]);
    node.outputs.forEach((name, i) => {
      if (name !== "" && !types.has(name) && inferred[i] !== undefined) types.set(name, inferred[i]);
    });
  }
  return types;
}

function inferOrNothing(node: GraphNode, opset: number, inputs: readonly (ShapeInput | null)[]): TensorType[] {
  try {
    const record = recordOf(node.op, opset);
    return inferTypes(record, node.name, opset, inputs, node.attributes, node.outputs.length);
  } catch (error) {
    if (error instanceof AutodiffError) return []; // stays untyped, see above
    throw error;
  }
}
