/** Which model a pipeline's stage begins with. */
import type { ModelRef, PipelinePosition } from "../../src/contract/index.ts";

/** What all stages have in common: where they stand, and the model that they are compared with. */
export interface StageContext {
  pipeline: PipelinePosition;
  base?: { name: string; ref: string };
}

/** The best or the last model of the stage before; null for the first stage. */
export function stageModel({ stages, stage, done }: PipelinePosition): ModelRef | null {
  const before = done.at(-1);
  if (before === undefined) return null;
  const { bestCheckpoint, lastCheckpoint } = before;
  const id = stages[stage]!.from === "last" ? lastCheckpoint : bestCheckpoint || lastCheckpoint;
  return { kind: "stored", id };
}
