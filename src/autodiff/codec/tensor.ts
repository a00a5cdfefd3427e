/** TensorProto <-> constant. Written as raw bytes (little-endian); read in raw and typed form. */
import { fromBinary } from "@bufbuild/protobuf";
import { AutodiffError } from "../errors.ts";
import { arrayTypeOf, type Constant, type ElementType, type TypedArray } from "../graph.ts";
import { sizeOf } from "../shape.ts";
import { elementCodes, elementTypeOf } from "../element-codes.ts";
import { TensorSchema, type Partly, type TensorMessage } from "./descriptor.ts";

export function encodeTensor(name: string, { type, shape, data }: Constant): Partly<TensorMessage> {
  return {
    name,
    dims: shape.map(BigInt),
    dataType: elementCodes[type],
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

/** @throws autodiff/bad-model when the element type is unknown or the data do not fill the shape */
export function decodeTensor(message: TensorMessage): Constant {
  const type = elementTypeOf(message.dataType);
  if (type === undefined)
    throw new AutodiffError(
      "autodiff/bad-model",
      `Tensor "${message.name}" has element type ${message.dataType}, which is not supported.`,
      `Supported: ${Object.keys(elementCodes).join(", ")}.`,
      { tensor: message.name },
    );
  const shape = message.dims.map(Number);
  const data = elements(message, type);
  if (data.length !== sizeOf(shape))
    throw new AutodiffError(
      "autodiff/bad-model",
      `Tensor "${message.name}" of shape (${shape.join(", ")}) has ${data.length} elements.`,
      "The file is damaged or keeps its data elsewhere.",
      { tensor: message.name },
    );
  return { type, shape, data };
}

function elements(message: TensorMessage, type: ElementType): TypedArray {
  const ArrayType = arrayTypeOf(type);
  const raw = message.rawData;
  if (raw.length > 0) {
    if (raw.length % ArrayType.BYTES_PER_ELEMENT !== 0) return new Uint8Array(raw);
    // A copy: aligned, and no view of the whole file (a Node Buffer's own slice would be one).
    return new ArrayType(new Uint8Array(raw).buffer);
  }
  if (type === "int64") return BigInt64Array.from(message.int64Data);
  if (type === "uint64") return BigUint64Array.from(message.uint64Data);
  if (type === "uint32") return Uint32Array.from(message.uint64Data, Number);
  if (type === "float32") return Float32Array.from(message.floatData);
  if (type === "float64") return Float64Array.from(message.doubleData);
  return (ArrayType as Int32ArrayConstructor).from(message.int32Data);
}

/** A lone TensorProto, as ONNX's operator tests keep their inputs and outputs. */
export function decodeTensorFile(bytes: Uint8Array): Constant & { name: string } {
  const message = fromBinary(TensorSchema, bytes) as unknown as TensorMessage;
  return { name: message.name, ...decodeTensor(message) };
}
