/** Several row-wise operations in one kernel, on a real device, against sums in float64; and what cannot be one kernel. */
import { beforeAll, expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import { rowOps, frameOf } from "../../../src/runtime/gpu-row-ops.ts";
import { fuse } from "../../../src/runtime/gpu-row-program.ts";
import type { Bound, RowOp, Value } from "../../../src/runtime/gpu-row-values.ts";
import { accessOf } from "../../../src/runtime/gpu-shader-texts.ts";
import { startDawn } from "../../support/dawn.ts";

/** Of values around 1: a few units in the last place of float32 a term. */
const tolerance = 2e-5;
const source = random(12, 4, 6);
const values = (n: number): Float32Array => Float32Array.from({ length: n }, () => 2 * source.next() - 1);
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
const rowsOf = (x: Float32Array, width: number): number[][] =>
  Array.from({ length: x.length / width }, (_, row) => [...x.subarray(row * width, (row + 1) * width)]);

let gpu: GPUDevice | undefined;
beforeAll(async () => {
  gpu = await (await startDawn())?.requestDevice();
});

/** Runs the operations as one kernel; @returns what lies in every buffer afterwards */
async function run(
  device: GPUDevice,
  data: readonly (Float32Array | Int32Array)[],
  make: (bound: readonly Bound[]) => RowOp[],
  read: readonly number[],
): Promise<Float32Array[]> {
  const { STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
  const buffers = data.map((one) => {
    const buffer = device.createBuffer({ size: Math.max(16, one.byteLength), usage: STORAGE | COPY_DST | COPY_SRC });
    device.queue.writeBuffer(buffer, 0, one as Float32Array<ArrayBuffer>);
    return buffer;
  });
  const bound = buffers.map((buffer): Bound => ({ buffer, at: 0, size: buffer.size }));
  const kernel = fuse(make(bound), (buffer) => read.includes(buffers.indexOf(buffer)), 10)!;
  const module = device.createShaderModule({ code: kernel.code });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
  const entries = kernel.buffers.map(({ buffer }, binding) => ({ binding, resource: { buffer } }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(...kernel.size);
  pass.end();
  const staging = buffers.map(({ size }) => device.createBuffer({ size, usage: COPY_DST | MAP_READ }));
  staging.forEach((to, i) => encoder.copyBufferToBuffer(buffers[i]!, 0, to, 0, to.size));
  device.queue.submit([encoder.finish()]);
  const results: Float32Array[] = [];
  for (const [i, buffer] of staging.entries()) {
    await buffer.mapAsync(GPUMapMode.READ);
    results.push(new Float32Array(buffer.getMappedRange(), 0, data[i]!.length).slice());
  }
  for (const buffer of [...buffers, ...staging]) buffer.destroy();
  return results;
}

function near(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expect(Math.max(...expected.map((e, i) => Math.abs(e - actual[i]!)))).toBeLessThan(tolerance);
}

const map = (code: string, ...args: Value[]): Value => ({ kind: "map", code, helper: "", args });
/** At each place of (rows, width) `code` of the operands' values, into `to`. */
const mapped = (
  [rows, width]: readonly [number, number],
  code: string,
  operands: readonly (readonly ["full" | "row" | "column", Bound])[],
  to: Bound,
): RowOp => ({
  shape: { rows, width },
  places: rows * width,
  compute: (read) => [[to, map(code, ...operands.map(([kind, from]) => read(kind, from)))]],
});
const settings = (rows: number, width: number): Record<string, number[]> => ({
  ...{ norm_count: [rows], norm_size: [width], epsilon: [1e-5], packedCols: [width / 4], reduceSize: [width] },
  ...{ dim_a_outer: [rows], dim_inner: [width], dim_b_outer: [1], alpha: [0.5] },
  ...{ data_indices_shape: [6, width], input_indices_shape: [rows] },
});

const cases: Record<string, (device: GPUDevice) => Promise<void>> = {
  async "a sum, LayerNorm and what its gradient reads, in one kernel"(device) {
    for (const [count, width] of [
      [5, 12],
      [3, 384],
    ] as const) {
      const n = count * width;
      const data = [values(n).map((v) => v + 3), values(n), values(width), values(width)];
      const empty = [n, n, count, count, n, n].map((size) => new Float32Array(size));
      const results = await run(
        device,
        [...data, ...empty],
        ([x, more, scale, bias, total, y, means, inverses, apart, normal]) => [
          mapped(
            [count, width],
            "a + b",
            [
              ["full", x!],
              ["full", more!],
            ],
            total!,
          ),
          rowOps.layerNorm(settings(count, width), [total!, scale!, bias!, y!, means!, inverses!], 1)!,
          mapped(
            [count, width],
            "a - b",
            [
              ["full", total!],
              ["row", means!],
            ],
            apart!,
          ),
          mapped(
            [count, width],
            "a * b",
            [
              ["full", apart!],
              ["row", inverses!],
            ],
            normal!,
          ),
        ],
        [5, 7, 9],
      );
      const rows = rowsOf(
        data[0]!.map((v, i) => v + data[1]![i]!),
        width,
      );
      const means = rows.map((r) => sum(r) / width);
      const inverses = rows.map((r, i) => 1 / Math.sqrt(sum(r.map((v) => (v - means[i]!) ** 2)) / width + 1e-5));
      const normal = rows.flatMap((r, i) => r.map((v) => (v - means[i]!) * inverses[i]!));
      near(
        results[5]!,
        normal.map((v, i) => v * data[2]![i % width]! + data[3]![i % width]!),
      );
      near(results[7]!, inverses);
      near(results[9]!, normal);
      for (const unread of [4, 6, 8]) near(results[unread]!, Array<number>(results[unread]!.length).fill(0));
    }
  },
  async "softmax of wide and narrow rows; of -infinity zeros"(device) {
    for (const width of [20, 1100]) {
      const x = values(6 * width).map((v) => 40 * v); // exp(40) times 20 would be a lot
      x.fill(-Infinity, 0, width);
      const [, result] = await run(
        device,
        [x, new Float32Array(x.length)],
        (bound) => [rowOps.softmax(settings(6, width), bound, 6)!],
        [1],
      );
      const powers = rowsOf(x, width).map((r) => r.map(Math.exp));
      near(
        result!,
        powers.flatMap((e) => e.map((v) => (v === 0 ? 0 : v / sum(e)))),
      );
    }
  },
  async "sums, means and a product with a column, and what follows them at each place"(device) {
    const [count, width] = [7, 36];
    const [x, column] = [values(count * width), values(width)];
    const empty = [count, count, count, count * width].map((size) => new Float32Array(size));
    const results = await run(
      device,
      [x, column, ...empty],
      ([from, by, total, mean, product, last]) => [
        rowOps.sum(settings(count, width), [from!, total!], count)!,
        rowOps.oneColumn(settings(count, width), [from!, by!, product!], 1)!,
        mapped(
          [count, width],
          "a * b",
          [
            ["full", from!],
            ["row", product!],
          ],
          last!,
        ),
        rowOps.mean(settings(count, width), [last!, mean!], count)!,
      ],
      [2, 3, 4],
    );
    const rows = rowsOf(x, width);
    const products = rows.map((r) => 0.5 * sum(r.map((v, j) => v * column[j]!)));
    near(results[2]!, rows.map(sum));
    near(results[4]!, products);
    near(
      results[3]!,
      rows.map((r, i) => (sum(r) * products[i]!) / width),
    );
    near(results[5]!, Array<number>(count * width).fill(0));
  },
  async "rows of tables by number, and a result where the first operand lay"(device) {
    const [count, width] = [5, 8];
    const [x, table] = [values(count * width), values(6 * width)];
    const index = Int32Array.from([3, 0, 5, 5, -1]);
    const [result] = await run(
      device,
      [x, table, index, new Float32Array(count * width)],
      ([from, rows, numbers, picked]) => [
        rowOps.pick(settings(count, width), [rows!, numbers!, picked!], 1)!,
        mapped(
          [count, width],
          "a - b",
          [
            ["full", from!],
            ["full", picked!],
          ],
          picked!,
        ),
        mapped(
          [count, width],
          "a * b",
          [
            ["full", picked!],
            ["full", picked!],
          ],
          from!,
        ),
      ],
      [0],
    );
    const expected = [...index].flatMap((k, row) =>
      Array.from({ length: width }, (_, j) => (x[row * width + j]! - table[((k + 6) % 6) * width + j]!) ** 2),
    );
    near(result!, expected);
  },
};

for (const [name, check] of Object.entries(cases))
  test(name, async (context) => {
    if (gpu === undefined) return context.skip("absent: device: no WebGPU in Node");
    await check(gpu);
  });

test("what reads other places than it writes, other shapes and too many buffers are no one kernel", () => {
  const [a, b, c] = [1, 2, 3].map((size): Bound => ({ buffer: { size } as GPUBuffer, at: 0, size })) as [
    Bound,
    Bound,
    Bound,
  ];
  const all = (): boolean => true;
  const twice = mapped(
    [4, 8],
    "a + b",
    [
      ["full", a],
      ["full", a],
    ],
    b,
  );
  expect(
    fuse(
      [
        twice,
        mapped(
          [4, 8],
          "a + b",
          [
            ["full", b],
            ["full", a],
          ],
          c,
        ),
      ],
      all,
      3,
    ),
  ).toBeDefined();
  expect(
    fuse(
      [
        twice,
        mapped(
          [4, 8],
          "a + b",
          [
            ["full", b],
            ["full", a],
          ],
          c,
        ),
      ],
      all,
      2,
    ),
  ).toBeUndefined();
  expect(
    fuse(
      [
        twice,
        mapped(
          [4, 8],
          "a + b",
          [
            ["full", a],
            ["column", b],
          ],
          c,
        ),
      ],
      all,
      3,
    ),
  ).toBeUndefined();
  expect(
    fuse(
      [
        mapped(
          [4, 8],
          "a + b",
          [
            ["full", a],
            ["column", b],
          ],
          b,
        ),
      ],
      all,
      3,
    ),
  ).toBeUndefined();
  expect(
    fuse(
      [
        twice,
        mapped(
          [8, 4],
          "a + b",
          [
            ["full", a],
            ["full", b],
          ],
          c,
        ),
      ],
      all,
      3,
    ),
  ).toBeUndefined();
  expect(
    fuse(
      [
        mapped(
          [4, 6],
          "a + b",
          [
            ["full", a],
            ["column", b],
          ],
          c,
        ),
      ],
      all,
      3,
    ),
  ).toBeUndefined();
  expect(fuse([twice], () => false, 3)).toBeUndefined();
});

test("two functions of one name, a buffer from its middle, a lookup in what was just made are no one kernel", () => {
  const bounds = Array.from({ length: 5 }, (): Bound => ({ buffer: {} as GPUBuffer, at: 0, size: 192 }));
  const [a, b, c, d, index] = bounds as [Bound, Bound, Bound, Bound, Bound];
  const shape = [6, 8] as const;
  const all = (): boolean => true;
  const called = (helper: string, from: Bound, to: Bound): RowOp => ({
    places: 48,
    compute: (read) => [[to, { kind: "map", code: "f(a)", helper, args: [read("full", from)] }]],
  });
  const [one, other] = ["fn f(v: vec4f) -> vec4f { return v; }", "fn f(v: vec4f) -> vec4f { return -v; }"];
  expect(fuse([called(one!, a, b), called(one!, b, c)], all, 5)?.buffers.length).toBe(3);
  expect(fuse([called(one!, a, b), called(other!, b, c)], all, 5)).toBeUndefined();

  const middle = { ...a, at: 256 };
  expect(fuse([mapped(shape, "a", [["full", a]], b)], all, 5)).toBeDefined();
  expect(fuse([mapped(shape, "a", [["full", middle]], b)], all, 5)).toBeUndefined();
  expect(fuse([mapped(shape, "a", [["full", b]], middle)], all, 5)).toBeUndefined();

  const look = rowOps.pick(settings(...shape), [b, index, d], 1)!;
  expect(fuse([mapped(shape, "a", [["full", a]], c), look], all, 5)).toBeDefined();
  const lookedUp = (buffer: GPUBuffer): boolean => buffer === d.buffer;
  expect(fuse([mapped(shape, "a", [["full", a]], b), look], lookedUp, 5)).toBeUndefined();
});

test("more workgroups than one dimension holds go on in the second", () => {
  const [a, b] = [1, 2].map((): Bound => ({ buffer: {} as GPUBuffer, at: 0, size: 16 })) as [Bound, Bound];
  const kernel = fuse([mapped([65_536, 256], "a", [["full", a]], b)], () => true, 2)!;
  expect(kernel.size).toEqual([65_535, 2, 1]);
  expect(kernel.code).toContain("(group.y * 65535u + group.x) * 64u + lane");
});

test("a shader's text tells its expression, and which buffers it reads", () => {
  const text = (write: string): string => `@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
struct Uniforms {
  n: u32
};
@group(0) @binding(2) var<uniform> uniforms: Uniforms;
fn twice(v: f32) -> f32 { return v + v; }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let global_idx = id.y;
  ${write}
}`;
  const [one, other] = ["y[global_idx]=twice(a[0]);", "y[global_idx]=exp(a[0]);"].map((write) => frameOf(text(write)));
  expect(one).toEqual({
    frame: other!.frame,
    code: "twice(a[0])",
    helper: "fn twice(v: f32) -> f32 { return v + v; }",
  });
  const read = (write: string): boolean[] => accessOf(text(write)).map(({ reads }) => reads);
  expect(read("y[global_idx] = a[0];")).toEqual([true, false]);
  for (const write of ["y[0] += a[0];", "let v = y[0];", "atomicAdd(&y[0], 1);", "if (y[0] == 1.0) { y[0] = 2.0; }"])
    expect(read(write)).toEqual([true, true]);
});
