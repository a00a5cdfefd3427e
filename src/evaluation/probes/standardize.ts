/** Columns to mean 0 and standard deviation 1, as measured on the training rows only: the penalty then treats features alike. */
export function standardize(values: Float32Array, columns: number, trainRows: Int32Array): void {
  const mean = new Float64Array(columns);
  const square = new Float64Array(columns);
  for (const row of trainRows) {
    for (let h = 0; h < columns; h++) mean[h]! += values[row * columns + h]! / trainRows.length;
  }
  for (const row of trainRows) {
    for (let h = 0; h < columns; h++) square[h]! += (values[row * columns + h]! - mean[h]!) ** 2 / trainRows.length;
  }
  // A constant column carries nothing and stays near 0.
  const scale = square.map((variance, h) => (variance > 1e-12 * (1 + mean[h]! ** 2) ? 1 / Math.sqrt(variance) : 0));
  for (let at = 0; at < values.length; at += columns) {
    for (let h = 0; h < columns; h++) values[at + h] = (values[at + h]! - mean[h]!) * scale[h]!;
  }
}
