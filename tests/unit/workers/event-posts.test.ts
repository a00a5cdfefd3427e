/** Events on their way to the page: spaced, in order, and all there before the job says that it is over. */
import { afterEach, expect, test, vi } from "vitest";
import type { RunEvent } from "../../../src/contract/index.ts";
import { EventPosts } from "../../../workers/compute/event-posts.ts";

const paused = (step: number): RunEvent => ({ type: "paused", step });
const stepDone = (step: number): RunEvent => ({
  type: "step",
  step,
  epoch: 0,
  loss: 1,
  gradientNorm: 1,
  learningRate: 1,
  tokens: 1,
  durationMs: 1,
});

const stepOf = (event: RunEvent): number => ("step" in event ? event.step : NaN);

afterEach(() => void vi.useRealTimers());

test("steps that follow each other quickly share a post; nothing is lost and the order is kept", async () => {
  vi.useFakeTimers(); // no time passes between them
  const posts: number[][] = [];
  const events = new EventPosts(async (batch) => void posts.push(batch.map(stepOf)));
  for (let step = 1; step <= 5; step++) events.add(stepDone(step));
  events.add(paused(5));
  await events.delivered();
  expect(posts).toEqual([[1], [2, 3, 4, 5, 5]]);
});

test("delivered waits for a page that takes its time, and sends what still waits", async () => {
  const seen: number[] = [];
  const events = new EventPosts(
    (batch) =>
      new Promise((done) =>
        setTimeout(() => {
          seen.push(...batch.map(stepOf));
          done();
        }, 30),
      ),
  );
  events.add(paused(1));
  events.add(stepDone(2)); // too soon after the first post: waits
  expect(seen).toEqual([]);
  await events.delivered();
  expect(seen).toEqual([1, 2]);
});
