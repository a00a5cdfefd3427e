/** What a contestant is, to the benchmark. Knows no library. */
import type { ShapeName } from "./problem.ts";

export type Backend = "wasm" | "webgpu" | "native";
export type Player = "ours" | "tfjs" | "jax";

export interface Contestant {
  /** Versions, threads, adapter: what the table says beside the name. */
  about: string;
  /** One whole step, `t` counting from 1. Resolves with the loss once weights and moments are updated too. */
  step(t: number): Promise<number>;
  dispose(): Promise<void>;
}
export interface Entry {
  player: Player;
  backend: Backend;
  shape: ShapeName;
  /** Threads of a CPU contestant: the same for all. */
  threads: number;
}
/** Steps of one visit: the losses, and the wall time of all of them together. */
export interface Visit {
  losses: number[];
  ms: number;
}
/** Summed since the last reset; bytes live and peak since the page began. */
export interface GpuCounts {
  dispatches: number;
  submits: number;
  buffers: number;
  bufferBytes: number;
  peakBytes: number;
}
/** One distinct node of the step graph: how often it stands there, and how long it takes alone. */
export interface NodeTime {
  op: string;
  shapes: string;
  count: number;
  ms: number;
  /** Multiply-adds times two; 0 for ops that are no matrix product. */
  flops: number;
}
