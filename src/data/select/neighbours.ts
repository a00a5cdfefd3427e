/** Cosine similarity of embeddings to their nearest ones in a target. Pure; knows no model. */

/** Rows of unit length, in place; a row of zeros stays. */
export function normalizeRows(values: Float32Array, columns: number): Float32Array {
  for (let at = 0; at < values.length; at += columns) {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += values[at + c]! ** 2;
    const length = Math.sqrt(sum);
    if (length > 0) for (let c = 0; c < columns; c++) values[at + c]! /= length;
  }
  return values;
}

/**
 * Mean cosine similarity of one unit row to its `k` nearest target rows.
 * @param target unit rows (n, columns)
 */
export function nearness(row: Float32Array, target: Float32Array, k: number): number {
  const columns = row.length;
  const best: number[] = []; // ascending
  for (let at = 0; at < target.length; at += columns) {
    let cosine = 0;
    for (let c = 0; c < columns; c++) cosine += row[c]! * target[at + c]!;
    if (best.length === k && cosine <= best[0]!) continue;
    let place = best.findIndex((one) => one > cosine);
    if (place < 0) place = best.length;
    best.splice(place, 0, cosine);
    if (best.length > k) best.shift();
  }
  return best.reduce((sum, one) => sum + one, 0) / Math.max(1, best.length);
}
