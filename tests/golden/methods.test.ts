/** Training methods against PyTorch, ten steps each (tests/oracles/methods.py): losses and final weights. */
import * as native from "onnxruntime-node";
import { expect, test } from "vitest";
import { openDevice, nativeDevice } from "../../src/runtime/index.ts";
import { above } from "../support/model-checks.ts";
import { methodErrors, methods } from "../support/golden-methods.ts";

/** Ten float32 steps of a model this small: the bound of the ten plain AdamW steps. */
const tolerance = 1e-4;
const devices = [
  nativeDevice(native as unknown as Parameters<typeof nativeDevice>[0], 1),
  await openDevice("wasm-single"),
];

test.each(methods.flatMap((name) => devices.map((device) => [name, device.report.kind, device] as const)))(
  "%s on %s",
  async (name, _, device) => {
    expect(above(await methodErrors(device, name), tolerance)).toEqual({});
  },
);

test.each(methods.filter((name) => name !== "plain"))("%s is not what happens without it", async (name) => {
  const errors = await methodErrors(devices[0]!, name, {});
  expect(Math.max(...Object.values(errors))).toBeGreaterThan(100 * tolerance);
});
