/** The methods' table. A new method adds its rows here, one line each, in the issue's order. */
import { architecturesRows } from "./architectures.rows.ts";
import { architectures2Rows } from "./architectures2.rows.ts";
import { contrastiveRows } from "./contrastive.rows.ts";
import { halfRows } from "./half.rows.ts";
import { headRows } from "./heads.rows.ts";
import { largeRows } from "./large.rows.ts";
import { pairRows } from "./pairs.rows.ts";
import { maskingRows } from "./masking.rows.ts";
import { pipelineRows } from "./pipeline.rows.ts";
import type { MethodRow } from "./row.ts";
import { replayRows } from "./replays.rows.ts";
import { replayTextRows } from "./replay-text.rows.ts";
import { scheduleRows } from "./schedules.rows.ts";
import { regularisationRows } from "./regularisation.rows.ts";
import { scratchRows } from "./scratch.rows.ts";
import { sharedTextRows } from "./shared-texts.rows.ts";
import { speedRows } from "./speed.rows.ts";
import { tenStepsRows } from "./ten-steps.rows.ts";
import { tokenizerTrainingRows } from "./tokenizer-training.rows.ts";

export { leastEffect, type MethodRow } from "./row.ts";

export const methodRows: readonly MethodRow[] = [
  ...scheduleRows,
  ...tenStepsRows,
  ...regularisationRows,
  ...replayRows,
  ...replayTextRows,
  ...headRows,
  ...architecturesRows,
  ...architectures2Rows,
  ...pipelineRows,
  ...pairRows,
  ...contrastiveRows,
  ...sharedTextRows,
  ...maskingRows,
  ...largeRows,
  ...halfRows,
  ...speedRows,
  ...tokenizerTrainingRows,
  ...scratchRows,
];
