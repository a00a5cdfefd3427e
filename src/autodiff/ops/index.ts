/** All op records by ONNX name. Adding an op: write its record in a family file and name it there. */
import { AutodiffError } from "../errors.ts";
import { elementwise } from "./elementwise.ts";
import { gather } from "./gather.ts";
import { Gelu } from "./gelu.ts";
import { linalg } from "./linalg.ts";
import { losses } from "./loss.ts";
import { movement } from "./movement.ts";
import { normalization } from "./normalization.ts";
import type { OpRecord } from "./record.ts";
import { reductions } from "./reduction.ts";
import { selection } from "./selection.ts";
import { slicing } from "./slicing.ts";

const families = {
  ...elementwise,
  ...selection,
  Gelu,
  ...movement,
  ...slicing,
  ...gather,
  ...reductions,
  ...linalg,
  ...normalization,
  ...losses,
};
export type OpName = keyof typeof families;
export const records: Readonly<Record<OpName, OpRecord>> = families;

/** @throws autodiff/unknown-op, autodiff/unsupported-opset */
export function recordOf(op: string, opset: number): OpRecord {
  const record = Object.hasOwn(records, op) ? records[op as OpName] : undefined;
  if (record === undefined)
    throw new AutodiffError(
      "autodiff/unknown-op",
      `There is no record for op "${op}" (opset ${opset}).`,
      `Known ops: ${Object.keys(records).join(", ")}.`,
      { op, opset },
    );
  if (opset < record.since)
    throw new AutodiffError(
      "autodiff/unsupported-opset",
      `${op} is known from opset ${record.since}; the graph has opset ${opset}.`,
      "Export the graph with a newer opset.",
      { op, opset, since: record.since },
    );
  return record;
}
