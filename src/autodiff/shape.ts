/** Arithmetic on shapes: sizes, strides, axes, broadcast. Emits no nodes and knows no op. */
export type Shape = readonly number[];

export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);
export const printShape = (shape: Shape): string => `(${shape.join(", ")})`;

export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i]!;
  }
  return strides;
}

/** The shape two operands broadcast to (numpy rules), or undefined when they do not. */
export function broadcastShape(a: Shape, b: Shape): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const m = a[i - rank + a.length] ?? 1;
    const n = b[i - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) return undefined;
    shape.push(m === 1 ? n : m);
  }
  return shape;
}

/** Inverse of broadcast: the axes of `to` along which a tensor of shape `from` was repeated. */
export function repeatedAxes(from: Shape, to: Shape): number[] {
  const lead = to.length - from.length;
  return to.flatMap((n, i) => (i < lead || (from[i - lead] === 1 && n !== 1) ? [i] : []));
}

/** Axis counted from the front; undefined when out of range. */
export function axisOf(axis: number, rank: number): number | undefined {
  const front = axis < 0 ? axis + rank : axis;
  return front >= 0 && front < rank ? front : undefined;
}

/** Slice bounds of one axis by ONNX rules: first index, step and number of elements. */
export function sliceRange(n: number, start: number, end: number, step: number): { start: number; count: number } {
  const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
  const from = clamp(start < 0 ? start + n : start, 0, step > 0 ? n : n - 1);
  const to = clamp(end < 0 ? end + n : end, step > 0 ? 0 : -1, n);
  return { start: from, count: Math.max(0, Math.ceil((to - from) / step)) };
}
