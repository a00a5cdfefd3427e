/**
 * ONNX's protobuf messages, the fields used here only, as a descriptor made at run time: no generated code
 * and no `eval`. Source of names and field numbers: onnx.proto (ONNX 1.16+, IR version 10).
 */
import { create, createFileRegistry, type DescMessage, type Message } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  type DescriptorProto,
} from "@bufbuild/protobuf/wkt";

import { internal } from "../errors.ts";

type Kind = "string" | "bytes" | "int64" | "int32" | "uint64" | "float" | "double" | (string & {});
/** name: [field number, kind]; a kind ending in [] is repeated, a capital letter names a message. */
type Fields = Readonly<Record<string, readonly [number, Kind]>>;

const messages: Readonly<Record<string, Fields>> = {
  OperatorSetIdProto: { domain: [1, "string"], version: [2, "int64"] },
  Dimension: { dim_value: [1, "int64"], dim_param: [2, "string"] },
  TensorShapeProto: { dim: [1, "Dimension[]"] },
  TensorTypeProto: { elem_type: [1, "int32"], shape: [2, "TensorShapeProto"] },
  TypeProto: { tensor_type: [1, "TensorTypeProto"] },
  ValueInfoProto: { name: [1, "string"], type: [2, "TypeProto"], doc_string: [3, "string"] },
  TensorProto: {
    dims: [1, "int64[]"],
    data_type: [2, "int32"],
    float_data: [4, "float[]"],
    int32_data: [5, "int32[]"],
    int64_data: [7, "int64[]"],
    name: [8, "string"],
    raw_data: [9, "bytes"],
    double_data: [10, "double[]"],
    uint64_data: [11, "uint64[]"],
  },
  AttributeProto: {
    name: [1, "string"],
    f: [2, "float"],
    i: [3, "int64"],
    s: [4, "bytes"],
    t: [5, "TensorProto"],
    floats: [7, "float[]"],
    ints: [8, "int64[]"],
    type: [20, "int32"],
  },
  NodeProto: {
    input: [1, "string[]"],
    output: [2, "string[]"],
    name: [3, "string"],
    op_type: [4, "string"],
    attribute: [5, "AttributeProto[]"],
    domain: [7, "string"],
  },
  GraphProto: {
    node: [1, "NodeProto[]"],
    name: [2, "string"],
    initializer: [5, "TensorProto[]"],
    input: [11, "ValueInfoProto[]"],
    output: [12, "ValueInfoProto[]"],
    value_info: [13, "ValueInfoProto[]"],
  },
  ModelProto: {
    ir_version: [1, "int64"],
    producer_name: [2, "string"],
    graph: [7, "GraphProto"],
    opset_import: [8, "OperatorSetIdProto[]"],
  },
};

const scalarTypes: Readonly<Record<string, Type>> = {
  string: Type.STRING,
  bytes: Type.BYTES,
  int64: Type.INT64,
  int32: Type.INT32,
  uint64: Type.UINT64,
  float: Type.FLOAT,
  double: Type.DOUBLE,
};

function describe(name: string, fields: Fields): DescriptorProto {
  const field = Object.entries(fields).map(([fieldName, [number, kind]]) => {
    const repeated = kind.endsWith("[]");
    const base = repeated ? kind.slice(0, -2) : kind;
    const scalar = scalarTypes[base];
    return create(FieldDescriptorProtoSchema, {
      name: fieldName,
      number,
      label: repeated ? Label.REPEATED : Label.OPTIONAL,
      type: scalar ?? Type.MESSAGE,
      ...(scalar === undefined ? { typeName: `.onnx.${base}` } : {}),
      ...(repeated && fieldName.endsWith("_data") ? { options: { packed: true } } : {}),
    });
  });
  return create(DescriptorProtoSchema, { name, field });
}

const file = create(FileDescriptorProtoSchema, {
  name: "onnx.proto",
  package: "onnx",
  syntax: "proto2",
  messageType: Object.entries(messages).map(([name, fields]) => describe(name, fields)),
});
const registry = createFileRegistry(file, () => undefined);

/** The schema of one of the messages above. */
function schema<T>(name: string): DescMessage & { readonly shape?: T } {
  const found = registry.getMessage(`onnx.${name}`);
  if (found === undefined) throw internal(`message ${name} is not described`);
  return found;
}

// What the messages look like from TypeScript (protobuf-es spells names in lower camel case).
export interface TensorMessage {
  dims: bigint[];
  dataType: number;
  floatData: number[];
  int32Data: number[];
  int64Data: bigint[];
  name: string;
  rawData: Uint8Array;
  doubleData: number[];
  uint64Data: bigint[];
}
export interface AttributeMessage {
  name: string;
  f: number;
  i: bigint;
  s: Uint8Array;
  t?: TensorMessage;
  floats: number[];
  ints: bigint[];
  type: number;
}
export interface ValueInfoMessage {
  name: string;
  docString: string;
  type?: { tensorType?: { elemType: number; shape?: { dim: { dimValue: bigint; dimParam: string }[] } } };
}
export interface NodeMessage {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  attribute: AttributeMessage[];
  domain: string;
}
export interface GraphMessage {
  node: NodeMessage[];
  name: string;
  initializer: TensorMessage[];
  input: ValueInfoMessage[];
  output: ValueInfoMessage[];
  valueInfo: ValueInfoMessage[];
}
export interface ModelMessage {
  irVersion: bigint;
  producerName: string;
  graph?: GraphMessage;
  opsetImport: { domain: string; version: bigint }[];
}

export const ModelSchema = schema<ModelMessage>("ModelProto");
export const TensorSchema = schema<TensorMessage>("TensorProto");
export type Described<T> = Message & T;
/** Any subset of a message's fields, at every level. */
export type Partly<T> = T extends Uint8Array | bigint | number | string
  ? T
  : T extends (infer U)[]
    ? Partly<U>[]
    : { [K in keyof T]?: Partly<T[K]> };
