/** Our kernels for what the runtime moves or multiplies by one row, on a real device, against sums in float64. Sizes that fill no workgroup. */
import { beforeAll, expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import { rowProduct, sideBySide, swapLast, swapMiddle, type RowKernel } from "../../../src/runtime/gpu-row-kernels.ts";
import { startDawn } from "../../support/dawn.ts";

/** Of values around 1: a few units in the last place of float32 a term. */
const tolerance = 2e-5;
const source = random(11, 3, 5);
const values = (n: number): Float32Array => Float32Array.from({ length: n }, () => 2 * source.next() - 1);

let gpu: GPUDevice | undefined;
beforeAll(async () => {
  gpu = await (await startDawn())?.requestDevice();
});

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
  async rowProduct(device) {
    const [inner, columns] = [29, 37];
    const [a, b] = [values(inner), values(inner * columns)];
    const expected = Array.from({ length: columns }, (_, n) =>
      sum([...a].map((v, k) => 0.5 * v * b[k * columns + n]!)),
    );
    near((await compute(device, rowProduct(inner, columns, 0.5), [a, b], [columns]))[0]!, expected);
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
  test(name, async (context) => {
    if (gpu === undefined) return context.skip("absent: device: no WebGPU in Node");
    await check(gpu);
  });
