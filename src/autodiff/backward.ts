/**
 * Reverse-mode differentiation of a graph into a graph: prune to the nodes between targets and loss, walk
 * them backwards, add up what meets. It knows no op by name: everything op-specific is in the records.
 */
import { checkGraph, emittedOps } from "./check.ts";
import { AutodiffError } from "./errors.ts";
import { isFloat, typeOf, type Graph, type GraphNode, type Value } from "./graph.ts";
import { backwardScope } from "./names.ts";
import { recordOf } from "./ops/index.ts";
import type { BackwardContext, GradientOptions, OpRecord } from "./ops/record.ts";
import { simplify, type SimplifyOptions } from "./passes/index.ts";
import { startRewrite } from "./rewrite.ts";
import { sizeOf } from "./shape.ts";
import * as s from "./sugar.ts";

export interface GradientRequest extends GradientOptions, SimplifyOptions {
  /** A value of one element. */
  readonly loss: string;
  /** Graph inputs (parameters) whose gradients are wanted. */
  readonly targets: readonly string[];
  /** Tables (V, H) among the targets: what reaches them through row lookups is returned as rows. */
  readonly rowTargets?: readonly string[];
  /**
   * Name of a graph input, a scalar of the loss's type, that every gradient comes out multiplied by; for gradients in
   * half precision, which would underflow. The loss itself is not scaled.
   */
  readonly lossScale?: string | undefined;
}
export interface RowOutput {
  /** Whole numbers (N): a graph input when the lookup took one of rank 1, else a graph output. */
  readonly indices: string;
  /** Graph output (N, H); tables looked up in one sum share it. */
  readonly rows: string;
}
export interface GradientGraph {
  readonly graph: Graph;
  /** Target -> output name. A table reached only through lookups has no entry. */
  readonly gradients: Map<string, string>;
  readonly rowGradients: Map<string, RowOutput[]>;
}

/** @throws autodiff/unknown-value, autodiff/bad-target, autodiff/no-path, autodiff/no-gradient, autodiff/unknown-op */
export function addGradients(graph: Graph, request: GradientRequest): GradientGraph {
  const targets = new Set([...request.targets, ...(request.rowTargets ?? [])]);
  checkRequest(graph, request.loss, targets);
  const path = nodesOnPath(graph, request.loss, targets);

  // Forward part: kept as it is, except where forward and backward share work.
  const saved = new Map<GraphNode, readonly Value[]>();
  const { r, alias } = startRewrite(graph, (node, { b, inputs, integers }) => {
    const record = recordOf(node.op, graph.opset);
    if (record.expand === undefined || !(path.has(node) || record.domain === "unmask")) return undefined;
    const values = inputs(node);
    const integersAt = (i: number): number[] | undefined => integers(values[i]);
    const { attributes } = node;
    const context = { b, node, attributes, inputs: values, integers: integersAt, options: request };
    const expanded = b.scope(node.name, () => record.expand!(context));
    if (expanded === undefined) return undefined;
    saved.set(node, expanded.saved);
    return expanded.outputs;
  });
  const { b } = r;
  for (const output of graph.outputs) b.output(r.value(output.name), output.name);

  // Backward part.
  const active = activeValues(graph, targets);
  const pending = new Map<string, Value[]>();
  const give = (name: string, gradient: Value): void =>
    void pending.set(name, [...(pending.get(name) ?? []), gradient]);
  const total = (name: string): Value | null => {
    const parts = pending.get(name);
    return parts === undefined ? null : parts.reduce((sum, part) => s.add(b, sum, part));
  };
  const rowTargets = new Set(request.rowTargets ?? []);
  const rows = new Map<string, { indices: Value; rows: Value }[]>();
  const lossType = typeOf(graph, request.loss)!;
  const { lossScale } = request;
  const seed =
    lossScale === undefined
      ? b.filled(lossType.shape, 1, lossType.type)
      : b.input(lossScale, lossType.type, lossType.shape);
  give(request.loss, seed);

  for (const node of [...path].reverse()) {
    const record = recordOf(node.op, graph.opset);
    b.scope(backwardScope(node.name), () => {
      const gradients = node.outputs.map((name) => (name === "" ? null : total(name)));
      if (gradients.every((g) => g === null)) return;
      const inputs = r.inputs(node);
      const needs = node.inputs.map((name, i) => active.has(name) && !isStopped(record, i));
      const context: BackwardContext = {
        b,
        node,
        attributes: node.attributes,
        inputs,
        integers: (i) => r.integers(inputs[i]),
        outputs: node.outputs.map((name) => (name === "" ? null : (alias.get(name) ?? b.value(name)))),
        gradients,
        needs,
        saved: saved.get(node) ?? [],
        options: request,
      };
      takeRows(record, context, needs, rowTargets, rows);
      if (!needs.some(Boolean)) return;
      const rule = ruleOf(record, node, graph.opset);
      rule(context).forEach((gradient, i) => {
        if (gradient && needs[i] === true) give(node.inputs[i]!, gradient);
      });
    });
  }

  const result = expose(request, targets, rows, total, b);
  const forward = new Set(graph.nodes.map((node) => node.op));
  const built = checkGraph(b.build(), new Set([...emittedOps, ...forward]));
  return { ...result, graph: simplify(built, request) };
}

