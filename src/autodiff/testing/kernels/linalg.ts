/** Kernels of products, reductions, softmax, layer normalisation and cross-entropy. */
import { numberOf } from "../../ops/record.ts";
import { axisOf, broadcastShape, sizeOf, stridesOf } from "../../shape.ts";
import { around, broadcastOffsets, offsets, tensor, zip, type Tensor } from "../tensor.ts";
import { numbers, type Kernel } from "./kernel.ts";

/** c (m, n) += a (m, k) b (k, n), at offsets into flat arrays. */
function product(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  m: number,
  k: number,
  n: number,
  at: number[],
): void {
  const [atA, atB, atC] = at as [number, number, number];
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const x = a[atA + i * k + l]!;
      for (let j = 0; j < n; j++) c[atC + i * n + j]! += x * b[atB + l * n + j]!;
    }
  }
}

const matmul: Kernel = ([x, y]) => {
  const a = x!.shape.length === 1 ? [1, ...x!.shape] : x!.shape;
  const b = y!.shape.length === 1 ? [...y!.shape, 1] : y!.shape;
  const [m, k, n] = [a.at(-2)!, a.at(-1)!, b.at(-1)!];
  const batch = broadcastShape(a.slice(0, -2), b.slice(0, -2))!;
  const out = new Float64Array(sizeOf(batch) * m * n);
  const atA = broadcastOffsets(a.slice(0, -2), batch);
  const atB = broadcastOffsets(b.slice(0, -2), batch);
  for (let i = 0; i < atA.length; i++)
    product(x!.data, y!.data, out, m, k, n, [atA[i]! * m * k, atB[i]! * k * n, i * m * n]);
  const rows = x!.shape.length === 1 ? [] : [m];
  const columns = y!.shape.length === 1 ? [] : [n];
  return [tensor(x!.type, [...batch, ...rows, ...columns], out)];
};

const flip = ({ type, shape, data }: Tensor, wanted: boolean): Tensor => {
  if (!wanted) return { type, shape, data };
  const [m, n] = shape as [number, number];
  return tensor(
    type,
    [n, m],
    Float64Array.from(offsets([n, m], [1, n]), (i) => data[i]!),
  );
};

const gemm: Kernel = ([x, y, bias], c) => {
  const a = flip(x!, numberOf(c.attributes, "transA", 0) === 1);
  const b = flip(y!, numberOf(c.attributes, "transB", 0) === 1);
  const [alpha, beta] = [numberOf(c.attributes, "alpha", 1), numberOf(c.attributes, "beta", 1)];
  const [result] = matmul([a, b], c);
  const scaled = tensor(
    x!.type,
    result!.shape,
    result!.data.map((v) => alpha * v),
  );
  return [bias ? zip(x!.type, [scaled, bias], (v, w) => v + beta * w) : scaled];
};

function reduce(
  start: number,
  step: (sum: number, x: number) => number,
  end: (sum: number, n: number) => number = (sum) => sum,
): Kernel {
  return ([x, given], c) => {
    const rank = x!.shape.length;
    const axes = numbers(given)?.map((a) => axisOf(a, rank)!) ?? [];
    if (axes.length === 0 && numberOf(c.attributes, "noop_with_empty_axes", 0) === 1) return [x!];
    const gone = x!.shape.map((_, i) => axes.length === 0 || axes.includes(i));
    const kept = x!.shape.map((n, i) => (gone[i] ? 1 : n));
    const data = new Float64Array(sizeOf(kept)).fill(start);
    const steps = stridesOf(kept).map((s, i) => (gone[i] ? 0 : s));
    const at = offsets(x!.shape, steps);
    x!.data.forEach((v, i) => (data[at[i]!] = step(data[at[i]!]!, v)));
    const count = sizeOf(x!.shape.filter((_, i) => gone[i]));
    const keep = numberOf(c.attributes, "keepdims", 1) === 1;
    return [
      tensor(
        x!.type,
        keep ? kept : kept.filter((_, i) => !gone[i]),
        data.map((v) => end(v, count)),
      ),
    ];
  };
}

/** Per row along the axis: f gets the row and fills the result. */
function alongAxis(x: Tensor, axis: number, f: (row: Float64Array) => Float64Array): Tensor {
  const { outer, n, inner } = around(x.shape, axis);
  const out = tensor(x.type, x.shape);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const at = (k: number): number => (o * n + k) * inner + i;
      f(Float64Array.from({ length: n }, (_, k) => x.data[at(k)]!)).forEach((v, k) => (out.data[at(k)] = v));
    }
  }
  return out;
}

const softmaxRow = (row: Float64Array): Float64Array => {
  const top = Math.max(...row);
  const powers = row.map((v) => Math.exp(v - top));
  const sum = powers.reduce((a, v) => a + v, 0);
  return powers.map((v) => v / sum);
};
const logSoftmaxRow = (row: Float64Array): Float64Array => {
  const top = Math.max(...row);
  const lse = top + Math.log(row.reduce((a, v) => a + Math.exp(v - top), 0));
  return row.map((v) => v - lse);
};

const layerNormalization: Kernel = ([x, scale, bias], c) => {
  const axis = axisOf(numberOf(c.attributes, "axis", -1), x!.shape.length)!;
  const epsilon = numberOf(c.attributes, "epsilon", 1e-5);
  const width = sizeOf(x!.shape.slice(axis));
  const statistics = x!.shape.map((n, i) => (i < axis ? n : 1));
  const [y, means, inverses] = [tensor(x!.type, x!.shape), tensor(x!.type, statistics), tensor(x!.type, statistics)];
  for (let r = 0; r < means.data.length; r++) {
    const row = x!.data.subarray(r * width, (r + 1) * width);
    const mean = row.reduce((a, v) => a + v, 0) / width;
    const inverse = 1 / Math.sqrt(row.reduce((a, v) => a + (v - mean) ** 2, 0) / width + epsilon);
    means.data[r] = mean;
    inverses.data[r] = inverse;
    row.forEach((v, i) => (y.data[r * width + i] = (v - mean) * inverse * scale!.data[i]! + (bias?.data[i] ?? 0)));
  }
  return [y, means, inverses].slice(0, Math.max(1, c.outputCount));
};

export const linalgKernels = {
  MatMul: matmul,
  Gemm: gemm,
  ReduceSum: reduce(0, (a, v) => a + v),
  ReduceMean: reduce(
    0,
    (a, v) => a + v,
    (a, n) => a / n,
  ),
  ReduceMax: reduce(-Infinity, Math.max),
  Softmax: ([x], c) => [alongAxis(x!, axisOf(numberOf(c.attributes, "axis", -1), x!.shape.length)!, softmaxRow)],
  LogSoftmax: ([x], c) => [alongAxis(x!, axisOf(numberOf(c.attributes, "axis", -1), x!.shape.length)!, logSoftmaxRow)],
  LayerNormalization: layerNormalization,
  CrossEntropy: ([logits, labels]) => {
    const logs = alongAxis(logits!, 1, logSoftmaxRow);
    const v = logits!.shape[1]!;
    return [
      tensor(
        logits!.type,
        labels!.shape,
        labels!.data.map((label, m) => -logs.data[m * v + label]!),
      ),
    ];
  },
} satisfies Record<string, Kernel>;
