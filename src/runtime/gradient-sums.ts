/** Adding up gradients on the CPU: the rows of a lookup into its table, one batch to the next. In a fixed order. */

/**
 * target[indices[n] - first, :] += rows[n, :]; rows is (N, H). Order fixed by n: the same sum on every run. Rows that
 * lie outside the target belong to another part of the table.
 */
export function addRows(target: Float32Array, indices: Int32Array, rows: Float32Array, width: number, first = 0): void {
  for (let n = 0; n < indices.length; n++) {
    const to = (indices[n]! - first) * width;
    if (to < 0 || to >= target.length) continue;
    const from = n * width;
    for (let h = 0; h < width; h++) target[to + h] = target[to + h]! + rows[from + h]!;
  }
}

export function addInto(target: Float32Array, values: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = target[i]! + values[i]!;
}
