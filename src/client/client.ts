/**
 * The page's whole back end: two workers behind hosts. The data worker reads text and keeps what is
 * stored; the compute worker owns the device.
 */
import type { ComputeWorker, DataWorker } from "../contract/index.ts";
import { WorkerHost } from "./worker-host.ts";

export interface Client {
  data: WorkerHost<DataWorker>;
  compute: WorkerHost<ComputeWorker>;
}

/**
 * Errors after which a compute worker is not used again: a lost GPU cannot be had back in the same
 * worker, and WASM memory that once grew never shrinks.
 */
export const isFatalForCompute = (code: string): boolean =>
  code === "runtime/device-lost" || code === "runtime/out-of-memory";

export function createClient(): Client {
  return {
    data: new WorkerHost<DataWorker>({
      name: "data worker",
      start: () => new Worker(new URL("../../workers/data.worker.ts", import.meta.url), { type: "module" }),
      fatal: () => false,
    }),
    compute: new WorkerHost<ComputeWorker>({
      name: "compute worker",
      start: () => new Worker(new URL("../../workers/compute.worker.ts", import.meta.url), { type: "module" }),
      fatal: isFatalForCompute,
    }),
  };
}