/** Names the gradients as graph outputs; one value under one name. */
function expose(
  request: GradientRequest,
  targets: ReadonlySet<string>,
  rows: ReadonlyMap<string, readonly { indices: Value; rows: Value }[]>,
  total: (name: string) => Value | null,
  b: BackwardContext["b"],
): Omit<GradientGraph, "graph"> {
  const gradients = new Map<string, string>();
  const rowGradients = new Map<string, RowOutput[]>();
  const exposed = new Map<string, string>();
  const output = (value: Value, name: string): string => {
    const known = exposed.get(value.name);
    if (known !== undefined) return known;
    exposed.set(value.name, name);
    b.output(value, name);
    return name;
  };
  const isInput = (value: Value): boolean => b.producer(value) === undefined && b.constantOf(value) === undefined;
  for (const target of targets) {
    const lookups = rows.get(target) ?? [];
    const dense = total(target);
    if (dense === null && lookups.length === 0)
      throw new AutodiffError(
        "autodiff/no-path",
        `The loss "${request.loss}" does not depend on target "${target}".`,
        "Leave it out of the targets.",
        { loss: request.loss, target },
      );
    if (dense !== null) {
      b.output(dense, `grad/${target}`);
      gradients.set(target, `grad/${target}`);
    }
    if (lookups.length > 0)
      rowGradients.set(
        target,
        lookups.map((lookup, i) => ({
          indices: isInput(lookup.indices) ? lookup.indices.name : output(lookup.indices, `grad/${target}/indices${i}`),
          rows: output(lookup.rows, `grad/${target}/rows${i}`),
        })),
      );
  }
  return { gradients, rowGradients };
}

/** Lets a lookup give its row gradient instead of a dense one; that input then needs nothing more. */
function takeRows(
  record: OpRecord,
  context: BackwardContext,
  needs: boolean[],
  rowTargets: ReadonlySet<string>,
  rows: Map<string, { indices: Value; rows: Value }[]>,
): void {
  if (record.rowGradient === undefined) return;
  const wanted = context.node.inputs.some((name, i) => rowTargets.has(name) && needs[i] === true);
  const found = wanted ? record.rowGradient(context) : undefined;
  const table = found === undefined ? undefined : context.node.inputs[found.input]!;
  if (found === undefined || table === undefined || !rowTargets.has(table)) return;
  needs[found.input] = false;
  rows.set(table, [...(rows.get(table) ?? []), { indices: found.indices, rows: found.rows }]);
}

function checkRequest(graph: Graph, loss: string, targets: ReadonlySet<string>): void {
  const type = typeOf(graph, loss);
  if (type === undefined)
    throw new AutodiffError("autodiff/unknown-value", `There is no value "${loss}" to take as loss.`, "", { loss });
  if (sizeOf(type.shape) !== 1 || !isFloat(type.type))
    throw new AutodiffError(
      "autodiff/bad-loss",
      `The loss "${loss}" must be one floating-point number; it is ${type.type} of shape (${type.shape.join(", ")}).`,
      "Reduce it to a sum.",
      { loss },
    );
  for (const target of targets) {
    const found = graph.inputs.find((i) => i.name === target);
    if (found === undefined || !isFloat(found.type))
      throw new AutodiffError(
        "autodiff/bad-target",
        `Target "${target}" must be a floating-point graph input; ${found ? `it is ${found.type}` : "there is none"}.`,
        "Make the parameter a graph input.",
        { target },
      );
  }
}

const isStopped = (record: OpRecord, index: number): boolean => record.stopGradientInputs?.includes(index) === true;

/** Names of the values a target's gradient can reach. */
function activeValues(graph: Graph, targets: ReadonlySet<string>): Set<string> {
  const active = new Set(targets);
  for (const node of graph.nodes) {
    const record = recordOf(node.op, graph.opset);
    if (typeof record.backward === "string") continue;
    if (!node.inputs.some((name, i) => active.has(name) && !isStopped(record, i))) continue;
    for (const name of node.outputs) if (name !== "" && isFloat(graph.types.get(name)!.type)) active.add(name);
  }
  return active;
}

/** Nodes on a path from a target to the loss, in graph order. */
function nodesOnPath(graph: Graph, loss: string, targets: ReadonlySet<string>): Set<GraphNode> {
  const active = activeValues(graph, targets);
  const wanted = new Set([loss]);
  const path: GraphNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    node.inputs.forEach((name) => wanted.add(name));
    if (node.outputs.some((name) => active.has(name))) path.push(node);
  }
  return new Set(path.reverse());
}

function ruleOf(record: OpRecord, node: GraphNode, opset: number): Exclude<OpRecord["backward"], string | undefined> {
  if (typeof record.backward === "function") return record.backward;
  throw new AutodiffError(
    "autodiff/no-gradient",
    `${node.op} "${node.name}" (opset ${opset}) lies between a target and the loss, but has no gradient rule.`,
    "Write a backward rule in its record, or take it off the path.",
    { op: node.op, node: node.name, opset },
  );
}
