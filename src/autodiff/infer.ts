/** Output types of one node by its record's shape rule; also checks that its attributes are known. */
import { AutodiffError } from "./errors.ts";
import type { Attributes, TensorType } from "./graph.ts";
import type { OpRecord, ShapeInput } from "./ops/record.ts";

export function inferTypes(
  record: OpRecord,
  node: string,
  opset: number,
  inputs: readonly (ShapeInput | null)[],
  attributes: Attributes,
  outputCount: number,
): TensorType[] {
  const known = record.attributes ?? {};
  for (const name of Object.keys(attributes)) {
    if (!(name in known))
      throw new AutodiffError(
        "autodiff/unknown-attribute",
        `${record.op} "${node}" has no attribute "${name}".`,
        `Known: ${Object.keys(known).join(", ") || "none"}.`,
        { op: record.op, node, attribute: name },
      );
  }
  const types = record.shape({ op: record.op, node, opset, inputs, attributes, outputCount });
  if (types.length < outputCount)
    throw new AutodiffError(
      "autodiff/output-count",
      `${record.op} "${node}" has ${types.length} outputs; ${outputCount} were asked for.`,
      "",
      { op: record.op, node },
    );
  return types.slice(0, outputCount).map(({ type, shape }) => ({ type, shape }));
}
