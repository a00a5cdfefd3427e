/**
 * WGSL kernels of ours for what ONNX Runtime computes row by row. Its own give each row a workgroup of 64 lanes: at widths
 * of a small model most of them idle (its LayerNormalization leaves the whole row of fewer than 256 values to one lane),
 * and a product with one row or one column fills one of 32 in its tile. Here 16 lanes share a row, four rows a workgroup.
 */
const group = 64;
const lanes = 16;
const rowsAGroup = group / lanes;

/** Adds what the row's lanes hold in `part`, in a fixed order, and gives each of them the sum as `name`. */
const shared = (name: string, part: string, start = "0.0", join = (a: string, b: string) => `${a} + ${b}`): string => `
  parts[lane] = ${part};
  workgroupBarrier();
  var ${name} = ${start};
  for (var j = 0u; j < ${lanes}u; j++) { ${name} = ${join(name, `parts[first + j]`)}; }
  workgroupBarrier();`;

const perRow = (rows: number, body: string): string => `
var<workgroup> parts: array<f32, ${group}>;
@compute @workgroup_size(${group})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x * ${rowsAGroup}u + lane / ${lanes}u;
  let own = lane % ${lanes}u;
  let first = lane - own;
  let exists = row < ${rows}u;
  let read = min(row, ${rows - 1}u);
${body}
}`;

/** `for` over a lane's share of a row of `count` places that begin at \`begin\`. */
const share = (count: number, body: string): string => `for (var i = own; i < ${count}u; i += ${lanes}u) { ${body} }`;

export interface RowKernel {
  code: string;
  /** Workgroups. */
  groups: number;
}
const kernel = (rows: number, code: string): RowKernel => ({ code, groups: Math.ceil(rows / rowsAGroup) });

/** y = (x - mean) / sqrt(variance + epsilon) * scale + bias; both statistics are results too. Width: a multiple of 4. */
export const layerNorm = (rows: number, width: number, epsilon: number): RowKernel =>
  kernel(
    rows,
    `@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> scale: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> means: array<f32>;
@group(0) @binding(5) var<storage, read_write> deviations: array<f32>;
${perRow(
  rows,
  `  let begin = read * ${width / 4}u;
  var sum = 0.0;
  ${share(width / 4, "sum += dot(x[begin + i], vec4f(1.0));")}
  ${shared("total", "sum")}
  let mean = total / ${width}.0;
  var squares = 0.0;
  ${share(width / 4, "let d = x[begin + i] - mean; squares += dot(d, d);")}
  ${shared("spread", "squares")}
  let inverse = inverseSqrt(spread / ${width}.0 + ${epsilon.toExponential()});
  if (exists) {
    ${share(width / 4, "y[begin + i] = (x[begin + i] - mean) * inverse * scale[i] + bias[i];")}
    if (own == 0u) { means[row] = mean; deviations[row] = inverse; }
  }`,
)}`,
  );

/** Softmax of each row; of a row of -infinity zeros, as the runtime's. Width: a multiple of 4. */
export const softmax = (rows: number, width: number): RowKernel =>
  kernel(
    rows,
    `@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
${perRow(
  rows,
  `  let begin = read * ${width / 4}u;
  var most = -3.4028234e38;
  ${share(width / 4, "let v = x[begin + i]; most = max(most, max(max(v.x, v.y), max(v.z, v.w)));")}
  ${shared("peak", "most", "-3.4028234e38", (a, b) => `max(${a}, ${b})`)}
  var sum = 0.0;
  ${share(width / 4, "sum += dot(exp(x[begin + i] - peak), vec4f(1.0));")}
  ${shared("total", "sum")}
  if (exists) {
    ${share(width / 4, "y[begin + i] = max(exp(x[begin + i] - peak) / total, vec4f(0.0));")}
  }`,
)}`,
  );

/** result[row] = factor * sum of a[row, :], each times b[:] where there is a \`b\` between a and the result. */
export const rowSums = (rows: number, width: number, factor: number, times: boolean): RowKernel =>
  kernel(
    rows,
    `@group(0) @binding(0) var<storage, read> a: array<f32>;
${times ? "@group(0) @binding(1) var<storage, read> b: array<f32>;" : ""}
@group(0) @binding(${times ? 2 : 1}) var<storage, read_write> result: array<f32>;
${perRow(
  rows,
  `  let begin = read * ${width}u;
  var sum = 0.0;
  ${share(width, `sum += a[begin + i]${times ? " * b[i]" : ""};`)}
  ${shared("total", "sum")}
  if (exists && own == 0u) { result[row] = ${factor.toExponential()} * total; }`,
)}`,
  );

/** result[:] = sum over k of a[k] * b[k, :], 16 columns a workgroup, each by four lanes. */
export const rowProduct = (inner: number, columns: number): RowKernel => ({
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
    result[column] = (parts[lane] + parts[lane + ${lanes}u]) + (parts[lane + ${2 * lanes}u] + parts[lane + ${3 * lanes}u]);
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
