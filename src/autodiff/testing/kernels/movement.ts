/** Kernels of ops that move elements, lookups and writes by index. */
import { numberOf, numbersOf, stringOf } from "../../ops/record.ts";
import { axisOf, broadcastShape, sizeOf, sliceRange, stridesOf } from "../../shape.ts";
import { around, broadcastOffsets, offsets, tensor, toTensor, type Tensor } from "../tensor.ts";
import { numbers, type Kernel } from "./kernel.ts";

const take = (x: Tensor, shape: readonly number[], at: Int32Array): Tensor =>
  tensor(
    x.type,
    shape,
    Float64Array.from(at, (i) => x.data[i]!),
  );

const reshape: Kernel = ([x, wanted], c) => {
  const keepZero = numberOf(c.attributes, "allowzero", 0) === 1;
  const dims = numbers(wanted)!.map((n, i) => (n === 0 && !keepZero ? x!.shape[i]! : n));
  const known = dims.filter((n) => n !== -1).reduce((a, n) => a * n, 1);
  return [
    tensor(
      x!.type,
      dims.map((n) => (n === -1 ? sizeOf(x!.shape) / known : n)),
      x!.data,
    ),
  ];
};

const concat: Kernel = (inputs, c) => {
  const xs = inputs.map((x) => x!);
  const axis = axisOf(numberOf(c.attributes, "axis", 0), xs[0]!.shape.length)!;
  const total = xs.reduce((sum, x) => sum + x.shape[axis]!, 0);
  const out = tensor(
    xs[0]!.type,
    xs[0]!.shape.map((n, i) => (i === axis ? total : n)),
  );
  const { outer, inner } = around(out.shape, axis);
  let start = 0;
  for (const x of xs) {
    const width = x.shape[axis]! * inner;
    for (let o = 0; o < outer; o++)
      out.data.set(x.data.subarray(o * width, (o + 1) * width), o * total * inner + start);
    start += width;
  }
  return [out];
};

const split: Kernel = ([x, given], c) => {
  const axis = axisOf(numberOf(c.attributes, "axis", 0), x!.shape.length)!;
  const { outer, n, inner } = around(x!.shape, axis);
  const parts = numberOf(c.attributes, "num_outputs", c.outputCount);
  const size = Math.ceil(n / parts);
  const even = Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(size, n - i * size)));
  let start = 0;
  return (numbers(given) ?? even).map((count) => {
    const out = tensor(
      x!.type,
      x!.shape.map((m, i) => (i === axis ? count : m)),
    );
    for (let o = 0; o < outer; o++) {
      const from = (o * n + start) * inner;
      out.data.set(x!.data.subarray(from, from + count * inner), o * count * inner);
    }
    start += count;
    return out;
  });
};

const slice: Kernel = ([x, starts, ends, axes, steps]) => {
  const strides = stridesOf(x!.shape);
  const shape = [...x!.shape];
  let first = 0;
  const at = numbers(axes) ?? numbers(starts)!.map((_, i) => i);
  at.forEach((given, i) => {
    const axis = axisOf(given, x!.shape.length)!;
    const step = numbers(steps)?.[i] ?? 1;
    const range = sliceRange(x!.shape[axis]!, starts!.data[i]!, ends!.data[i]!, step);
    shape[axis] = range.count;
    first += range.start * strides[axis]!;
    strides[axis] = strides[axis]! * step;
  });
  return [take(x!, shape, offsets(shape, strides, first))];
};

const pad: Kernel = ([x, pads, value, axes]) => {
  const rank = x!.shape.length;
  const at = (numbers(axes) ?? x!.shape.map((_, i) => i)).map((a) => axisOf(a, rank)!);
  const before = new Array<number>(rank).fill(0);
  const shape = [...x!.shape];
  at.forEach((axis, i) => {
    before[axis] = pads!.data[i]!;
    shape[axis] = shape[axis]! + pads!.data[i]! + pads!.data[i + at.length]!;
  });
  const out = tensor(x!.type, shape);
  const inside = stridesOf(x!.shape);
  const fill = value?.data[0] ?? 0;
  const steps = stridesOf(shape);
  for (let i = 0; i < out.data.length; i++) {
    const index = steps.map((step, axis) => (Math.floor(i / step) % shape[axis]!) - before[axis]!);
    const isIn = index.every((k, axis) => k >= 0 && k < x!.shape[axis]!);
    out.data[i] = isIn ? x!.data[index.reduce((sum, k, axis) => sum + k * inside[axis]!, 0)]! : fill;
  }
  return [out];
};

