/**
 * WGSL kernels of ours for what ONNX Runtime computes slowly and gpu-row-program.ts cannot write: a product with one row
 * fills one of 32 in the runtime's tile, and what it moves it moves one value a lane.
 */
const group = 64;
const lanes = 16;
const rowsAGroup = group / lanes;

export interface RowKernel {
  code: string;
  /** Workgroups. */
  groups: number;
}
/** result[:] = factor * sum over k of a[k] * b[k, :], 16 columns a workgroup, each by four lanes. */
export const rowProduct = (inner: number, columns: number, factor: number): RowKernel => ({
  groups: Math.ceil(columns / lanes),
  code: `@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
var<workgroup> parts: array<f32, ${group}>;
@compute @workgroup_size(${group})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column = group.x * ${lanes}u + lane % ${lanes}u;
  let read = min(column, ${columns - 1}u);
  var sum = 0.0;
  for (var k = lane / ${lanes}u; k < ${inner}u; k += ${rowsAGroup}u) { sum += a[k] * b[k * ${columns}u + read]; }
  parts[lane] = sum;
  workgroupBarrier();
  if (lane < ${lanes}u && column < ${columns}u) {
    result[column] = ${factor.toExponential()} * ((parts[lane] + parts[lane + ${lanes}u]) + (parts[lane + ${2 * lanes}u] + parts[lane + ${3 * lanes}u]));
  }
}`,
});

/** A result of `places` groups of four values, each by a lane of its own from inputs `x0`, `x1`...: `value` reads them at \`i\`. */
const byFours = (places: number, type: string, inputs: number, value: string): RowKernel => ({
  groups: Math.ceil(places / group),
  code: `${Array.from({ length: inputs }, (_, k) => `@group(0) @binding(${k}) var<storage, read> x${k}: array<${type}>;`).join("\n")}
@group(0) @binding(${inputs}) var<storage, read_write> result: array<vec4f>;
@compute @workgroup_size(${group})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= ${places}u) { return; }
${value}
}`,
});

/** result[a, c, b, :] = x[a, b, c, :] for a result of this shape: the runtime's moves one value a lane. */
export function swapMiddle([a, c, b, width]: readonly number[]): RowKernel {
  const row = width! / 4;
  return byFours(
    a! * b! * c! * row,
    "vec4f",
    1,
    `  let inner = i % ${row}u;
  let b = i / ${row}u % ${b}u;
  let c = i / ${row * b!}u % ${c}u;
  let a = i / ${row * b! * c!}u;
  result[i] = x0[((a * ${b}u + b) * ${c}u + c) * ${row}u + inner];`,
  );
}

/** result[a, b, j, i] = x[a, b, i, j] for a result of this shape. */
export function swapLast([a, b, rows, columns]: readonly number[]): RowKernel {
  const row = columns! / 4;
  return byFours(
    a! * b! * rows! * row,
    "f32",
    1,
    `  let begin = i / ${row * rows!}u * ${rows! * columns!}u + i % ${row}u * ${4 * rows!}u + i / ${row}u % ${rows}u;
  result[i] = vec4f(x0[begin], x0[begin + ${rows}u], x0[begin + ${2 * rows!}u], x0[begin + ${3 * rows!}u]);`,
  );
}

/** result[row, :] = x0[row, :], then x1[row, :], then x2[row, :]. */
export function sideBySide(rows: number, widths: readonly number[]): RowKernel {
  const fours = widths.map((width) => width / 4);
  const [whole, ...starts] = [...fours.keys(), fours.length]
    .map((k) => fours.slice(0, k).reduce((sum, n) => sum + n, 0))
    .reverse();
  const cases = starts.map((start, k) => {
    const input = starts.length - 1 - k;
    return `if (at >= ${start}u) { result[i] = x${input}[row * ${fours[input]}u + at - ${start}u]; }`;
  });
  return byFours(
    rows * whole!,
    "vec4f",
    widths.length,
    `  let row = i / ${whole}u;
  let at = i % ${whole}u;
  ${cases.join(" else ")}`,
  );
}
