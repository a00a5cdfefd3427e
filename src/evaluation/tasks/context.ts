/** What every task gets and gives: the arms, the seeds, where progress goes; its scores by arm and seed and its notes. */
import { permutation, random, UnmaskError } from "../../base/index.ts";
import type { Arm, EncodedText, SplitName } from "../../contract/index.ts";
import type { Encode } from "../probes/features.ts";
import type { ItemScores } from "../statistics/item-scores.ts";
import type { Pace } from "../pace.ts";

export type ModelArm = "base" | "tuned";
export interface TaskContext {
  arms: { base: Encode; tuned?: Encode };
  seeds: number;
  seed: number;
  maxTrainItems: number;
  pace: Pace;
  progress: (phase: string, done: number, total: number) => void;
  signal: AbortSignal | undefined;
}
export interface TaskOutcome {
  trainItems: number;
  testItems: number;
  /** Each arm's scores on the test items, one a seed. */
  scores: Partial<Record<Arm, ItemScores[]>>;
  warnings: string[];
  /** Share of test items that exactly one model gets right, where items are right or wrong. */
  disagreement?: number;
  /** "test sentences" */
  itemName: string;
}

/** Items that take part, with their texts, and where each split stands among them. */
export interface Splits<T> {
  items: T[];
  texts: EncodedText[];
  train: Int32Array;
  dev: Int32Array;
  test: Int32Array;
  warnings: string[];
}

const TRAIN_STREAM = 0x7a13;

/** Sorts items by split and thins a long training split. @throws evaluation/no-test, evaluation/no-train */
export function splitItems<T extends { split: SplitName }>(
  items: T[],
  texts: EncodedText[],
  { seed, maxTrainItems }: TaskContext,
): Splits<T> {
  const places: Record<SplitName, number[]> = { train: [], dev: [], test: [] };
  items.forEach(({ split }, i) => places[split].push(i));
  requireItems("test", places.test.length);
  requireItems("train", places.train.length);
  const warnings: string[] = [];
  const total = places.train.length;
  if (total > maxTrainItems) {
    const order = permutation(total, random(seed, TRAIN_STREAM)).subarray(0, maxTrainItems);
    places.train = Array.from(order.sort(), (k) => places.train[k]!);
    warnings.push(
      `The probes learned from ${maxTrainItems} of the ${total} training items, drawn at random, to stay quick.`,
    );
  }
  const chosen = [...places.train, ...places.dev, ...places.test];
  const range = (from: number, count: number): Int32Array => Int32Array.from({ length: count }, (_, k) => from + k);
  const [trainCount, devCount] = [places.train.length, places.dev.length];
  return {
    items: chosen.map((i) => items[i]!),
    texts: chosen.map((i) => texts[i]!),
    train: range(0, trainCount),
    dev: range(trainCount, devCount),
    test: range(trainCount + devCount, places.test.length),
    warnings,
  };
}

export function requireItems(split: "train" | "test", count: number): void {
  if (count > 0) return;
  throw new UnmaskError(
    `evaluation/no-${split}`,
    `A labelled set needs ${split === "test" ? "test items to score" : "training items to fit a probe on"}; this one has none.`,
    `Add a file with "${split}" in its name.`,
    { split },
  );
}

/** Both model arms, one after the other, so that only one feature table is in memory. */
export async function forEachModel(
  { arms }: TaskContext,
  run: (arm: ModelArm, encode: Encode) => Promise<void>,
): Promise<void> {
  await run("base", arms.base);
  if (arms.tuned !== undefined) await run("tuned", arms.tuned);
}

/** Counts the texts of one pass and reports about a hundred times: each report is a message to the page. */
export function counter({ progress }: TaskContext, phase: string, total: number): () => void {
  const every = Math.ceil(total / 100);
  let done = 0;
  progress(phase, 0, total);
  return () => {
    done++;
    if (done % every === 0 || done === total) progress(phase, done, total);
  };
}

export const NOT_CONVERGED = (arm: string): string =>
  `The probe on ${arm} features reached its step limit before it settled; its scores are slightly low.`;

/** "A, B and 3 more" */
export function listSome(names: string[], most = 5): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
