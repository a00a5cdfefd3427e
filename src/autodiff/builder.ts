/**
 * Makes graphs: emits nodes with readable, derived names ("layer.0/attention/MatMul") and infers every
 * shape at once, so that a mistake is reported where it is made. It knows ops only through their records.
 */
import { AutodiffError } from "./errors.ts";
import {
  arrayTypeOf,
  integersOf,
  type Attributes,
  type AttributeValue,
  type Constant,
  type ElementType,
  type Graph,
  type GraphNode,
  type TensorType,
  type TypedArray,
  type Value,
} from "./graph.ts";
import { finishGraph, type WantedOutput } from "./finish.ts";
import { numberToHalf } from "./half.ts";
import { inferTypes } from "./infer.ts";
import { Names } from "./names.ts";
import { recordOf } from "./ops/index.ts";
import { printShape, sizeOf } from "./shape.ts";

/** Constants up to this many elements are shared when they are identical. */
const SHARED_SIZE = 8192;

export class GraphBuilder {
  readonly opset: number;
  readonly #name: string;
  readonly #inputs: Value[] = [];
  readonly #outputs: WantedOutput[] = [];
  readonly #nodes: GraphNode[] = [];
  readonly #constants = new Map<string, Constant>();
  readonly #types = new Map<string, TensorType>();
  readonly #names = new Names();
  readonly #shared = new Map<string, Value>();
  readonly #producers = new Map<string, GraphNode>();
  readonly #made = new Map<string, Value[]>();
  #scope = "";

  constructor(name: string, opset = 21) {
    this.#name = name;
    this.opset = opset;
  }

  /** A builder that goes on where a graph ended; its names, inputs and outputs stay. */
  static extend(graph: Graph): GraphBuilder {
    const b = new GraphBuilder(graph.name, graph.opset);
    for (const [name, constant] of graph.constants) b.#keepConstant(name, constant);
    for (const input of graph.inputs) b.input(input.name, input.type, input.shape);
    for (const node of graph.nodes) b.adopt(node, graph.types);
    for (const output of graph.outputs) b.#outputs.push({ value: output.name, name: output.name });
    return b;
  }

  /** Takes over a node as it is, with the names and types it has. */
  adopt(node: GraphNode, types: ReadonlyMap<string, TensorType>): void {
    this.#names.take(node.name);
    for (const name of node.outputs) {
      if (name === "") continue;
      this.#names.take(name);
      this.#types.set(name, types.get(name)!);
    }
    this.#push(node);
  }

  /** Keeps names free for values that are adopted later. */
  reserve(names: Iterable<string>): void {
    for (const name of names) this.#names.take(name);
  }

