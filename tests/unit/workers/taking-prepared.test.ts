/** Graphs that lie ready go to whoever takes them; with a run that cannot be opened they are let go. */
import { expect, test, vi } from "vitest";
import { probeModel } from "../../../src/runtime/probe-model.ts";
import { openNative } from "../../support/native.ts";

test("a run that cannot be opened leaves nothing lying ready; one that takes a graph is told what that cost", async () => {
  vi.stubGlobal("self", { location: { href: "https://page.test/assets/worker.js" } });
  const { takingPrepared } = await import("../../../workers/compute/prepare-ahead.ts");
  vi.unstubAllGlobals();
  const device = openNative();
  await device.prepared.add(probeModel());
  await expect(takingPrepared(device, () => Promise.reject(new Error("no memory")))).rejects.toThrow("no memory");
  expect(device.prepared.count).toBe(0);
  await device.prepared.add(probeModel());
  const { opened, aheadMs } = await takingPrepared(device, () => device.compile(probeModel()));
  expect(aheadMs).toBeGreaterThanOrEqual(0);
  await opened.dispose();
  await device.prepared.add(probeModel());
  expect(await takingPrepared(device, () => Promise.resolve("nothing"))).toEqual({ opened: "nothing" });
  expect(device.prepared.count).toBe(0);
});
