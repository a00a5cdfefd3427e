/**
 * WGSL kernels of ours that run on ONNX Runtime's own device between its runs: add looked-up embedding
 * rows, sum micro-batches, gradient norm, AdamW in place. No atomics: every sum has a fixed order, so a
 * run repeats. Several tensors share one dispatch, since dispatches are what a small model pays for.
 */
const lanes = 256;

/** Loops a workgroup's lanes over 0..n in strides of the whole grid. */
const strided = (n: string, body: string): string => `
    let stride = groups.x * ${lanes}u;
    for (var i = id.x; i < ${n}; i += stride) { ${body} }`;

const cases = (count: number, body: (k: number) => string): string =>
  Array.from({ length: count }, (_, k) => `case ${k}u: {${body(k)}\n  }`).join("\n  ") + "\n  default: {}";

const entry = `@compute @workgroup_size(${lanes})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u)`;

/** grad[unique[s], :] += sum of rows[order[k], :] for k in segment s. One workgroup a segment. */
export const addRowsKernel = `
struct Sizes { width: u32, segments: u32 }
@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read_write> grad: array<f32>;
@group(0) @binding(2) var<storage, read> rows: array<f32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read> segments: array<vec2u>; // (table row, first place in order); one more closes the last
${entry} {
  let s = group.x + group.y * groups.x;
  if (s >= sizes.segments) { return; }
  let start = segments[s].y;
  let end = segments[s + 1u].y;
  for (var h = lane; h < sizes.width; h += ${lanes}u) {
    var sum = 0.0;
    for (var k = start; k < end; k++) { sum += rows[order[k] * sizes.width + h]; }
    let at = segments[s].x * sizes.width + h;
    grad[at] = grad[at] + sum;
  }
}`;

/** total[k] += part[k] for up to \`count\` tensors. */
export const addKernel = (count: number): string => `
@group(0) @binding(0) var<uniform> sizes: array<vec4u, ${count}>;
${Array.from(
  { length: count },
  (_, k) => `@group(0) @binding(${2 * k + 1}) var<storage, read_write> total${k}: array<f32>;
@group(0) @binding(${2 * k + 2}) var<storage, read> part${k}: array<f32>;`,
).join("\n")}
${entry} {
  switch (group.y) {
  ${cases(count, (k) => strided(`sizes[${k}].x`, `total${k}[i] = total${k}[i] + part${k}[i];`))}
  }
}`;

/** partials[base + group.x] = sum of squares of a workgroup's share, for up to \`count\` tensors. */
export const normKernel = (count: number): string => `
@group(0) @binding(0) var<uniform> sizes: array<vec4u, ${count}>; // (n, first partial)
@group(0) @binding(1) var<storage, read_write> partials: array<f32>;
${Array.from({ length: count }, (_, k) => `@group(0) @binding(${k + 2}) var<storage, read> g${k}: array<f32>;`).join("\n")}
var<workgroup> shared_sums: array<f32, ${lanes}>;
${entry} {
  var sum = 0.0;
  switch (group.y) {
  ${cases(count, (k) => strided(`sizes[${k}].x`, `sum += g${k}[i] * g${k}[i];`))}
  }
  shared_sums[lane] = sum;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half = half / 2u) {
    if (lane < half) { shared_sums[lane] = shared_sums[lane] + shared_sums[lane + half]; }
    workgroupBarrier();
  }
  if (lane == 0u) { partials[sizes[group.y].y + group.x] = shared_sums[0]; }
}`;

/** stats = (gradient norm, clipping factor). One workgroup. */
export const clipKernel = `
struct Clip { count: u32, limit: f32 }
@group(0) @binding(0) var<uniform> clip: Clip;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> stats: array<f32>;
var<workgroup> shared_sums: array<f32, ${lanes}>;
@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < clip.count; i += ${lanes}u) { sum += partials[i]; }
  shared_sums[lane] = sum;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half = half / 2u) {
    if (lane < half) { shared_sums[lane] = shared_sums[lane] + shared_sums[lane + half]; }
    workgroupBarrier();
  }
  if (lane == 0u) {
    let norm = sqrt(shared_sums[0]);
    stats[0] = norm;
    stats[1] = select(1.0, min(1.0, clip.limit / (norm + 1e-6)), clip.limit > 0.0);
  }
}`;

/**
 * AdamW in place for up to `count` tensors; settings as DATA, never baked into the shader. `pulled`: a start weight a
 * tensor comes in too.
 */
export const adamwKernel = (count: number, pulled = false): string => {
  const each = pulled ? 5 : 4;
  return `
struct Tensor { n: u32, keep: f32, rate: f32, root: f32, ${pulled ? "pull: f32, a: f32, b: f32, c: f32" : ""} } // TensorNumbers
struct Settings { beta1: f32, beta2: f32, epsilon: f32, unused: f32, tensors: array<Tensor, ${count}> }
@group(0) @binding(0) var<uniform> u: Settings;
@group(0) @binding(1) var<storage, read> stats: array<f32>;
${Array.from(
  { length: count },
  (_, k) => `@group(0) @binding(${each * k + 2}) var<storage, read_write> w${k}: array<f32>;
@group(0) @binding(${each * k + 3}) var<storage, read> g${k}: array<f32>;
@group(0) @binding(${each * k + 4}) var<storage, read_write> m${k}: array<f32>;
@group(0) @binding(${each * k + 5}) var<storage, read_write> v${k}: array<f32>;
${pulled ? `@group(0) @binding(${each * k + 6}) var<storage, read> s${k}: array<f32>;` : ""}`,
).join("\n")}
${entry} {
  let scale = stats[1];
  switch (group.y) {
  ${cases(
    count,
    (k) =>
      `
    let n = u.tensors[${k}].n;
    let keep = u.tensors[${k}].keep;
    let rate = u.tensors[${k}].rate;
    let root = u.tensors[${k}].root;
    ${pulled ? `let pull = u.tensors[${k}].pull;` : ""}` +
      strided(
        "n",
        `
      let g = g${k}[i] * scale;
      let m = u.beta1 * m${k}[i] + (1.0 - u.beta1) * g;
      let v = u.beta2 * v${k}[i] + (1.0 - u.beta2) * g * g;
      m${k}[i] = m;
      v${k}[i] = v;
      w${k}[i] = w${k}[i] * keep ${pulled ? `+ pull * s${k}[i]` : ""} - rate * m / (sqrt(v) * root + u.epsilon);`,
      ),
  )}
  }
}`;
};

/** Workgroups in x for n values: enough to fill a GPU, few enough for the partial sums. */
export const workgroups = (n: number): number => Math.max(1, Math.min(64, Math.ceil(n / (lanes * 4))));

/**
 * Sorts looked-up rows by table row, so that each table row is summed by one workgroup.
 * @returns order (N) and segments (S + 1 pairs: table row, first place in order).
 */
export function sortRows(indices: Int32Array, order: Uint32Array): Uint32Array {
  const keyed = Float64Array.from(indices, (row, n) => row * 0x100000 + n).sort(); // stable by n: N < 2^20
  const segments: number[] = [];
  let last = -1;
  for (let k = 0; k < keyed.length; k++) {
    const row = Math.floor(keyed[k]! / 0x100000);
    order[k] = keyed[k]! % 0x100000;
    if (row !== last) segments.push(row, k);
    last = row;
  }
  segments.push(0, keyed.length);
  return Uint32Array.from(segments);
}
