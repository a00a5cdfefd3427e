/** What backward rules share about broadcasting: undoing it, and doing it for a reduction's gradient. */
import type { GraphBuilder } from "../builder.ts";
import type { Value } from "../graph.ts";
import { repeatedAxes, sameShape } from "../shape.ts";
import type { Shape } from "../shape.ts";
import * as s from "../sugar.ts";
import type { BackwardContext } from "./record.ts";

/** Adds `gradient` up over the axes along which a tensor of `shape` was repeated: inverse of broadcasting. */
export function sumTo(b: GraphBuilder, gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const axes = repeatedAxes(shape, gradient.shape);
  if (axes.length === 0) return s.reshape(b, gradient, shape);
  const lead = gradient.shape.length - shape.length;
  const dropsAll = axes.every((axis) => axis < lead);
  const sum = s.reduceSum(b, gradient, axes, !dropsAll);
  return sameShape(sum.shape, shape) ? sum : s.reshape(b, sum, shape);
}

/** The only output's gradient; a rule is called only when there is one. */
export function gradientOf(c: BackwardContext, output = 0): Value {
  return c.gradients[output]!;
}
export const input = (c: BackwardContext, index: number): Value => c.inputs[index]!;

/** Gradients for the needed inputs only, each summed to its input's shape. */
export function each(c: BackwardContext, ...rules: readonly (() => Value)[]): (Value | null)[] {
  return rules.map((rule, i) => (c.needs[i] === true ? sumTo(c.b, rule(), input(c, i).shape) : null));
}
