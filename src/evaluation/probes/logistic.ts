/**
 * Multinomial logistic regression with an L2 penalty on the weights (not on the biases), by L-BFGS.
 * Minimises  mean_i [logsumexp(z_i) - z_i,y_i] + l2/2 ||W||^2,  z = X W + b: scikit-learn's objective with
 * l2 = 1 / (C n), C n its sum's weight; for two classes its single-vector form has the same solution at C/2.
 * The objective is convex, so the answer does not depend on a starting point. The scores are linear in the
 * parameters: one product for the direction and one for the gradient make a whole step, whatever the line search tries.
 */
import { addScaled, dot, LbfgsMemory } from "./lbfgs.ts";
import { allRows, type DesignMatrix } from "./design-matrix.ts";
import type { Pace } from "../pace.ts";

export interface LogisticModel {
  /** Weights in the matrix's own layout, then C biases. */
  parameters: Float64Array;
  classes: number;
  /** The objective at the end. */
  loss: number;
  iterations: number;
  /** False when the step limit came first. */
  converged: boolean;
}

export interface LogisticOptions {
  l2: number;
  /** Stops when the largest gradient entry is this share of the one at zero weights: the same strictness for any scale of features. */
  tolerance?: number;
  maxIterations?: number;
  /** A solution for other rows or another penalty: fewer steps to this one. */
  start?: LogisticModel;
  pace?: Pace;
}

const MEMORY = 7;
/** Of one line search: a convex function is bracketed and halved long before. */
const MAX_TRIALS = 40;

/** Fits on `rows` of `matrix`, whose classes are `labels[row]`. */
export async function fitLogistic(
  matrix: DesignMatrix,
  rows: Int32Array,
  labels: Int32Array,
  classes: number,
  options: LogisticOptions,
): Promise<LogisticModel> {
  const { l2, tolerance = 1e-3, maxIterations = 300, start, pace } = options;
  const n = rows.length;
  const weights = matrix.columns * classes;
  const targets = rows.map((row) => labels[row]!);
  const parameters = start === undefined ? new Float64Array(weights + classes) : start.parameters.slice();
  const shares = frequencies(targets, classes);
  if (start === undefined) parameters.set(shares.map(Math.log), weights);

  const scores = new Float64Array(n * classes);
  const along = new Float64Array(n * classes);
  const residuals = new Float64Array(n * classes);
  const gradient = new Float64Array(weights + classes);
  const previous = new Float64Array(weights + classes);
  const direction = new Float64Array(weights + classes);
  const precondition = classes < 2 ? undefined : matrix.preconditioner?.(classes, rows, l2);
  const memory = new LbfgsMemory(MEMORY, gradient.length, precondition);

  for (let i = 0; i < n * classes; i++) residuals[i] = shares[i % classes]! / n;
  for (let i = 0; i < n; i++) residuals[i * classes + targets[i]!]! -= 1 / n;
  matrix.transposedTimes(residuals, classes, rows, gradient);
  const enough = tolerance * largest(gradient);
  linearScores(matrix, rows, parameters, classes, scores);
  let dataLoss = lossAt(scores, along, 0, targets, classes, residuals).loss;
  gradientOf(matrix, rows, residuals, parameters, classes, l2, gradient);
  let iterations = 0;
  for (; iterations < maxIterations && largest(gradient) > enough; iterations++) {
    await pace?.();
    memory.direction(gradient, direction);
    linearScores(matrix, rows, direction, classes, along);
    const ridgeSlope = l2 * dotFirst(parameters, direction, weights);
    const ridgeGrowth = l2 * dotFirst(direction, direction, weights);
    const step = lineSearch(dot(gradient, direction), (trial) => {
      const here = lossAt(scores, along, trial, targets, classes, residuals);
      dataLoss = here.loss;
      return here.slope + ridgeSlope + ridgeGrowth * trial;
    });
    if (step === 0) break; // no descent left at this precision
    addScaled(parameters, direction, step);
    addScaled(scores, along, step);
    previous.set(gradient);
    gradientOf(matrix, rows, residuals, parameters, classes, l2, gradient);
    memory.update(direction, step, gradient, previous);
  }
  const loss = dataLoss + 0.5 * l2 * dotFirst(parameters, parameters, weights);
  return { parameters, classes, loss, iterations, converged: largest(gradient) <= enough };
}

/** Scores (rows, C) before the softmax. */
export function linearScores(
  matrix: DesignMatrix,
  rows: Int32Array,
  parameters: Float64Array,
  classes: number,
  out: Float64Array,
): void {
  matrix.times(parameters, classes, rows, out);
  const at = matrix.columns * classes;
  for (let i = 0; i < rows.length; i++) {
    for (let c = 0; c < classes; c++) out[i * classes + c]! += parameters[at + c]!;
  }
}

