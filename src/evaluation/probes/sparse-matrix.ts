/** Sparse features in compressed rows (CSR). Weights: feature by feature, C numbers each, so one entry meets its classes side by side. */
import type { DesignMatrix } from "./design-matrix.ts";

export class SparseMatrix implements DesignMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Row i has entries starts[i] .. starts[i + 1]. */
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;

  constructor(columns: number, starts: Int32Array, indices: Int32Array, values: Float32Array) {
    this.rows = starts.length - 1;
    this.columns = columns;
    this.starts = starts;
    this.indices = indices;
    this.values = values;
  }

  times(weights: Float64Array, classes: number, rows: Int32Array, out: Float64Array): void {
    out.fill(0, 0, rows.length * classes);
    for (let i = 0; i < rows.length; i++) {
      const at = i * classes;
      for (let k = this.starts[rows[i]!]!; k < this.starts[rows[i]! + 1]!; k++) {
        const value = this.values[k]!;
        const w = this.indices[k]! * classes;
        for (let c = 0; c < classes; c++) out[at + c]! += value * weights[w + c]!;
      }
    }
  }

  transposedTimes(residuals: Float64Array, classes: number, rows: Int32Array, out: Float64Array): void {
    out.fill(0, 0, this.columns * classes);
    for (let i = 0; i < rows.length; i++) {
      const at = i * classes;
      for (let k = this.starts[rows[i]!]!; k < this.starts[rows[i]! + 1]!; k++) {
        const value = this.values[k]!;
        const w = this.indices[k]! * classes;
        for (let c = 0; c < classes; c++) out[w + c]! += value * residuals[at + c]!;
      }
    }
  }

  /** Divides by the Hessian's diagonal, (h mean(x_j^2) + l2) with h as for dense features: rare n-grams then move as far as common ones. */
  preconditioner(classes: number, rows: Int32Array, l2: number): (vector: Float64Array) => void {
    const h = (classes - 1) / (classes * classes) / rows.length;
    const diagonal = new Float64Array(this.columns).fill(l2);
    for (const row of rows) {
      for (let k = this.starts[row]!; k < this.starts[row + 1]!; k++) {
        diagonal[this.indices[k]!]! += h * this.values[k]! ** 2;
      }
    }
    const bias = h * rows.length;
    return (vector) => {
      for (let j = 0, at = 0; j < this.columns; j++) {
        const inverse = bias / diagonal[j]!;
        for (let c = 0; c < classes; c++) vector[at++]! *= inverse;
      }
    };
  }
}
