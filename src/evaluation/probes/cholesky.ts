/** Cholesky factor of a symmetric positive definite matrix and the two triangular solves. Lower triangle, row-major. */

/** Replaces the lower triangle of `matrix` (n, n) by L with L L^T = matrix. Not-positive pivots become 1e-12: a ridge is the caller's. */
export function choleskyFactor(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * n;
      let sum = matrix[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[rowI + k]! * matrix[rowJ + k]!;
      matrix[rowI + j] = i === j ? Math.sqrt(Math.max(sum, 1e-24)) : sum / matrix[rowJ + j]!;
    }
  }
}

/** Solves L L^T x = b in place, b = vector[at .. at + n). */
export function choleskySolve(factor: Float64Array, n: number, vector: Float64Array, at: number): void {
  for (let i = 0; i < n; i++) {
    let sum = vector[at + i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * vector[at + k]!;
    vector[at + i] = sum / factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    // Column-wise, so that the factor is read along its rows here too.
    const value = vector[at + i]! / factor[i * n + i]!;
    vector[at + i] = value;
    for (let k = 0; k < i; k++) vector[at + k]! -= factor[i * n + k]! * value;
  }
}
