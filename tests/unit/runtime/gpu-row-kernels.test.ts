/** Our kernels for the runtime's row-wise work, on a real device, against sums in float64. Sizes that fill no workgroup. */
import { beforeAll, expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import {
  layerNorm,
  rowProduct,
  rowSums,
  sideBySide,
  softmax,
  swapLast,
  swapMiddle,
  type RowKernel,
} from "../../../src/runtime/gpu-row-kernels.ts";
import { startDawn } from "../../support/dawn.ts";

/** Of values around 1: a few units in the last place of float32 a term. */
const tolerance = 2e-5;
const timeoutMs = 120_000;
const source = random(11, 3, 5);
const values = (n: number): Float32Array => Float32Array.from({ length: n }, () => 2 * source.next() - 1);
const rows = (n: number, count: number): number[] => Array.from({ length: count }, (_, row) => row * n);

let gpu: GPUDevice | undefined;
beforeAll(async () => {
  gpu = await (await startDawn())?.requestDevice();
}, timeoutMs);

/** Runs a kernel on `inputs`; `sizes` are those of its results. */
async function compute(
  device: GPUDevice,
  { code, groups }: RowKernel,
  inputs: readonly Float32Array[],
  sizes: readonly number[],
): Promise<Float32Array[]> {
  const { STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
  const buffers = [...inputs.map(({ length }) => length), ...sizes].map((length) =>
    device.createBuffer({ size: 4 * length, usage: STORAGE | COPY_DST | COPY_SRC }),
  );
  inputs.forEach((data, i) => device.queue.writeBuffer(buffers[i]!, 0, data as Float32Array<ArrayBuffer>));
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(groups);
  pass.end();
  const staging = sizes.map((length) => device.createBuffer({ size: 4 * length, usage: COPY_DST | MAP_READ }));
  staging.forEach((to, i) => encoder.copyBufferToBuffer(buffers[inputs.length + i]!, 0, to, 0, to.size));
  device.queue.submit([encoder.finish()]);
  const results: Float32Array[] = [];
  for (const buffer of staging) {
    await buffer.mapAsync(GPUMapMode.READ);
    results.push(new Float32Array(buffer.getMappedRange()).slice());
  }
  for (const buffer of [...buffers, ...staging]) buffer.destroy();
  return results;
}

function near(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expect(Math.max(...expected.map((e, i) => Math.abs(e - actual[i]!)))).toBeLessThan(tolerance);
}
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

const cases: Record<string, (device: GPUDevice) => Promise<void>> = {
  async layerNorm(device) {
    for (const [count, width] of [
      [5, 12],
      [3, 384],
    ] as const) {
      const [x, scale, bias] = [values(count * width).map((v) => v + 3), values(width), values(width)];
      const result = await compute(
        device,
        layerNorm(count, width, 1e-5),
        [x, scale, bias],
        [count * width, count, count],
      );
      const row = rows(width, count).map((at) => [...x.subarray(at, at + width)]);
      const means = row.map((r) => sum(r) / width);
      const inverses = row.map((r, i) => 1 / Math.sqrt(sum(r.map((v) => (v - means[i]!) ** 2)) / width + 1e-5));
      near(
        result[0]!,
        row.flatMap((r, i) => r.map((v, j) => (v - means[i]!) * inverses[i]! * scale[j]! + bias[j]!)),
      );
      near(result[1]!, means);
      near(result[2]!, inverses);
    }
  },
  async softmax(device) {
    const [count, width] = [6, 20];
    const x = values(count * width).map((v) => 40 * v); // exp(40) times 20 would be a lot
    const [result] = await compute(device, softmax(count, width), [x], [count * width]);
    const expected = rows(width, count).flatMap((at) => {
      const e = [...x.subarray(at, at + width)].map(Math.exp);
      return e.map((v) => v / sum(e));
    });
    near(result!, expected);
    const nothing = new Float32Array(width).fill(-Infinity);
    near((await compute(device, softmax(1, width), [nothing], [width]))[0]!, Array<number>(width).fill(0));
  },
  async rowSums(device) {
    const [count, width] = [7, 37];
    const [a, b] = [values(count * width), values(width)];
    const of = (factor: number, weight: (j: number) => number): number[] =>
      rows(width, count).map((at) => factor * sum([...a.subarray(at, at + width)].map((v, j) => v * weight(j))));
    near(
      (await compute(device, rowSums(count, width, 0.25, false), [a], [count]))[0]!,
      of(0.25, () => 1),
    );
    near(
      (await compute(device, rowSums(count, width, 2, true), [a, b], [count]))[0]!,
      of(2, (j) => b[j]!),
    );
  },
  async rowProduct(device) {
    const [inner, columns] = [29, 37];
    const [a, b] = [values(inner), values(inner * columns)];
    const expected = Array.from({ length: columns }, (_, n) => sum([...a].map((v, k) => v * b[k * columns + n]!)));
    near((await compute(device, rowProduct(inner, columns), [a, b], [columns]))[0]!, expected);
  },
  async swapMiddle(device) {
    const [A, C, B, W] = [2, 3, 5, 8] as const; // of the result
    const x = values(A * B * C * W);
    const expected: number[] = [];
    for (let a = 0; a < A; a++)
      for (let c = 0; c < C; c++)
        for (let b = 0; b < B; b++) expected.push(...x.subarray(((a * B + b) * C + c) * W).subarray(0, W));
    near((await compute(device, swapMiddle([A, C, B, W]), [x], [x.length]))[0]!, expected);
  },
  async swapLast(device) {
    const [A, B, R, C] = [2, 3, 5, 8] as const; // of the result
    const x = values(A * B * R * C);
    const expected: number[] = [];
    for (let ab = 0; ab < A * B; ab++)
      for (let r = 0; r < R; r++) for (let c = 0; c < C; c++) expected.push(x[(ab * C + c) * R + r]!);
    near((await compute(device, swapLast([A, B, R, C]), [x], [x.length]))[0]!, expected);
  },
  async sideBySide(device) {
    const [count, widths] = [5, [8, 4, 16]] as const;
    const parts = widths.map((width) => values(count * width));
    const expected = Array.from({ length: count }, (_, row) =>
      parts.flatMap((part, k) => [...part.subarray(row * widths[k]!, (row + 1) * widths[k]!)]),
    ).flat();
    near((await compute(device, sideBySide(count, widths), parts, [expected.length]))[0]!, expected);
  },
};

for (const [name, check] of Object.entries(cases))
  test(
    name,
    async (context) => {
      if (gpu === undefined) return context.skip("absent: device: no WebGPU in Node");
      await check(gpu);
    },
    timeoutMs,
  );
