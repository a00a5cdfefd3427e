/** Who has the worker's device when, and that what went wrong for nobody's sake is in nobody's way; on native devices. */
import { expect, test } from "vitest";
import { UnmaskError } from "../../../src/base/index.ts";
import type { Device } from "../../../src/runtime/index.ts";
import { OneDevice } from "../../../workers/compute/one-device.ts";
import { openNative } from "../../support/native.ts";

/** Devices in the order in which they were opened, and which of them were closed. */
function makeDesk() {
  const opened: Device[] = [];
  const closed: Device[] = [];
  const desk = new OneDevice(() => {
    const device = openNative();
    const dispose = device.dispose.bind(device);
    device.dispose = () => {
      closed.push(device);
      return dispose();
    };
    opened.push(device);
    return Promise.resolve(device);
  });
  /** @param begun called in the piece that will fail */
  const failWith = (code: string, begun = (): void => undefined): Promise<boolean> =>
    desk.whileIdle("wasm", async function* () {
      await Promise.resolve();
      yield async () => {
        begun();
        await Promise.resolve();
        throw new UnmaskError(code, "It failed.");
      };
    });
  return { desk, opened, closed, failWith };
}

test("a device stays until another setting is asked for", async () => {
  const { desk, opened, closed } = makeDesk();
  expect(await desk.get("wasm")).toBe(await desk.get("wasm"));
  expect(await desk.get("auto")).toBe(opened[1]);
  expect(closed).toEqual([opened[0]]);
});

test("an idle piece that fails closes the device before anybody else gets it", async () => {
  const { desk, opened, closed, failWith } = makeDesk();
  let next: Promise<Device> | undefined;
  const failing = failWith("runtime/failed", () => {
    next = desk.get("wasm");
  });
  await expect(failing).rejects.toMatchObject({ code: "runtime/failed" });
  expect(await next).toBe(opened[1]);
  expect(closed).toEqual([opened[0]]);
  await expect(failWith("runtime/out-of-memory")).rejects.toMatchObject({ code: "runtime/out-of-memory" });
  expect(closed).toEqual(opened);
  expect(await desk.get("wasm")).toBe(opened[2]);
});

test("a device that was lost is what the next one gets, who knows what to do about it", async () => {
  const { desk, closed, failWith } = makeDesk();
  const device = await desk.get("wasm");
  await expect(failWith("runtime/device-lost")).rejects.toMatchObject({ code: "runtime/device-lost" });
  expect(await desk.get("wasm")).toBe(device);
  expect(closed).toEqual([]);
});

test("a device that keeps much of what it computed is closed between two jobs, a small one stays", async () => {
  const { desk, opened, closed } = makeDesk();
  await desk.tidy();
  const device = Object.assign(await desk.get("wasm"), { keptBytes: 9e8 });
  await desk.tidy();
  expect(await desk.get("wasm")).toBe(device);
  device.keptBytes = 1.1e9;
  await desk.tidy();
  expect(closed).toEqual([device]);
  expect(await desk.get("wasm")).toBe(opened[1]);
});
