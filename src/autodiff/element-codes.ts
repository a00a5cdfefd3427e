/** Element types by ONNX's numbers (TensorProto.DataType): in files, and as Cast's attribute. */
import type { ElementType } from "./graph.ts";

export const elementCodes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
};
/** Inverse of `elementCodes`. */
export function elementTypeOf(code: number): ElementType | undefined {
  return (Object.keys(elementCodes) as ElementType[]).find((type) => elementCodes[type] === code);
}
