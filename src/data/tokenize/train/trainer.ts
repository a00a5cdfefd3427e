/**
 * What the three trainers have in common: they are generators, so that whoever runs them may show progress, breathe
 * and stop between two steps; and errors about sizes.
 */
import { UnmaskError } from "../../../base/index.ts";

/** Where a training stands: `total` may be a guess, `done` never passes it. */
export interface TrainerProgress {
  phase: string;
  done: number;
  total: number;
}
export type Trainer<Result> = Generator<TrainerProgress, Result, void>;

/** Runs a trainer in one go, for scripts and tests. */
export function runTrainer<Result>(trainer: Trainer<Result>): Result {
  for (;;) {
    const { done, value } = trainer.next();
    if (done === true) return value;
  }
}

/** The same with a chance to breathe between two steps. */
export async function trainWithBreath<Result>(
  trainer: Trainer<Result>,
  breathe: () => Promise<void> | undefined,
  onProgress: (progress: TrainerProgress) => void,
): Promise<Result> {
  for (;;) {
    const { done, value } = trainer.next();
    if (done === true) return value;
    const pause = breathe();
    if (pause === undefined) continue;
    onProgress(value);
    await pause;
  }
}

export function vocabularyTooSmall(vocabularySize: number, needed: number): UnmaskError {
  return new UnmaskError(
    "data/vocabulary-too-small",
    `A vocabulary of ${vocabularySize} pieces was asked for, but special tokens and single signs already need ${needed}.`,
    "Ask for a larger vocabulary or a smaller alphabet.",
    { vocabularySize, needed },
  );
}
