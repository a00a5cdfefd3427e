/**
 * Training graphs: builds ONNX graphs, differentiates them into ONNX graphs, writes them as model files.
 * Knows nothing of browsers, workers, devices or language models; nothing here computes (see testing/).
 */
export * from "./backward.ts";
export { GraphBuilder } from "./builder.ts";
export { checkGraph, emittedOps } from "./check.ts";
export * from "./codec/index.ts";
export * from "./errors.ts";
export * from "./graph.ts";
export { BufferPool } from "./buffer-pool.ts";
export { bytesOf, liveness, runtimeOrder, type Liveness, type LivenessOptions } from "./liveness.ts";
export { lowerComposites } from "./lower.ts";
export { records, recordOf, type OpName } from "./ops/index.ts";
export { crossEntropy } from "./ops/loss.ts";
export type { OpRecord } from "./ops/record.ts";
export { isBackward } from "./names.ts";
export * from "./passes/index.ts";
export * as sugar from "./sugar.ts";