/** Log-probabilities (rows, C). */
export function logProbabilities(
  model: LogisticModel,
  matrix: DesignMatrix,
  rows = allRows(matrix.rows),
): Float64Array {
  const C = model.classes;
  const out = new Float64Array(rows.length * C);
  linearScores(matrix, rows, model.parameters, C, out);
  for (let at = 0; at < out.length; at += C) {
    const norm = logSumExp(out, at, C);
    for (let c = 0; c < C; c++) out[at + c]! -= norm;
  }
  return out;
}

/** Mean negative log-probability of the labels. */
export function meanLogLoss(logProbs: Float64Array, classes: number, labels: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum -= logProbs[i * classes + labels[i]!]!;
  return labels.length === 0 ? 0 : sum / labels.length;
}

/** Share of each class, half a count more each, so that a class without examples starts finite. */
function frequencies(targets: Int32Array, classes: number): Float64Array {
  const shares = new Float64Array(classes).fill(0.5);
  for (const target of targets) shares[target]!++;
  return shares.map((count) => count / (targets.length + 0.5 * classes));
}

function logSumExp(z: Float64Array, at: number, classes: number): number {
  let top = -Infinity;
  for (let c = 0; c < classes; c++) if (z[at + c]! > top) top = z[at + c]!;
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += Math.exp(z[at + c]! - top);
  return top + Math.log(sum);
}

/** Mean log-loss at scores + step * along, its slope in `step`, and the residuals (p - y) / n there. */
function lossAt(
  scores: Float64Array,
  along: Float64Array,
  step: number,
  targets: Int32Array,
  classes: number,
  residuals: Float64Array,
): { loss: number; slope: number } {
  const n = targets.length;
  let loss = 0;
  let slope = 0;
  for (let i = 0; i < n; i++) {
    const at = i * classes;
    let top = -Infinity;
    for (let c = 0; c < classes; c++) {
      const z = scores[at + c]! + step * along[at + c]!;
      residuals[at + c] = z;
      if (z > top) top = z;
    }
    const right = at + targets[i]!;
    loss += top - residuals[right]!;
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const e = Math.exp(residuals[at + c]! - top);
      residuals[at + c] = e;
      sum += e;
    }
    loss += Math.log(sum);
    const scale = 1 / (sum * n);
    for (let c = 0; c < classes; c++) residuals[at + c]! *= scale;
    residuals[right]! -= 1 / n;
    for (let c = 0; c < classes; c++) slope += residuals[at + c]! * along[at + c]!;
  }
  return { loss: loss / n, slope };
}

/**
 * A step at which the slope has fallen to half of the first one. The function along the line is convex, so its
 * slope only grows: bracket the zero of the slope, then close in by secants kept away from the ends.
 * The last call of `slopeAt` is at the step returned. Gives 0 when `first` is not a descent.
 */
function lineSearch(first: number, slopeAt: (step: number) => number): number {
  if (!(first < 0)) return 0;
  let [low, lowSlope, high, highSlope] = [0, first, Infinity, Infinity];
  let step = 1;
  for (let trial = 0; ; trial++) {
    const here = slopeAt(step);
    if (Math.abs(here) <= -0.5 * first || trial === MAX_TRIALS) return step;
    if (here < 0) [low, lowSlope] = [step, here];
    else [high, highSlope] = [step, here];
    if (high === Infinity) {
      step *= 4;
    } else {
      const share = lowSlope / (lowSlope - highSlope);
      step = low + (high - low) * Math.min(0.9, Math.max(0.1, share));
    }
  }
}

function gradientOf(
  matrix: DesignMatrix,
  rows: Int32Array,
  residuals: Float64Array,
  parameters: Float64Array,
  classes: number,
  l2: number,
  out: Float64Array,
): void {
  const weights = matrix.columns * classes;
  matrix.transposedTimes(residuals, classes, rows, out);
  for (let i = 0; i < weights; i++) out[i]! += l2 * parameters[i]!;
  out.fill(0, weights);
  for (let i = 0; i < rows.length; i++) {
    for (let c = 0; c < classes; c++) out[weights + c]! += residuals[i * classes + c]!;
  }
}

function dotFirst(a: Float64Array, b: Float64Array, n: number): number {
  return dot(a.subarray(0, n), b.subarray(0, n));
}

function largest(vector: Float64Array): number {
  let top = 0;
  for (const value of vector) top = Math.max(top, Math.abs(value));
  return top;
}
