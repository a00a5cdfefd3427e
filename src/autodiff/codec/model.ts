/** Graph <-> ONNX model file. Fixed shapes only; subgraphs and external data are not read. */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { getTextEncoding } from "@bufbuild/protobuf/wire";
import { AutodiffError } from "../errors.ts";
import type { Attributes, AttributeValue, Constant, Graph, GraphNode, TensorType, Value } from "../graph.ts";
import { lowerComposites } from "../lower.ts";
import { records, type OpName } from "../ops/index.ts";
import type { AttributeKind } from "../ops/record.ts";
import { elementCodes, elementTypeOf } from "../element-codes.ts";
import { completeTypes } from "./complete-types.ts";
import {
  ModelSchema,
  type AttributeMessage,
  type ModelMessage,
  type NodeMessage,
  type Partly,
  type ValueInfoMessage,
} from "./descriptor.ts";
import { openShapes } from "./open-shapes.ts";
import { decodeTensor, encodeTensor } from "./tensor.ts";

const IR_VERSION = 10n;
const MICROSOFT = "com.microsoft";
/** AttributeProto.AttributeType. */
const kindCodes: Readonly<Record<AttributeKind, number>> = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
};

export interface EncodeOptions {
  /**
   * Writes the nodes last first, so that ONNX Runtime keeps the graph's own order: it walks back from the nodes that
   * nothing reads, highest index first, and among a node's inputs takes the highest first too (graph.cc, ReverseDFSFrom;
   * 1.31-dev). Otherwise all weight gradients come after all the rest, and what they read lives until then. The file is
   * no valid ONNX for a strict reader, which wants nodes sorted.
   */
  readonly lastFirst?: boolean;
  /** Inputs fed at every run: with them given, shapes are left open, and less memory is held (`openShapes`). */
  readonly openFor?: ReadonlySet<string> | undefined;
}

/** The bytes of an ONNX model; the same graph gives the same bytes. Composites become ONNX nodes first. */
export function encodeModel(given: Graph, { lastFirst = false, openFor }: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const known = lowerComposites(given);
  const { graph, replaceable } = openFor === undefined ? { graph: known, replaceable: [] } : openShapes(known);
  const encodeInput = (input: Value): Partly<ValueInfoMessage> =>
    openFor?.has(input.name) === true ? encodeOpen(input) : encodeValue(input);
  const usesMicrosoft = graph.nodes.some((node) => node.domain === MICROSOFT);
  const message: Partly<ModelMessage> = {
    irVersion: IR_VERSION,
    producerName: "unmask",
    opsetImport: [
      { domain: "", version: BigInt(graph.opset) },
      ...(usesMicrosoft ? [{ domain: MICROSOFT, version: 1n }] : []),
    ],
    graph: {
      name: graph.name,
      input: [...graph.inputs.map(encodeInput), ...replaceable.map(encodeOpen)],
      output: graph.outputs.map(encodeValue),
      initializer: [...graph.constants].map(([name, constant]) => encodeTensor(name, constant)),
      node: (lastFirst ? [...graph.nodes].reverse() : graph.nodes).map(encodeNode),
    },
  };
  return toBinary(ModelSchema, create(ModelSchema, message as Record<string, unknown>));
}

function encodeValue({ name, type, shape }: Value): Partly<ValueInfoMessage> {
  const dim = shape.map((n) => ({ dimValue: BigInt(n) }));
  return { name, type: { tensorType: { elemType: elementCodes[type], shape: { dim } } } };
}

/** Of unknown shape to the runtime; whoever reads the file here finds it in the text. */
const encodeOpen = ({ name, type, shape }: Value): Partly<ValueInfoMessage> => ({
  name,
  docString: shape.join(),
  type: { tensorType: { elemType: elementCodes[type], shape: { dim: shape.map(() => ({})) } } },
});

function encodeNode(node: GraphNode): Partly<NodeMessage> {
  const kinds = Object.hasOwn(records, node.op) ? (records[node.op as OpName].attributes ?? {}) : {};
  return {
    opType: node.op,
    domain: node.domain,
    name: node.name,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, value]) => encodeAttribute(name, value, kinds[name])),
  };
}

