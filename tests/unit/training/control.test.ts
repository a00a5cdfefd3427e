import { expect, test } from "vitest";
import { RunControl } from "../../../src/training/control.ts";

test("a paused run waits until resumed", async () => {
  const control = new RunControl();
  control.pause();
  let woke = false;
  const waiting = control.whilePaused().then(() => (woke = true));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(woke).toBe(false);
  control.resume();
  await waiting;
  expect(woke).toBe(true);
});

test("stop ends a pause at once, and wins over a later pause", async () => {
  const control = new RunControl();
  control.pause();
  const waiting = control.whilePaused();
  control.stop();
  await waiting;
  control.pause();
  expect(control.paused).toBe(false);
  expect(control.stopping).toBe(true);
});
