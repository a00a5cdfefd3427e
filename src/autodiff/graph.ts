/**
 * An ONNX graph as plain values: what the builder makes, the passes rewrite and the codec writes.
 * Shapes are static. It knows no op; float16 data are kept as 16-bit patterns, booleans as bytes.
 */
import { AutodiffError } from "./errors.ts";

export type ElementType =
  | "float32"
  | "float16"
  | "float64"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool";
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

export interface TensorType {
  readonly type: ElementType;
  readonly shape: readonly number[];
}
export interface Value extends TensorType {
  readonly name: string;
}
export interface Constant extends TensorType {
  readonly data: TypedArray;
}
/** Whole numbers and fractions alike are numbers; the op's record says which attribute is which. */
export type AttributeValue = number | string | readonly number[] | Constant;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface GraphNode {
  readonly op: string;
  /** "" is ONNX itself. */
  readonly domain: string;
  readonly name: string;
  /** "" is an absent optional input. */
  readonly inputs: readonly string[];
  /** "" is an optional output nobody asked for. */
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}
export interface Graph {
  readonly name: string;
  readonly opset: number;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** In topological order. */
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** Of graph inputs and node outputs. */
  readonly types: ReadonlyMap<string, TensorType>;
}

const arrayOf = {
  float32: Float32Array,
  float16: Uint16Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;
/** The typed array that holds elements of this type. */
export const arrayTypeOf = (type: ElementType): (typeof arrayOf)[ElementType] => arrayOf[type];
export const isFloat = (type: ElementType): boolean => type.startsWith("float");

/** Type of a value, constants included; undefined when nothing binds the name. */
export function typeOf(graph: Graph, name: string): TensorType | undefined {
  return graph.types.get(name) ?? graph.constants.get(name);
}

/** A small integer (or boolean) constant as plain numbers; undefined when the name is not such a constant. */
export function integersOf(constant: Constant | undefined): number[] | undefined {
  if (constant === undefined || isFloat(constant.type)) return undefined;
  return Array.from(constant.data as ArrayLike<number | bigint>, Number);
}

/**
 * The nodes in an order in which every value is bound before it is used; nodes already in such an order stay put.
 * @throws autodiff/cycle
 */
export function topologicalOrder(nodes: readonly GraphNode[]): GraphNode[] {
  const producer = new Map<string, GraphNode>();
  for (const node of nodes) for (const output of node.outputs) if (output !== "") producer.set(output, node);
  const state = new Map<GraphNode, "open" | "done">();
  const order: GraphNode[] = [];
  for (const root of nodes) {
    const stack: { node: GraphNode; next: number }[] = [{ node: root, next: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      if (state.get(top.node) === "done") {
        stack.pop();
        continue;
      }
      state.set(top.node, "open");
      const name = top.node.inputs[top.next++];
      if (name === undefined) {
        state.set(top.node, "done");
        order.push(top.node);
        stack.pop();
        continue;
      }
      const before = producer.get(name);
      if (before === undefined || state.get(before) === "done") continue;
      if (state.get(before) === "open")
        throw new AutodiffError("autodiff/cycle", `Node "${before.name}" depends on its own output.`, "", {
          node: before.name,
        });
      stack.push({ node: before, next: 0 });
    }
  }
  return order;
}

export const printType = (t: TensorType): string => `${t.type}[${t.shape.join(",")}]`;

const printKnown = (t: TensorType | undefined): string => (t === undefined ? "?" : printType(t));

function printAttribute(value: AttributeValue): string {
  if (typeof value === "number" || typeof value === "string") return String(value);
  if (!("data" in value)) return `[${value.join(",")}]`;
  return `${printType(value)}{${Array.from(value.data as ArrayLike<number | bigint>)
    .slice(0, 8)
    .join(",")}}`;
}

/** One line a node: `name: float32[2,3] = Op(inputs) {attributes}`. For people, tests and diffs. */
export function printGraph(graph: Graph): string {
  const lines = [`graph ${graph.name} (opset ${graph.opset})`];
  for (const input of graph.inputs) lines.push(`input  ${input.name}: ${printType(input)}`);
  for (const [name, c] of graph.constants) {
    const data = Array.from(c.data as ArrayLike<number | bigint>);
    lines.push(`const  ${name}: ${printType(c)} = ${data.slice(0, 8).join(",")}${data.length > 8 ? ",..." : ""}`);
  }
  for (const node of graph.nodes) {
    const left = node.outputs.map((o) => (o === "" ? "_" : `${o}: ${printKnown(graph.types.get(o))}`)).join(", ");
    const attributes = Object.entries(node.attributes).map(([k, v]) => `${k}=${printAttribute(v)}`);
    const op = node.domain === "" ? node.op : `${node.domain}.${node.op}`;
    const tail = attributes.length > 0 ? ` {${attributes.join(" ")}}` : "";
    lines.push(`${left} = ${op}(${node.inputs.map((i) => i || "_").join(", ")})${tail}`);
  }
  for (const output of graph.outputs) lines.push(`output ${output.name}: ${printType(output)}`);
  return lines.join("\n") + "\n";
}
