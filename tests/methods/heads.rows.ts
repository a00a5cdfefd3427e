/** Fine-tuning heads, all weights trained: losses, gradients and weights of ten steps (tests/oracles/heads.py). */
import { goldenHeads, headErrors, headsOracle } from "../support/golden-heads.ts";
import { native } from "../support/native.ts";
import type { MethodRow } from "./row.ts";
import { tenStepsTolerance } from "./ten-steps.rows.ts";

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
  deviation: async () => worst(await headErrors(native(), key)),
  // The encoder frozen: only the head learns.
  withoutIt: async () =>
    worst(await headErrors(native(), key, { trainable: (name) => /classifier|qa_outputs|pooler/.test(name) })),
}));
