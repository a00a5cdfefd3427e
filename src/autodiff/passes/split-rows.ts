/**
 * A table input (V, H) as several inputs of consecutive rows, for devices that take no buffer of its size. A lookup
 * asks every part and keeps the row of the right one; a product with the table becomes a product a part, put side by
 * side or added up; the table's gradient comes out in parts too. Same values; sums over V are added part by part.
 */
import { checkGraph } from "../check.ts";
import { elementCodes } from "../element-codes.ts";
import { AutodiffError } from "../errors.ts";
import { printType, type ElementType, type Graph, type GraphNode, type Value } from "../graph.ts";
import { numberOf } from "../ops/record.ts";
import { startRewrite, type Rewriter } from "../rewrite.ts";
import * as s from "../sugar.ts";
import { dropDead } from "./drop-dead.ts";

export interface RowSplit {
  /** The graph input that is split. */
  readonly table: string;
  /** First row of each part, ascending from 0. */
  readonly starts: readonly number[];
  /** Graph output with the table's dense gradient, if there is one. */
  readonly gradient?: string | undefined;
}
export const partName = (name: string, part: number): string => `${name}#${part}`;

interface Parts {
  readonly values: readonly Value[];
  /** Rows of part k: from bounds[k] up to bounds[k + 1]. */
  readonly bounds: readonly number[];
}

/** @throws autodiff/cannot-split where the table is read by an op that this pass does not know. */
export function splitRows(graph: Graph, { table, starts, gradient }: RowSplit): Graph {
  const input = graph.inputs.find(({ name }) => name === table)!;
  const [rows, width] = input.shape as [number, number];
  const bounds = [...starts, rows];
  const inputs = starts.map((start, k): Value => ({
    name: partName(table, k),
    type: input.type,
    shape: [bounds[k + 1]! - start, width],
  }));
  const withParts: Graph = {
    ...graph,
    inputs: [...graph.inputs.flatMap((one) => (one === input ? [one, ...inputs] : [one]))],
    types: new Map([...graph.types, ...inputs.map(({ name, type, shape }) => [name, { type, shape }] as const)]),
  };
  // The table, and what it is cast to: a cast of the whole is a cast of every part.
  const tables = new Map<string, Parts>([[table, { values: inputs, bounds }]]);
  const { r } = startRewrite(withParts, (node, rewriter) => {
    const make = (emit: () => Value | undefined): Value => {
      const value = rewriter.b.scope(`${node.name}/parts`, emit);
      if (value === undefined) throw cannotSplit(graph, node, table);
      return value;
    };
    if (node.outputs[0] === gradient) {
      const made = node.op === "Cast" ? graph.nodes.find(({ outputs }) => outputs[0] === node.inputs[0])! : node;
      gradientParts(made, rewriter, bounds)
        .map((part) => s.cast(rewriter.b, part, input.type))
        .forEach((part, k) => rewriter.b.output(part, partName(gradient!, k)));
      return node.outputs.map(() => rewriter.b.scalar(0)); // nobody reads it
    }
    const read = node.inputs.find((name) => tables.has(name));
    if (read === undefined) return undefined;
    const parts = tables.get(read)!;
    const output = node.outputs[0]!;
    if (node.op === "Cast") {
      const { type } = graph.types.get(output)!;
      const values = parts.values.map((part) => castOf(rewriter, output, part, type));
      tables.set(output, { values, bounds });
      return node.outputs.map(() => rewriter.b.scalar(0)); // its readers read the parts
    }
    if (node.op === "Gather") return [make(() => lookup(node, rewriter, parts))];
    return [make(() => product(node, rewriter, read, parts))];
  });
  for (const { name } of graph.outputs) if (name !== gradient) r.b.output(r.value(name), name);
  const built = r.b.build();
  return checkGraph(dropDead({ ...built, inputs: built.inputs.filter(({ name }) => name !== table) }));
}

/** A part's own cast: the builder would share one between two casts of the table that are apart on purpose. */
function castOf({ b }: Rewriter, whole: string, part: Value, type: ElementType): Value {
  const value: Value = { name: `${whole}/${part.name}`, type, shape: part.shape };
  const attributes = { to: elementCodes[type] };
  b.adopt(
    { op: "Cast", domain: "", name: value.name, inputs: [part.name], outputs: [value.name], attributes },
    new Map([[value.name, value]]),
  );
  return value;
}

