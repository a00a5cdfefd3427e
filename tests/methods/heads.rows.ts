/** Fine-tuning heads, all weights trained: losses, gradients and weights of ten steps (tests/oracles/heads.py). */
import * as native from "onnxruntime-node";
import { nativeDevice, type Device } from "../../src/runtime/index.ts";
import { goldenHeads, headErrors, headsOracle } from "../support/golden-heads.ts";
import type { MethodRow } from "./row.ts";
import { tenStepsTolerance } from "./ten-steps.rows.ts";

let device: Device | undefined;
const native1 = (): Device => (device ??= nativeDevice(native as unknown as Parameters<typeof nativeDevice>[0], 1));
const worst = (errors: Record<string, number>): number => Math.max(...Object.values(errors));

const names = {
  sequence: "sequence classification",
  regression: "regression on pairs",
  tokens: "token classification",
  spans: "extractive question answering",
};

export const headRows: MethodRow[] = Object.entries(goldenHeads.runs).map(([key, { family, task }]) => ({
  method: `Fine-tuning: ${names[task]} (${family === "bert" ? "BERT" : "RoBERTa"})`,
  oracle: headsOracle,
  tolerance: tenStepsTolerance,
  deviation: async () => worst(await headErrors(native1(), key)),
  // The encoder frozen: only the head learns.
  withoutIt: async () =>
    worst(await headErrors(native1(), key, { trainable: (name) => /classifier|qa_outputs|pooler/.test(name) })),
}));