const gather: Kernel = ([x, indices], c) => {
  const axis = axisOf(numberOf(c.attributes, "axis", 0), x!.shape.length)!;
  const { outer, n, inner } = around(x!.shape, axis);
  const out = tensor(x!.type, [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)]);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (const index of indices!.data) {
      const from = (o * n + (index < 0 ? index + n : index)) * inner;
      out.data.set(x!.data.subarray(from, from + inner), to);
      to += inner;
    }
  }
  return [out];
};

/** Where each element of `indices` points to in data of `shape`, along an axis. */
function pointed(shape: readonly number[], indices: Tensor, axis: number): Int32Array {
  const strides = stridesOf(shape);
  const base = offsets(
    indices.shape,
    strides.map((step, i) => (i === axis ? 0 : step)),
  );
  return base.map((offset, i) => {
    const index = indices.data[i]!;
    return offset + (index < 0 ? index + shape[axis]! : index) * strides[axis]!;
  });
}

const reductions: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_, u) => u,
  add: (o, u) => o + u,
  mul: (o, u) => o * u,
  max: Math.max,
  min: Math.min,
};

const scatterNd: Kernel = ([x, indices, updates], c) => {
  const combine = reductions[stringOf(c.attributes, "reduction", "none")]!;
  const depth = indices!.shape.at(-1)!;
  const strides = stridesOf(x!.shape);
  const width = sizeOf(x!.shape.slice(depth));
  const data = x!.data.slice();
  for (let k = 0; k < sizeOf(indices!.shape.slice(0, -1)); k++) {
    let start = 0;
    for (let d = 0; d < depth; d++) {
      const index = indices!.data[k * depth + d]!;
      start += (index < 0 ? index + x!.shape[d]! : index) * strides[d]!;
    }
    for (let i = 0; i < width; i++) data[start + i] = combine(data[start + i]!, updates!.data[k * width + i]!);
  }
  return [tensor(x!.type, x!.shape, data)];
};

export const movementKernels = {
  Identity: ([x]) => [x!],
  Transpose: ([x], c) => {
    const perm = numbersOf(c.attributes, "perm") ?? x!.shape.map((_, i) => x!.shape.length - 1 - i);
    const strides = stridesOf(x!.shape);
    const shape = perm.map((p) => x!.shape[p]!);
    return [
      take(
        x!,
        shape,
        offsets(
          shape,
          perm.map((p) => strides[p]!),
        ),
      ),
    ];
  },
  Reshape: reshape,
  Squeeze: ([x, axes]) => {
    const given = numbers(axes)?.map((a) => axisOf(a, x!.shape.length)!);
    return [
      tensor(
        x!.type,
        x!.shape.filter((n, i) => (given ? !given.includes(i) : n !== 1)),
        x!.data,
      ),
    ];
  },
  Unsqueeze: ([x, axes]) => {
    const rank = x!.shape.length + axes!.data.length;
    const at = new Set(numbers(axes)!.map((a) => axisOf(a, rank)!));
    let next = 0;
    return [
      tensor(
        x!.type,
        Array.from({ length: rank }, (_, i) => (at.has(i) ? 1 : x!.shape[next++]!)),
        x!.data,
      ),
    ];
  },
  Expand: ([x, wanted]) => {
    const shape = broadcastShape(x!.shape, numbers(wanted)!)!;
    return [take(x!, shape, broadcastOffsets(x!.shape, shape))];
  },
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  ConstantOfShape: ([shape], c) => {
    const value = c.attributes["value"];
    const filled = typeof value === "object" && "data" in value ? toTensor(value) : tensor("float32", [1]);
    return [tensor(filled.type, numbers(shape)!, new Float64Array(sizeOf(numbers(shape)!)).fill(filled.data[0]!))];
  },
  Range: ([start, limit, delta]) => {
    const n = Math.max(0, Math.ceil((limit!.data[0]! - start!.data[0]!) / delta!.data[0]!));
    return [
      tensor(
        start!.type,
        [n],
        Float64Array.from({ length: n }, (_, i) => start!.data[0]! + i * delta!.data[0]!),
      ),
    ];
  },
  Gather: gather,
  GatherElements: ([x, indices], c) => {
    const axis = axisOf(numberOf(c.attributes, "axis", 0), x!.shape.length)!;
    return [take(x!, indices!.shape, pointed(x!.shape, indices!, axis))];
  },
  ScatterElements: ([x, indices, updates], c) => {
    const combine = reductions[stringOf(c.attributes, "reduction", "none")]!;
    const data = x!.data.slice();
    const axis = axisOf(numberOf(c.attributes, "axis", 0), x!.shape.length)!;
    pointed(x!.shape, indices!, axis).forEach((at, i) => (data[at] = combine(data[at]!, updates!.data[i]!)));
    return [tensor(x!.type, x!.shape, data)];
  },
  ScatterND: scatterNd,
} satisfies Record<string, Kernel>;