function encodeAttribute(
  name: string,
  value: AttributeValue,
  kind: AttributeKind | undefined,
): Partly<AttributeMessage> {
  const found = kind ?? guessKind(value);
  const message = { name, type: kindCodes[found] };
  if (found === "string") return { ...message, s: getTextEncoding().encodeUtf8(String(value)) };
  if (found === "float") return { ...message, f: value as number };
  if (found === "int") return { ...message, i: BigInt(value as number) };
  if (found === "floats") return { ...message, floats: [...(value as readonly number[])] };
  if (found === "ints") return { ...message, ints: (value as readonly number[]).map(BigInt) };
  return { ...message, t: encodeTensor("", value as Constant) };
}

function guessKind(value: AttributeValue): AttributeKind {
  if (typeof value === "string") return "string";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  if ("data" in value) return "tensor";
  return value.every(Number.isInteger) ? "ints" : "floats";
}

/** @throws autodiff/bad-model */
export function decodeModel(bytes: Uint8Array): Graph {
  const message = parse(bytes);
  const graph = message.graph;
  if (graph === undefined) throw badModel("holds no graph");
  const opset = message.opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx");
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, decodeTensor(tensor)]));
  const inputs = graph.input.filter(({ name }) => !constants.has(name)).map(decodeValue);
  const outputs = graph.output.map(decodeValue);
  const types = new Map<string, TensorType>();
  for (const { name, type, shape } of [...inputs, ...graph.valueInfo.map(decodeValue), ...outputs])
    types.set(name, { type, shape });
  const nodes = firstFirst(graph.node.map(decodeNode));
  const version = Number(opset?.version ?? 0n);
  return {
    name: graph.name,
    opset: version,
    inputs,
    outputs,
    nodes,
    constants,
    types: completeTypes(nodes, types, constants, version),
  };
}

/** A file that was written last first, turned round. */
function firstFirst(nodes: GraphNode[]): GraphNode[] {
  const made = new Map(nodes.flatMap(({ outputs }, at) => outputs.map((name) => [name, at] as const)));
  const isBackwards = nodes.some(({ inputs }, at) => inputs.some((name) => (made.get(name) ?? -1) > at));
  return isBackwards ? nodes.reverse() : nodes;
}

function parse(bytes: Uint8Array): ModelMessage {
  try {
    return fromBinary(ModelSchema, bytes) as unknown as ModelMessage;
  } catch (error) {
    throw badModel(`cannot be parsed (${error instanceof Error ? error.message : String(error)})`);
  }
}

const badModel = (fact: string): AutodiffError =>
  new AutodiffError("autodiff/bad-model", `The ONNX model ${fact}.`, "Check that the file is a whole ONNX model.");

function decodeValue(message: ValueInfoMessage): Value {
  const tensor = message.type?.tensorType;
  const type = elementTypeOf(tensor?.elemType ?? 0);
  if (tensor === undefined || type === undefined)
    throw badModel(`has value "${message.name}" of element type ${tensor?.elemType ?? "none"}, which is not supported`);
  const dims = tensor.shape?.dim ?? [];
  if (dims.some((d) => d.dimParam !== ""))
    throw badModel(`has a variable dimension in "${message.name}"; shapes must be fixed`);
  const told = /^\d+(,\d+)*$/.test(message.docString) ? message.docString.split(",").map(Number) : [];
  return { name: message.name, type, shape: dims.map((d, i) => told[i] ?? Number(d.dimValue)) };
}

function decodeNode(node: NodeMessage): GraphNode {
  const attributes: Attributes = Object.fromEntries(node.attribute.map((a) => [a.name, decodeAttribute(node, a)]));
  const { name, input, output, opType, domain } = node;
  return { op: opType, domain: domain === "ai.onnx" ? "" : domain, name, inputs: input, outputs: output, attributes };
}

function decodeAttribute(node: NodeMessage, a: AttributeMessage): AttributeValue {
  if (a.type === kindCodes.float) return a.f;
  if (a.type === kindCodes.int) return Number(a.i);
  if (a.type === kindCodes.string) return getTextEncoding().decodeUtf8(a.s);
  if (a.type === kindCodes.floats) return a.floats;
  if (a.type === kindCodes.ints) return a.ints.map(Number);
  if (a.type === kindCodes.tensor && a.t !== undefined) return decodeTensor(a.t);
  throw badModel(`has attribute "${a.name}" of ${node.opType} with kind ${a.type}, which is not supported`);
}