/** Row by row the part that has it: asked for its own row 0 where the index lies elsewhere. */
function lookup({ inputs, attributes }: GraphNode, r: Rewriter, { values, bounds }: Parts): Value | undefined {
  if (numberOf(attributes, "axis", 0) !== 0) return undefined;
  const { b } = r;
  const indices = r.value(inputs[1]!);
  const whole = (n: number): Value => b.filled([], n, indices.type);
  const before = (row: number): Value => s.less(b, indices, whole(row));
  let found: Value | undefined;
  values.forEach((part, k) => {
    const [first, end] = [bounds[k]!, bounds[k + 1]!];
    const local = first === 0 ? indices : s.where(b, before(first), whole(0), s.sub(b, indices, whole(first)));
    const inside = k === values.length - 1 ? local : s.where(b, before(end), local, whole(0));
    const rows = s.gather(b, part, inside);
    found = found === undefined ? rows : s.where(b, s.unsqueeze(b, before(first), [-1]), found, rows);
  });
  return found;
}

/** x table' (+ bias): the parts' columns side by side. x table: the parts' products added up. */
function product(node: GraphNode, r: Rewriter, table: string, { values, bounds }: Parts): Value | undefined {
  const { b } = r;
  const gemm = node.op === "Gemm";
  if ((!gemm && node.op !== "MatMul") || node.inputs[1] !== table || node.inputs[0] === table) return undefined;
  const x = r.value(node.inputs[0]!);
  const flag = (name: string): boolean => numberOf(node.attributes, name, 0) === 1;
  const [alpha, beta] = [numberOf(node.attributes, "alpha", 1), numberOf(node.attributes, "beta", 1)];
  if (flag("transA") || x.shape.length !== 2) return undefined;
  const bias = node.inputs[2] ? r.value(node.inputs[2]) : null;
  if (flag("transB")) {
    if (bias !== null && bias.shape.length !== 1) return undefined;
    const columns = values.map((part, k) => {
      const own = bias && s.slice(b, bias, [bounds[k]!], [bounds[k + 1]!], [0]);
      return s.gemm(b, x, part, own, { transB: true, alpha, beta });
    });
    return s.concat(b, columns, 1);
  }
  return values.reduce<Value | null>((sum, part, k) => {
    const own = s.slice(b, x, [bounds[k]!], [bounds[k + 1]!], [1]);
    return s.gemm(b, own, part, sum ?? bias, { alpha, beta: sum === null ? beta : 1 });
  }, null)!;
}

/** g' x, with g (M, V): rows of the product from columns of g. */
function gradientParts(node: GraphNode, r: Rewriter, bounds: readonly number[]): Value[] {
  if (node.op !== "Gemm" || numberOf(node.attributes, "transA", 0) !== 1 || node.inputs[2])
    throw cannotSplit({ types: new Map() }, node, "its gradient");
  const { b } = r;
  const [g, x] = [r.value(node.inputs[0]!), r.value(node.inputs[1]!)];
  const options = {
    transA: true,
    transB: numberOf(node.attributes, "transB", 0) === 1,
    alpha: numberOf(node.attributes, "alpha", 1),
  };
  return b.scope(`${node.name}/parts`, () =>
    bounds.slice(0, -1).map((first, k) => s.gemm(b, s.slice(b, g, [first], [bounds[k + 1]!], [1]), x, null, options)),
  );
}

function cannotSplit({ types }: Pick<Graph, "types">, node: GraphNode, table: string): AutodiffError {
  const type = types.get(node.outputs[0]!);
  return new AutodiffError(
    "autodiff/cannot-split",
    `The table "${table}" is too large for one buffer, and ${node.op} "${node.name}" reads it in a way that cannot be split by rows.`,
    "Choose the WASM device, or a model with a smaller vocabulary.",
    { op: node.op, node: node.name, type: type === undefined ? "" : printType(type) },
  );
}
