/**
 * Gelu (Hendrycks & Gimpel 2016), exact and tanh form. Forward and backward share the erf (or tanh), so a
 * differentiated node is expanded: fewer passes in all than the fused op followed by a recomputation.
 */
import type { GraphBuilder } from "../builder.ts";
import type { Value } from "../graph.ts";
import * as s from "../sugar.ts";
import { gradientOf, input } from "./broadcast.ts";
import { unaryShape } from "./elementwise-shape.ts";
import { stringOf, type BackwardContext, type ExpandContext, type OpRecord } from "./record.ts";

const TANH_SCALE = Math.sqrt(2 / Math.PI);
const TANH_CUBE = 0.044715;

/** Y = u e / sqrt(2) with u = X / sqrt(2), e = 1 + erf(u). */
function expandErf(b: GraphBuilder, x: Value): { outputs: Value[]; saved: Value[] } {
  const u = s.mul(b, x, Math.SQRT1_2, "u");
  const e = s.add(b, s.erf(b, u), 1, "e");
  return { outputs: [s.mul(b, s.mul(b, u, e), Math.SQRT1_2)], saved: [u, e] };
}

/** dX = g/2 (e + 2/sqrt(pi) u / exp(u^2)); exp may overflow to infinity, the quotient is then rightly 0. */
function backwardErf(b: GraphBuilder, g: Value, [u, e]: readonly Value[]): Value {
  const bell = s.div(b, u!, s.exp(b, s.mul(b, u!, u!)));
  const slope = s.add(b, e!, s.mul(b, bell, 2 / Math.sqrt(Math.PI)));
  return s.mul(b, s.mul(b, g, slope), 0.5);
}

/** Y = X/2 (1 + t), t = tanh(k (X + c X^3)) = tanh(X (k + k c X^2)). */
function expandTanh(b: GraphBuilder, x: Value): { outputs: Value[]; saved: Value[] } {
  const square = s.mul(b, x, x);
  const inner = s.add(b, s.mul(b, square, TANH_SCALE * TANH_CUBE), TANH_SCALE);
  const t = s.tanh(b, s.mul(b, x, inner));
  const half = s.add(b, s.mul(b, t, 0.5), 0.5, "half");
  return { outputs: [s.mul(b, x, half)], saved: [square, half] };
}

/** With h = (1 + t)/2: dX = g (h + 2 X h (1 - h) (k + 3 k c X^2)). */
function backwardTanh(b: GraphBuilder, g: Value, x: Value, [square, half]: readonly Value[]): Value {
  const inner = s.add(b, s.mul(b, square!, 6 * TANH_SCALE * TANH_CUBE), 2 * TANH_SCALE);
  const bell = s.mul(b, half!, s.sub(b, 1, half!));
  const slope = s.add(b, half!, s.mul(b, s.mul(b, x, bell), inner));
  return s.mul(b, g, slope);
}

const isTanh = (c: ExpandContext): boolean => stringOf(c.attributes, "approximate", "none") === "tanh";

export const Gelu: OpRecord = {
  op: "Gelu",
  since: 20,
  attributes: { approximate: "string" },
  shape: unaryShape,
  expand: (c) => (isTanh(c) ? expandTanh(c.b, c.inputs[0]!) : expandErf(c.b, c.inputs[0]!)),
  backward: (c: BackwardContext) => [
    isTanh(c) ? backwardTanh(c.b, gradientOf(c), input(c, 0), c.saved) : backwardErf(c.b, gradientOf(c), c.saved),
  ],
};
