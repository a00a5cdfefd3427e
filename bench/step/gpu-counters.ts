/**
 * Counts what a contestant asks of the GPU, by wrapping the WebGPU methods before any device is made: every
 * library's work passes through them, ours included. A buffer that is never destroyed but left to the garbage
 * collector counts as live.
 */
import type { GpuCounts } from "./contestant.ts";

const counts: GpuCounts = { dispatches: 0, submits: 0, buffers: 0, bufferBytes: 0, peakBytes: 0 };
let live = 0;
let installed = false;

/* eslint-disable @typescript-eslint/no-explicit-any -- the wrapped methods pass on whatever they are given */
function wrap(prototype: any, name: string, before: (target: any, args: any[]) => void, after?: (result: any) => void) {
  const original = prototype[name] as (...args: any[]) => unknown;
  prototype[name] = function (this: unknown, ...args: any[]) {
    before(this, args);
    const result = original.apply(this, args);
    after?.(result);
    return result;
  };
}

/** Needs the WebGPU classes as globals: they are in browsers, and after `startDawn` in Node. */
export function installCounters(): void {
  if (installed) return;
  installed = true;
  const scope = globalThis as any;
  const sizes = new WeakMap<object, number>();
  let asked = 0;
  wrap(
    scope.GPUDevice.prototype,
    "createBuffer",
    (_, [descriptor]) => {
      asked = Number(descriptor.size);
      counts.buffers++;
      counts.bufferBytes += asked;
    },
    (buffer) => {
      sizes.set(buffer, asked);
      live += asked;
      counts.peakBytes = Math.max(counts.peakBytes, live);
    },
  );
  wrap(scope.GPUBuffer.prototype, "destroy", (buffer) => {
    live -= sizes.get(buffer) ?? 0;
    sizes.delete(buffer);
  });
  wrap(scope.GPUQueue.prototype, "submit", () => counts.submits++);
  wrap(scope.GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => counts.dispatches++);
  wrap(scope.GPUComputePassEncoder.prototype, "dispatchWorkgroupsIndirect", () => counts.dispatches++);
}

/** Of buffers not destroyed: now, and at most since the page began. */
export const liveGpuBytes = (): { now: number; peak: number } => ({ now: live, peak: counts.peakBytes });

export function takeCounts(): GpuCounts {
  const taken = { ...counts };
  Object.assign(counts, { dispatches: 0, submits: 0, buffers: 0, bufferBytes: 0 });
  return taken;
}
