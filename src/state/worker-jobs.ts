/** How the job that runs in a worker is paused, and asked to end by itself: the worker and its device stay. */
import type { Client } from "../client/index.ts";
import type { ComputeWorker } from "../contract/index.ts";
import type { Hold } from "./job.svelte.ts";

export const holdCompute =
  ({ compute }: Client): Hold =>
  (held, signal) =>
    compute.hold(signal, held, (api) => (held ? api.pause() : api.resume()));

export const holdData =
  ({ data }: Client): Hold =>
  (held, signal) =>
    data.hold(signal, held, (api) => api.hold(held));

/** Of a job that is done in turns by both. */
export const holdBoth =
  (client: Client): Hold =>
  async (...wanted) => {
    await Promise.all([holdData(client)(...wanted), holdCompute(client)(...wanted)]);
  };

export const endsItself = (
  signal: AbortSignal,
): { signal: AbortSignal; cancel: (api: ComputeWorker) => Promise<void> } => ({
  signal,
  cancel: (api) => api.stop(),
});
