/** Shape rules of element-by-element ops. */
import type { ElementType, TensorType } from "../graph.ts";
import { broadcastShape, type Shape } from "../shape.ts";
import { inputOf, mismatch, oneType, type ShapeContext } from "./record.ts";

export function unaryShape(c: ShapeContext): TensorType[] {
  const { type, shape } = inputOf(c, 0);
  return [{ type, shape }];
}

/** Inputs broadcast together; `result` overrides the element type (bool for comparisons). */
export function binaryShape(result?: ElementType, given?: ElementType) {
  return (c: ShapeContext): TensorType[] => {
    const [x, y] = [inputOf(c, 0), inputOf(c, 1)];
    // Pow alone may mix types: its result has the base's.
    const type = c.op === "Pow" ? x.type : oneType(c, [0, 1]);
    if (given !== undefined && type !== given) throw mismatch(c, `needs ${given} inputs, not ${type}`);
    return [{ type: result ?? type, shape: joined(c, [x.shape, y.shape]) }];
  };
}

/** The shape all given shapes broadcast to. @throws autodiff/shape-mismatch */
export function joined(c: ShapeContext, shapes: readonly Shape[]): Shape {
  return shapes.reduce((all, next) => {
    const shape = broadcastShape(all, next);
    if (shape === undefined) throw mismatch(c, "needs shapes that broadcast together");
    return shape;
  });
}
