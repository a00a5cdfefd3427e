/**
 * WGSL kernels of ours that run on ONNX Runtime's own device between its runs: add looked-up embedding
 * rows, sum micro-batches, gradient norm, AdamW in place. No atomics: every sum has a fixed order, so a
 * run repeats. Several tensors share one dispatch, since dispatches are what a small model pays for.
 */
const lanes = 256;

/** Adds up the lanes' `sum` to `total` on lane 0: by 16, then the 16. */
const addUp = `
  shared_sums[lane] = sum;
  workgroupBarrier();
  var total = 0.0;
  if (lane < 16u) { for (var k = 0u; k < ${lanes / 16}u; k++) { total += shared_sums[lane * ${lanes / 16}u + k]; } }
  workgroupBarrier();
  if (lane < 16u) { shared_sums[lane] = total; }
  workgroupBarrier();
  if (lane == 0u) { total = 0.0; for (var k = 0u; k < 16u; k++) { total += shared_sums[k]; } }`;

/** Loops a workgroup's lanes over 0..n in strides of the whole grid. */
const strided = (n: string, body: string): string => `
    let stride = groups.x * ${lanes}u;
    for (var i = id.x; i < ${n}; i += stride) { ${body} }`;

const cases = (count: number, body: (k: number) => string): string =>
  Array.from({ length: count }, (_, k) => `case ${k}u: {${body(k)}\n  }`).join("\n  ") + "\n  default: {}";

const entry = `@compute @workgroup_size(${lanes})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u)`;

/** Of up to `count` tables: grad[row[s], :] += sum of rows[order[k], :] for k in segment s. One workgroup a segment. */
export const addRowsKernel = (count: number): string => `
@group(0) @binding(0) var<uniform> tables: array<vec4u, ${count}>; // (width, segments, first segment)
@group(0) @binding(1) var<storage, read> order: array<u32>;
@group(0) @binding(2) var<storage, read> segments: array<vec2u>; // (table row, first place in order); one more closes a table
${Array.from(
  { length: count },
  (_, k) => `@group(0) @binding(${2 * k + 3}) var<storage, read_write> grad${k}: array<f32>;
@group(0) @binding(${2 * k + 4}) var<storage, read> rows${k}: array<f32>;`,
).join("\n")}
${entry} {
  let width = tables[group.y].x;
  let last = tables[group.y].z + tables[group.y].y;
  for (var s = tables[group.y].z + group.x; s < last; s += groups.x) {
    let start = segments[s].y;
    let end = segments[s + 1u].y;
    for (var h = lane; h < width; h += ${lanes}u) {
      let at = segments[s].x * width + h;
      var sum = 0.0;
      switch (group.y) {
      ${cases(
        count,
        (k) => `
        for (var n = start; n < end; n++) { sum += rows${k}[order[n] * width + h]; }
        grad${k}[at] = grad${k}[at] + sum;`,
      )}
      }
    }
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

/**
 * partials[base + group.x] = sum of squares of a workgroup's share of up to `count` tensors. Each lane goes through all
 * of them before the workgroup adds up, in two barriers: a software adapter pays for every barrier of every workgroup
 * (lavapipe, nano: 11 of 96 ms a step with nine barriers and a workgroup row a tensor).
 */
export const normKernel = (count: number): string => `
struct Sizes { base: vec4u, n: array<vec4u, ${count}> }
@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read_write> partials: array<f32>;
${Array.from({ length: count }, (_, k) => `@group(0) @binding(${k + 2}) var<storage, read> g${k}: array<f32>;`).join("\n")}
var<workgroup> shared_sums: array<f32, ${lanes}>;
${entry} {
  var sum = 0.0;
  ${Array.from({ length: count }, (_, k) => `{${strided(`sizes.n[${k}].x`, `sum += g${k}[i] * g${k}[i];`)} }`).join("\n  ")}
  ${addUp}
  if (lane == 0u) { partials[sizes.base.x + group.x] = total; }
}`;

/**
 * stats = (gradient norm, factor for the gradients: clipping over the loss scale, 1 = skip the update). One workgroup.
 * Whether a number is finite is read off its exponent: WGSL lets a compiler take it for granted in comparisons.
 */
export const clipKernel = `
struct Clip { count: u32, limit: f32, unscale: f32, skips: u32 }
@group(0) @binding(0) var<uniform> clip: Clip;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> stats: array<f32>;
var<workgroup> shared_sums: array<f32, ${lanes}>;
@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < clip.count; i += ${lanes}u) { sum += partials[i]; }
  ${addUp}
  if (lane == 0u) {
    let norm = sqrt(total) * clip.unscale;
    let finite = (bitcast<u32>(total) & 0x7f800000u) != 0x7f800000u;
    stats[0] = norm;
    stats[1] = select(1.0, min(1.0, clip.limit / (norm + 1e-6)), clip.limit > 0.0) * clip.unscale;
    stats[2] = select(0.0, 1.0, clip.skips == 1u && !finite);
  }
}`;

/**
 * AdamW in place for up to `count` tensors, whose moments lie in two buffers; settings as DATA, never baked into the
 * shader. `pulled`: a start weight a tensor comes in too.
 */
export const adamwKernel = (count: number, pulled = false): string => {
  const each = pulled ? 3 : 2;
  return `
struct Tensor { n: u32, keep: f32, rate: f32, root: f32, place: u32, pull: f32, a: u32, b: u32 } // TensorNumbers; place: where its moments begin
struct Settings { beta1: f32, beta2: f32, epsilon: f32, unused: f32, tensors: array<Tensor, ${count}> }
@group(0) @binding(0) var<uniform> u: Settings;
@group(0) @binding(1) var<uniform> stats: vec4f;
@group(0) @binding(2) var<storage, read_write> m: array<f32>;
@group(0) @binding(3) var<storage, read_write> v: array<f32>;
${Array.from(
  { length: count },
  (_, k) => `@group(0) @binding(${each * k + 4}) var<storage, read_write> w${k}: array<f32>;
@group(0) @binding(${each * k + 5}) var<storage, read> g${k}: array<f32>;
${pulled ? `@group(0) @binding(${each * k + 6}) var<storage, read> s${k}: array<f32>;` : ""}`,
).join("\n")}
${entry} {
  if (stats.z != 0.0) { return; }
  let scale = stats.y;
  switch (group.y) {
  ${cases(
    count,
    (k) =>
      `
    let n = u.tensors[${k}].n;
    let keep = u.tensors[${k}].keep;
    let rate = u.tensors[${k}].rate;
    let root = u.tensors[${k}].root;
    let place = u.tensors[${k}].place;
    ${pulled ? `let pull = u.tensors[${k}].pull;` : ""}` +
      strided(
        "n",
        `
      let g = g${k}[i] * scale;
      let first = u.beta1 * m[place + i] + (1.0 - u.beta1) * g;
      let second = u.beta2 * v[place + i] + (1.0 - u.beta2) * g * g;
      m[place + i] = first;
      v[place + i] = second;
      w${k}[i] = w${k}[i] * keep ${pulled ? `+ pull * s${k}[i]` : ""} - rate * first / (sqrt(second) * root + u.epsilon);`,
      ),
  )}
  }
}`;
};

/** Workgroups in x for n values: enough to fill a GPU, few enough for the partial sums. */
export const workgroups = (n: number): number => Math.max(1, Math.min(64, Math.ceil(n / (lanes * 4))));
/** Workgroups of the norm for n values of several tensors: each gives a partial sum, which one workgroup adds up. */
export const normWorkgroups = (n: number): number => Math.max(1, Math.min(256, Math.ceil(n / (lanes * 16))));
