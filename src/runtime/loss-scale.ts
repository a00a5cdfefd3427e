/**
 * The loss scale on its way into a graph: one more input of the batch. Which scale, and what becomes of it after a
 * skipped update, is the trainer's (src/training/loss-scaler.ts).
 */
import type { AdamwSettings, Feeds, StepProgram } from "./types.ts";

/** The batch with the scale beside it, where the graph asks for one. */
export function withLossScale(feeds: Feeds, { lossScale }: StepProgram, settings: AdamwSettings): Feeds {
  if (lossScale === undefined) return feeds;
  const data = Float32Array.of(settings.lossScale ?? 1);
  return new Map([...feeds, [lossScale, { type: "float32", shape: [], data }]]);
}
