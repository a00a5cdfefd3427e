/** Long work in the data worker: it stands still where it breathes while it is held, goes on, and ends when stopped. */
import { expect, test, vi } from "vitest";
import { breather, holdable } from "../../../src/data/index.ts";

/** Longer than the time between two breaths. */
const breathMs = 90;
const busy = (): void => void vi.advanceTimersByTime(breathMs);

test("held work waits at its next breath, goes on where it was, and hears of a stop while it is held", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const control = new AbortController();
  let release: (() => void) | undefined;
  let until: Promise<void> | undefined;
  const hold = (): void => {
    until = new Promise((resolve) => (release = resolve));
  };
  const letGo = (): void => {
    until = undefined;
    release?.();
  };
  const breathe = breather(holdable(control.signal, () => until));
  expect(breathe()).toBeUndefined(); // too soon: nothing to wait for
  let done = 0;
  const work = async (): Promise<void> => {
    for (let piece = 0; piece < 3; piece++) {
      busy();
      await breathe();
      done++;
    }
  };
  hold();
  const first = work();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(done).toBe(0);
  letGo();
  await first;
  expect(done).toBe(3);

  hold();
  const second = work();
  await new Promise((resolve) => setTimeout(resolve, 30));
  control.abort();
  letGo();
  await expect(second).rejects.toMatchObject({ code: "base/aborted" });
  expect(done).toBe(3);
  vi.useRealTimers();
});
