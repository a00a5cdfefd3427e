/** One WebGPU device for a file of tests: Dawn in Node. Where there is none, or none in half precision, a test says so and is skipped. */
import { afterAll, beforeAll, type TestContext } from "vitest";
import { openDevice, type Device } from "../../src/runtime/index.ts";
import { startDawn } from "./dawn.ts";

/** Opens the device before the file's first test. @returns what gives a test the device, or skips it */
export function webgpuDevice(): (context: TestContext, needs?: { float16: true }) => Device {
  let device: Device | undefined;
  beforeAll(async () => {
    if ((await startDawn()) !== undefined) device = await openDevice("webgpu");
  });
  afterAll(async () => {
    await device?.dispose();
  });
  return (context, needs) => {
    if (device === undefined) return context.skip("absent: device: no WebGPU in Node");
    if (needs?.float16 === true && device.report.float16 !== true) return context.skip("absent: device: no shader-f16");
    return device;
  };
}
