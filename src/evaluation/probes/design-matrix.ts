/**
 * What the logistic regression needs of its features: two products over chosen rows. The layout of the
 * weights belongs to the matrix (dense: a row of weights a class; sparse: a row of classes a feature),
 * so a caller treats them as one opaque run of `columns * classes` numbers.
 */
export interface DesignMatrix {
  readonly rows: number;
  readonly columns: number;
  /** out (rows.length, C) = X[rows] * W */
  times(weights: Float64Array, classes: number, rows: Int32Array, out: Float64Array): void;
  /** out (columns * C, laid out as the weights) = X[rows]^T * R, with R (rows.length, C) */
  transposedTimes(residuals: Float64Array, classes: number, rows: Int32Array, out: Float64Array): void;
  /** Multiplies a gradient (weights, then biases) by an estimate of the inverse Hessian, absent: not worth its price. */
  preconditioner?(classes: number, rows: Int32Array, l2: number): (vector: Float64Array) => void;
}

/** 0..n-1: "all rows". */
export function allRows(n: number): Int32Array {
  const rows = new Int32Array(n);
  for (let i = 0; i < n; i++) rows[i] = i;
  return rows;
}
