/**
 * The only place that loads ONNX Runtime. One build only is loaded: the plain one for WASM, the WebGPU
 * one where a GPU computes. Its .mjs and .wasm are served unbundled through `wasmPaths`: bundled into a
 * worker, its threads reload the app's own chunk and session creation hangs (seen with 1.31-dev).
 */
import type * as Ort from "onnxruntime-web";
import { asUnmaskError, UnmaskError } from "../base/index.ts";

export type OrtModule = typeof Ort;
export type { Ort };

export async function loadOrt(
  build: "wasm" | "webgpu",
  assets: string | undefined,
  threads: number,
): Promise<OrtModule> {
  const ort: OrtModule =
    build === "webgpu" ? await import("onnxruntime-web/webgpu") : await import("onnxruntime-web/wasm");
  if (assets !== undefined) {
    const name = build === "webgpu" ? "ort-wasm-simd-threaded.asyncify" : "ort-wasm-simd-threaded";
    ort.env.wasm.wasmPaths = { mjs: `${assets}${name}.mjs`, wasm: `${assets}${name}.wasm` };
  }
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.proxy = false;
  ort.env.logLevel = "error";
  return ort;
}

/**
 * Session options for a graph that is already as it should be. ONNX Runtime's transpose optimizer (1.31-dev) pushes the
 * one transpose of all heads through the Split behind it, although it meets nothing there to cancel (its pull request
 * 32704): four transposes more in a two-layer encoder's step, and those of keys and values no longer vanish into the
 * CPU's fused products. Delete when that is merged. Equal nodes were shared when the graph was made; what is still twice
 * there is recomputed on purpose, and merging it would undo that.
 */
export const keepAsWritten = {
  extra: {
    optimization: {
      disable_specified_optimizers:
        "TransposeOptimizer;TransposeOptimizer_CPUExecutionProvider;CommonSubexpressionElimination",
    },
  },
} as const satisfies Ort.InferenceSession.SessionOptions;

/** Turns what ONNX Runtime throws into an error a person can act on. */
export function runtimeError(error: unknown, doing: string): UnmaskError {
  if (error instanceof UnmaskError) return error;
  const text = asUnmaskError(error).message;
  if (/bad_alloc|out of memory|OOM|Cannot enlarge memory|Array buffer allocation/i.test(text))
    return outOfMemory(doing, error);
  if (/device (is |was )?lost|device.*destroyed|A valid external Instance reference no longer exists/i.test(text))
    return deviceLost(text);
  return new UnmaskError(
    "runtime/failed",
    `ONNX Runtime failed while ${doing}: ${text.slice(0, 300)}`,
    "Your checkpoints are safe. Try again, or choose the other device in the Train step.",
    {},
    error,
  );
}

export function outOfMemory(doing: string, error: unknown): UnmaskError {
  return new UnmaskError(
    "runtime/out-of-memory",
    `There was not enough memory while ${doing}.`,
    "Choose a smaller batch (and more accumulation), shorter blocks or a smaller model; close other tabs.",
    {},
    error,
  );
}

export function deviceLost(reason: string): UnmaskError {
  return new UnmaskError(
    "runtime/device-lost",
    "The browser took the graphics processor away.",
    "Training can go on from the last checkpoint. If it happens again, choose a smaller batch or the WASM device.",
    { reason: reason.slice(0, 200) },
  );
}
