/**
 * What a record says of an op: its shape rule, beside it its backward rule. A rule emits nodes through
 * the builder; it computes nothing. `"none"` means that no gradient exists (comparisons), `"stop"` that
 * one exists but is cut on purpose; an op without either word or rule is an error.
 */
import type { GraphBuilder } from "../builder.ts";
import { AutodiffError } from "../errors.ts";
import type { Attributes, AttributeValue, GraphNode, TensorType, Value } from "../graph.ts";
import { axisOf, printShape } from "../shape.ts";

export type AttributeKind = "int" | "float" | "string" | "ints" | "floats" | "tensor";

export interface ShapeInput extends TensorType {
  /** Elements of a constant integer input (a shape, axes...), when it is one. */
  readonly integers?: readonly number[] | undefined;
}
export interface ShapeContext {
  readonly op: string;
  readonly node: string;
  readonly opset: number;
  readonly inputs: readonly (ShapeInput | null)[];
  readonly attributes: Attributes;
  readonly outputCount: number;
}
export interface GradientOptions {
  /** The forward LayerNormalization may give mean and 1/deviation too: the device's kernel has these outputs. */
  readonly layerNormStatistics?: boolean;
}
export interface ExpandContext {
  readonly b: GraphBuilder;
  readonly node: GraphNode;
  readonly attributes: Attributes;
  readonly inputs: readonly (Value | null)[];
  /** Elements of a constant integer input; undefined when it is computed at run time. */
  readonly integers: (input: number) => readonly number[] | undefined;
  readonly options: GradientOptions;
}
export interface BackwardContext extends ExpandContext {
  readonly outputs: readonly (Value | null)[];
  /** Gradient of each output; null when the loss does not depend on it. */
  readonly gradients: readonly (Value | null)[];
  /** Which inputs lead to a target: a rule emits nothing for the others. */
  readonly needs: readonly boolean[];
  /** What this node's `expand` kept for its backward rule. */
  readonly saved: readonly Value[];
}
/** Gradients in the order of the inputs; null where none is needed. */
export type BackwardRule = (c: BackwardContext) => readonly (Value | null)[];
export interface RowGradient {
  /** The input that is a table (V, H). */
  readonly input: number;
  /** Whole numbers (N). */
  readonly indices: Value;
  /** What each picked row receives (N, H). */
  readonly rows: Value;
}

export interface OpRecord {
  readonly op: string;
  /** "" is ONNX; "unmask" marks a composite of ours, which `expand` turns into ONNX nodes. */
  readonly domain?: string;
  /** First opset with the meaning this record has. */
  readonly since: number;
  readonly attributes?: Readonly<Record<string, AttributeKind>>;
  /** Inputs through which no gradient flows: indices, shapes, conditions. */
  readonly stopGradientInputs?: readonly number[];
  /** Outputs that may be left out when nobody uses them. */
  readonly optionalOutputs?: readonly number[];
  readonly shape: (c: ShapeContext) => TensorType[];
  readonly backward?: BackwardRule | "none" | "stop";
  /** For lookups in a table: the same gradient as rows, not added up into a dense table. */
  readonly rowGradient?: (c: BackwardContext) => RowGradient | undefined;
  /**
   * Emits the node's own computation from other ops. Used for a composite, and for a differentiated
   * node whose forward and backward share work: `saved` reaches its backward rule. Undefined keeps the node.
   */
  readonly expand?: (c: ExpandContext) => { outputs: readonly Value[]; saved: readonly Value[] } | undefined;
}

/** The error for shapes that do not fit: names op, node and shapes. */
export function mismatch(c: ShapeContext, expectation: string): AutodiffError {
  const shapes = c.inputs.map((i) => (i === null ? "none" : printShape(i.shape))).join(" and ");
  return new AutodiffError(
    "autodiff/shape-mismatch",
    `${c.op} "${c.node}" ${expectation}; it got shapes ${shapes}.`,
    "Correct the shapes where this node is built.",
    { op: c.op, node: c.node, shapes },
  );
}

export function inputOf(c: ShapeContext, index: number): ShapeInput {
  const input = c.inputs[index];
  if (input === null || input === undefined)
    throw new AutodiffError("autodiff/missing-input", `${c.op} "${c.node}" needs input ${index}.`, "", {
      op: c.op,
      node: c.node,
      input: index,
    });
  return input;
}

/** Elements of an input that must be a constant, because shapes are static. */
export function integersAt(c: ShapeContext, index: number): readonly number[] {
  const values = inputOf(c, index).integers;
  if (values === undefined)
    throw new AutodiffError(
      "autodiff/not-constant",
      `${c.op} "${c.node}" needs a constant as input ${index}; it got a computed value.`,
      "Shapes are static here: pass builder.ints(...).",
      { op: c.op, node: c.node, input: index },
    );
  return values;
}

export function axisAt(c: ShapeContext, axis: number, rank: number): number {
  const front = axisOf(axis, rank);
  if (front === undefined) throw mismatch(c, `has axis ${axis}, outside rank ${rank}`);
  return front;
}

/** All given inputs must have one element type, which is returned. */
export function oneType(c: ShapeContext, indices: readonly number[]): TensorType["type"] {
  const types = indices.flatMap((i) => c.inputs[i]?.type ?? []);
  const first = types[0];
  if (first === undefined) throw mismatch(c, "needs an input");
  if (types.some((t) => t !== first))
    throw new AutodiffError(
      "autodiff/type-mismatch",
      `${c.op} "${c.node}" needs inputs of one type; it got ${types.join(" and ")}.`,
      "Insert a cast.",
      { op: c.op, node: c.node, types: types.join(", ") },
    );
  return first;
}

export function numberOf(attributes: Attributes, name: string, fallback: number): number {
  const value = attributes[name];
  return typeof value === "number" ? value : fallback;
}
export function numbersOf(attributes: Attributes, name: string): readonly number[] | undefined {
  const value: AttributeValue | undefined = attributes[name];
  return Array.isArray(value) ? (value as readonly number[]) : undefined;
}
export function stringOf(attributes: Attributes, name: string, fallback: string): string {
  const value = attributes[name];
  return typeof value === "string" ? value : fallback;
}
