/**
 * The two directions in which a cloud of points spreads most (principal component analysis), by power
 * iteration on the covariance matrix: two axes of a few hundred dimensions need no more. Pure; the same
 * points give the same picture.
 */
import { random } from "../../base/index.ts";

export interface PrincipalAxes {
  x: Float32Array;
  y: Float32Array;
  /** Share of the variance along each axis. */
  explained: [number, number];
}

const MOST_ITERATIONS = 1000;
/** Change of a unit vector between two iterations at which it counts as found. */
const SETTLED = 1e-10;

/** @param values (rows, columns) */
export function principalAxes(values: Float32Array, columns: number): PrincipalAxes {
  const rows = columns === 0 ? 0 : values.length / columns;
  const mean = columnMeans(values, rows, columns);
  const covariance = covarianceOf(values, mean, rows, columns);
  let total = 0;
  for (let c = 0; c < columns; c++) total += covariance[c * columns + c]!;
  const first = leadingVector(covariance, columns, 1);
  deflate(covariance, columns, first);
  const second = leadingVector(covariance, columns, 2);
  const share = (axis: Axis): number => (total > 0 ? axis.variance / total : 0);
  return {
    x: project(values, mean, rows, columns, first.vector),
    y: project(values, mean, rows, columns, second.vector),
    explained: [share(first), share(second)],
  };
}

interface Axis {
  vector: Float64Array;
  variance: number;
}

function columnMeans(values: Float32Array, rows: number, columns: number): Float64Array {
  const mean = new Float64Array(columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) mean[c]! += values[r * columns + c]! / rows;
  return mean;
}

/** Sums over rows of products of deviations; not divided, since only shares of it are used. */
function covarianceOf(values: Float32Array, mean: Float64Array, rows: number, columns: number): Float64Array {
  const covariance = new Float64Array(columns * columns);
  const row = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) row[c] = values[r * columns + c]! - mean[c]!;
    for (let i = 0; i < columns; i++) {
      const a = row[i]!;
      for (let j = i; j < columns; j++) covariance[i * columns + j]! += a * row[j]!;
    }
  }
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < i; j++) covariance[i * columns + j] = covariance[j * columns + i]!;
  return covariance;
}

function leadingVector(matrix: Float64Array, n: number, name: number): Axis {
  const source = random(17, name);
  let vector = Float64Array.from({ length: n }, () => source.normal());
  let variance = normalise(vector);
  for (let step = 0; step < MOST_ITERATIONS; step++) {
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * vector[j]!;
      next[i] = sum;
    }
    variance = normalise(next);
    if (variance === 0) return { vector, variance };
    let change = 0;
    for (let i = 0; i < n; i++) change = Math.max(change, Math.abs(next[i]! - vector[i]!));
    vector = next;
    if (change < SETTLED) break;
  }
  // A direction has two signs; the largest part is positive, so that a picture does not flip.
  const largest = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  if (largest < 0) vector = vector.map((v) => -v);
  return { vector, variance };
}

/** Takes the found direction out of the matrix. */
function deflate(matrix: Float64Array, n: number, { vector, variance }: Axis): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j]! -= variance * vector[i]! * vector[j]!;
}

/** Makes it a unit vector and gives the length it had. */
function normalise(vector: Float64Array): number {
  const length = Math.sqrt(vector.reduce((sum, v) => sum + v * v, 0));
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return length;
}

function project(
  values: Float32Array,
  mean: Float64Array,
  rows: number,
  columns: number,
  axis: Float64Array,
): Float32Array {
  const out = new Float32Array(rows);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += (values[r * columns + c]! - mean[c]!) * axis[c]!;
    out[r] = sum;
  }
  return out;
}
