/**
 * One frozen feature table, several logistic probes: the penalty is chosen once by the log-loss on development
 * items, then seed s is fitted on its own 90 % of the training items. A convex probe has no luck of
 * initialisation, so a seed stands for "slightly other training data"; its spread is about a third of that of an
 * entirely fresh training set (delete-a-tenth: sqrt(0.1 / 0.9)). Every arm gets the same subsets and the same rule.
 */
import { permutation, random } from "../../base/index.ts";
import type { DesignMatrix } from "./design-matrix.ts";
import { fitLogistic, logProbabilities, meanLogLoss, type LogisticModel } from "./logistic.ts";
import type { Pace } from "../pace.ts";

/** Penalties tried, strong to weak, for standardised features: mean loss + l2/2 ||W||^2. */
export const DENSE_L2 = [1, 0.1, 0.01, 0.001, 0.0001];
const DEFAULT_DENSE_L2 = 0.01;
/** Gradient tolerances, as shares of the gradient at zero weights: of a probe, and of the fits that only choose a penalty. */
const PROBE_TOLERANCE = 1e-3;
const CHOICE_TOLERANCE = 3e-3;
const SHARE = 0.9;
/** Fewer training items than this are not split for choosing a penalty. */
const MIN_TO_SPLIT = 25;
const MIN_DEV = 10;
const [DEV_STREAM, SEED_STREAM] = [0xdeb, 0x5eed];

export interface ProbeData {
  /** Class of each row; rows that are never trained on may hold anything. */
  labels: Int32Array;
  classes: number;
  train: Int32Array;
  dev: Int32Array;
  /** Rows of the matrix that belong to items (a text's row, a sentence's words). */
  rowsOf: (items: Int32Array) => Int32Array;
}
export interface ProbeOptions {
  seeds: number;
  seed: number;
  pace: Pace;
  /** Penalties, strong to weak, and the one taken when there is nothing to choose by. */
  grid?: { l2: number[]; fallback: number };
}
export interface TrainedProbes {
  models: LogisticModel[];
  l2: number;
  converged: boolean;
}

export async function trainProbes(
  matrix: DesignMatrix,
  data: ProbeData,
  options: ProbeOptions,
): Promise<TrainedProbes> {
  const { seeds, seed, pace } = options;
  const { labels, classes, train, rowsOf } = data;
  const chosen = await choosePenalty(matrix, data, options);
  const models: LogisticModel[] = [];
  let start = chosen.start;
  for (const items of seedSubsets(train, seeds, seed)) {
    const model = await fitLogistic(matrix, rowsOf(items), labels, classes, {
      l2: chosen.l2,
      tolerance: PROBE_TOLERANCE,
      pace,
      ...(start === undefined ? {} : { start }),
    });
    models.push(model);
    start ??= model;
  }
  return { models, l2: chosen.l2, converged: models.every((model) => model.converged) };
}

/** Seed s's training items; a single seed takes all of them. */
export function seedSubsets(train: Int32Array, seeds: number, seed: number): Int32Array[] {
  if (seeds === 1) return [train];
  return Array.from({ length: seeds }, (_, s) => {
    const order = permutation(train.length, random(seed, SEED_STREAM, s));
    return Int32Array.from(order.subarray(0, Math.ceil(SHARE * train.length)), (k) => train[k]!).sort();
  });
}

/** From strong to weak until the development loss rises; without enough development items a fifth of train stands in. */
async function choosePenalty(
  matrix: DesignMatrix,
  { labels, classes, train, dev, rowsOf }: ProbeData,
  { seed, pace, grid = { l2: DENSE_L2, fallback: DEFAULT_DENSE_L2 } }: ProbeOptions,
): Promise<{ l2: number; start?: LogisticModel }> {
  let [fitItems, devItems] = [train, dev];
  if (dev.length < MIN_DEV) {
    if (train.length < MIN_TO_SPLIT) return { l2: grid.fallback };
    const order = permutation(train.length, random(seed, DEV_STREAM));
    const cut = Math.floor(train.length / 5);
    devItems = Int32Array.from(order.subarray(0, cut), (k) => train[k]!).sort();
    fitItems = Int32Array.from(order.subarray(cut), (k) => train[k]!).sort();
  }
  const [fitRows, devRows] = [rowsOf(fitItems), rowsOf(devItems).filter((row) => labels[row]! >= 0)];
  const devLabels = devRows.map((row) => labels[row]!);
  let best: { l2: number; loss: number; start: LogisticModel } | undefined;
  let previous: LogisticModel | undefined;
  for (const l2 of grid.l2) {
    const model: LogisticModel = await fitLogistic(matrix, fitRows, labels, classes, {
      l2,
      tolerance: CHOICE_TOLERANCE,
      pace,
      ...(previous === undefined ? {} : { start: previous }),
    });
    const loss = meanLogLoss(logProbabilities(model, matrix, devRows), classes, devLabels);
    if (best !== undefined && loss >= best.loss) break;
    best = { l2, loss, start: model };
    previous = model;
  }
  return best === undefined ? { l2: grid.fallback } : { l2: best.l2, start: best.start };
}
