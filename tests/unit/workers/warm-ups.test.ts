/** What warm-ups leave on a device is counted together with all else that it keeps. */
import { expect, test } from "vitest";
import { WarmUps } from "../../../workers/compute/warm-ups.ts";
import { openNative } from "../../support/native.ts";

const keeping = (keptBytes: number) => Object.assign(openNative(), { keptBytes });

test("there is room for so much in all", () => {
  const warmUps = new WarmUps();
  expect(warmUps.mayRun(keeping(0), "huge", 1.1e9)).toBe(false);
  expect(warmUps.mayRun(keeping(7e8), "a", 3e8)).toBe(true);
  expect(warmUps.mayRun(keeping(8e8), "a", 3e8)).toBe(false);
  expect(warmUps.mayRun(keeping(8e8), "small", 5e7)).toBe(true);
});

test("what was run once on a device is not run again; a new device begins anew", () => {
  const warmUps = new WarmUps();
  const device = keeping(0);
  warmUps.add(device, "a");
  expect(warmUps.mayRun(device, "a", 6e8)).toBe(false);
  expect(warmUps.mayRun(device, "b", 6e8)).toBe(true);
  expect(warmUps.mayRun(keeping(0), "a", 6e8)).toBe(true);
});
