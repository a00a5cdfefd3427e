/** Work that nobody waits for makes way: whoever comes waits for one piece at most, and nothing goes on behind him. */
import { afterEach, expect, test, vi } from "vitest";
import { IdleWork } from "../../../workers/compute/idle-work.ts";

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

afterEach(() => void vi.useRealTimers());

/** Pieces that say when they begin and end. */
async function* pieces(name: string, log: string[], count = 3): AsyncGenerator<() => Promise<void>> {
  await later();
  for (let i = 1; i <= count; i++)
    yield async () => {
      log.push(`${name}${i} begins`);
      await later();
      log.push(`${name}${i} ends`);
    };
}

test("all pieces are done where nobody comes", async () => {
  const log: string[] = [];
  expect(await new IdleWork().run(pieces("a", log))).toBe(true);
  expect(log).toHaveLength(6);
});

test("a stop waits for the piece that is being done, and for no other", async () => {
  const idle = new IdleWork();
  const log: string[] = [];
  const done = idle.run(pieces("a", log));
  while (log.length === 0) await later();
  await idle.stop();
  const kept = [...log];
  expect(kept.at(-1)).toMatch(/ends$/);
  expect(await done).toBe(false);
  await later();
  await later();
  expect(log).toEqual(kept);
  await idle.stop();
});

test("new work takes the place of the old, never beside it", async () => {
  const idle = new IdleWork();
  const log: string[] = [];
  const first = idle.run(pieces("a", log));
  while (log.length === 0) await later();
  const second = idle.run(pieces("b", log));
  expect([await first, await second]).toEqual([false, true]);
  expect(log.slice(0, 3)).toEqual(["a1 begins", "a1 ends", "b1 begins"]);
  expect(log).toHaveLength(8);
});

test("of two at once only the second is done, and none after a stop", async () => {
  const idle = new IdleWork();
  const log: string[] = [];
  const [first, second] = [idle.run(pieces("a", log)), idle.run(pieces("b", log))];
  expect([await first, await second]).toEqual([false, true]);
  expect(log.filter((line) => line.startsWith("a"))).toEqual([]);
  const third = idle.run(pieces("c", log));
  await idle.stop();
  expect(await third).toBe(false);
  expect(log.filter((line) => line.startsWith("c"))).toEqual([]);
});

test("the asker hears of a failure, whoever stops the work does not", async () => {
  const idle = new IdleWork();
  const failing = idle.run(
    (async function* () {
      yield () => Promise.reject(new Error("no device"));
    })(),
  );
  await expect(failing).rejects.toThrow("no device");
  await idle.stop();
});

test("the time it took ends where somebody else began to wait for it, and leaves out its own wait", async () => {
  vi.useFakeTimers();
  const idle = new IdleWork();
  async function* lasting(ms: number): AsyncGenerator<() => Promise<void>> {
    yield () => new Promise((resolve) => setTimeout(resolve, ms));
  }
  const first = idle.run(lasting(200));
  await vi.advanceTimersByTimeAsync(50);
  const stopped = idle.stop();
  await vi.advanceTimersByTimeAsync(500);
  await Promise.all([first, stopped]);
  expect(idle.spentMs).toBe(50);
  const slow = idle.run(lasting(200));
  await vi.advanceTimersByTimeAsync(50);
  const next = idle.run(lasting(1));
  await vi.advanceTimersByTimeAsync(500);
  await Promise.all([slow, next]);
  expect(idle.spentMs).toBe(2); // a breath and the piece
});