  input(name: string, type: ElementType, shape: readonly number[]): Value {
    if (this.#types.has(name) || this.#constants.has(name))
      throw new AutodiffError("autodiff/duplicate-name", `The name "${name}" is bound twice.`, "Rename the input.", {
        name,
      });
    const value: Value = { name, type, shape: [...shape] };
    this.#inputs.push(value);
    this.#names.take(name);
    this.#types.set(name, { type, shape: value.shape });
    return value;
  }

  /** The value bound to a name. @throws autodiff/unknown-value */
  value(name: string): Value {
    const type = this.#types.get(name) ?? this.#constants.get(name);
    if (type === undefined)
      throw new AutodiffError("autodiff/unknown-value", `No value is called "${name}" in this graph.`, "", { name });
    return { name, type: type.type, shape: type.shape };
  }

  /** The node that makes a value; undefined for inputs and constants. */
  producer(value: Value): GraphNode | undefined {
    return this.#producers.get(value.name);
  }

  constantOf(value: Value): Constant | undefined {
    return this.#constants.get(value.name);
  }

  constant(data: TypedArray, type: ElementType, shape: readonly number[], hint = "constant"): Value {
    if (data.length !== sizeOf(shape) || !(data instanceof arrayTypeOf(type)))
      throw new AutodiffError(
        "autodiff/bad-constant",
        `Constant "${hint}" of type ${type} and shape ${printShape(shape)} got ${data.length} elements of ${data.constructor.name}.`,
        "Pass a typed array of that type and size.",
        { hint },
      );
    const key = constantKey({ data, type, shape });
    const known = key === undefined ? undefined : this.#shared.get(key);
    if (known !== undefined) return known;
    const isShort = hint === "constant" && key !== undefined && data.length <= 8;
    const name = this.#names.unique(isShort ? key : this.#scope + hint);
    this.#keepConstant(name, { data, type, shape: [...shape] });
    return this.value(name);
  }

  /** A rank-0 constant. */
  scalar(x: number, type: ElementType = "float32"): Value {
    return this.filled([], x, type);
  }

  /** A constant with the same number in every place. */
  filled(shape: readonly number[], x: number, type: ElementType = "float32", hint = "constant"): Value {
    const size = sizeOf(shape);
    const ArrayType = arrayTypeOf(type);
    if (ArrayType === BigInt64Array || ArrayType === BigUint64Array)
      return this.constant(new ArrayType(size).fill(BigInt(x)), type, shape, hint);
    const element = type === "float16" ? numberToHalf(x) : x;
    return this.constant(new (ArrayType as Float32ArrayConstructor)(size).fill(element), type, shape, hint);
  }

  /** A 1-D int64 constant for shapes and axes; identical ones are shared. */
  ints(values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt), "int64", [values.length]);
  }

  op(op: string, inputs: readonly (Value | null)[], attributes: OptionalAttributes = {}, hint = op): Value {
    return this.multi(op, inputs, attributes, 1, hint)[0]!;
  }

  /** A node with several outputs. */
  multi(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: OptionalAttributes,
    outputCount: number,
    hint = op,
  ): Value[] {
    const record = recordOf(op, this.opset);
    const given: Attributes = Object.fromEntries(
      Object.entries(attributes).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined),
    );
    let last = inputs.length;
    while (last > 0 && inputs[last - 1] === null) last--;
    const used = inputs.slice(0, last);
    // Ops are pure: the same op on the same inputs is the same value.
    const key = nodeKey(
      op,
      used.map((v) => v?.name ?? ""),
      given,
      outputCount,
    );
    const same = this.#made.get(key);
    if (same !== undefined) return same;
    const types = inferTypes(
      record,
      this.#scope + hint,
      this.opset,
      used.map((v) => (v === null ? null : { ...v, integers: integersOf(this.#constants.get(v.name)) })),
      given,
      outputCount,
    );
    const name = this.#names.unique(this.#scope + hint);
    const values = types.map((t, i): Value => ({ name: i === 0 ? name : this.#names.unique(`${name}:${i}`), ...t }));
    for (const v of values) this.#types.set(v.name, { type: v.type, shape: v.shape });
    this.#push({
      op,
      domain: record.domain ?? "",
      name,
      inputs: used.map((v) => v?.name ?? ""),
      outputs: values.map((v) => v.name),
      attributes: given,
    });
    this.#made.set(key, values);
    return values;
  }

  /** Nodes made inside get names that begin with `name/`. */
  scope<T>(name: string, make: () => T): T {
    const outer = this.#scope;
    this.#scope = `${outer}${name}/`;
    try {
      return make();
    } finally {
      this.#scope = outer;
    }
  }

  /** Exposes a value under a name; in the built graph the value is renamed, without a copy where that is possible. */
  output(value: Value, name: string): void {
    this.value(value.name);
    if (this.#outputs.some((o) => o.name === name))
      throw new AutodiffError("autodiff/duplicate-name", `Two outputs are called "${name}".`, "Rename one.", { name });
    this.#outputs.push({ value: value.name, name });
  }

  build(): Graph {
    const draft = {
      name: this.#name,
      opset: this.opset,
      inputs: this.#inputs,
      nodes: this.#nodes,
      constants: new Map(this.#constants),
      types: this.#types,
    };
    return finishGraph(draft, this.#outputs, this.#names);
  }

  #keepConstant(name: string, constant: Constant): void {
    this.#names.take(name);
    this.#constants.set(name, constant);
    const key = constantKey(constant);
    if (key !== undefined) this.#shared.set(key, this.value(name));
  }

  #push(node: GraphNode): void {
    this.#nodes.push(node);
    for (const name of node.outputs) this.#producers.set(name, node);
  }
}

/** Equal for small constants with the same type, shape and elements; undefined for large ones. */
function constantKey({ data, type, shape }: Constant): string | undefined {
  if (data.length > SHARED_SIZE) return undefined;
  const elements = Array.from(data as ArrayLike<number | bigint>, (x) => (Object.is(x, -0) ? "-0" : x));
  return `${type}(${shape.join(",")})[${elements.join(",")}]`;
}

/** Equal for nodes that compute the same. */
export function nodeKey(op: string, inputs: readonly string[], attributes: Attributes, outputCount: number): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(sorted, (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : v));
  return `${op} ${outputCount} ${JSON.stringify(inputs)} ${text}`;
}

export type OptionalAttributes = Readonly<Record<string, AttributeValue | undefined>>;
