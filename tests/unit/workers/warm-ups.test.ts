/** What warm-ups leave on a device is counted together, however many there are. */
import { expect, test } from "vitest";
import { WarmUps } from "../../../workers/compute/warm-ups.ts";
import { openNative } from "../../support/native.ts";

test("an open device has room for so much in all; a new one begins anew", () => {
  const warmUps = new WarmUps();
  const device = openNative();
  expect(warmUps.mayRun(device, "huge", 1.1e9)).toBe(false);
  for (const key of ["a", "b", "c"]) {
    expect(warmUps.mayRun(device, key, 3e8)).toBe(true);
    warmUps.add(device, key, 3e8);
  }
  expect(warmUps.mayRun(device, "d", 3e8)).toBe(false);
  expect(warmUps.mayRun(device, "small", 5e7)).toBe(true);
  expect(warmUps.mayRun(openNative(), "d", 3e8)).toBe(true);
});

test("what was run once on a device is not run again", () => {
  const warmUps = new WarmUps();
  const device = openNative();
  warmUps.add(device, "a", 6e8);
  expect(warmUps.mayRun(device, "a", 6e8)).toBe(false);
  warmUps.add(device, "a", 6e8);
  expect(warmUps.mayRun(device, "b", 4e8)).toBe(true);
});
