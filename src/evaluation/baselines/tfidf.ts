/**
 * TF-IDF of word 1-2-grams as scikit-learn's TfidfVectorizer gives it by default (lower case, words of two or more
 * letters, digits or underscores, smoothed idf, rows of length 1) with ngram_range (1, 2). One difference: very
 * large vocabularies are cut to the n-grams in most documents, so that a page's memory bears them.
 */
import { SparseMatrix } from "../probes/sparse-matrix.ts";

export interface TfidfVectorizer {
  /** n-gram -> column; columns are in alphabetical order. */
  vocabulary: Map<string, number>;
  idf: Float64Array;
  /** n-grams left out by the size limit. */
  dropped: number;
}

/** Words and pairs of neighbouring words. Python's \w: letters, numbers, underscore; no combining marks. */
export function wordGrams(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
  return [...words, ...words.slice(1).map((word, i) => `${words[i]!} ${word}`)];
}

export function fitTfidf(texts: string[], maxColumns = Infinity): TfidfVectorizer {
  const documents = new Map<string, number>();
  for (const text of texts) {
    for (const gram of new Set(wordGrams(text))) documents.set(gram, (documents.get(gram) ?? 0) + 1);
  }
  let grams = [...documents.keys()].sort();
  const dropped = Math.max(0, grams.length - maxColumns);
  if (dropped > 0) {
    grams.sort((a, b) => documents.get(b)! - documents.get(a)!); // stable: alphabetical among equals
    grams = grams.slice(0, maxColumns).sort();
  }
  const vocabulary = new Map(grams.map((gram, column) => [gram, column]));
  const idf = Float64Array.from(grams, (gram) => Math.log((1 + texts.length) / (1 + documents.get(gram)!)) + 1);
  return { vocabulary, idf, dropped };
}

/** Rows of length 1; a text without known n-grams is an empty row. */
export function applyTfidf({ vocabulary, idf }: TfidfVectorizer, texts: string[]): SparseMatrix {
  const starts = new Int32Array(texts.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  texts.forEach((text, i) => {
    const counts = new Map<number, number>();
    for (const gram of wordGrams(text)) {
      const column = vocabulary.get(gram);
      if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
    }
    let square = 0;
    for (const [column, count] of counts) square += (count * idf[column]!) ** 2;
    const length = Math.sqrt(square);
    for (const column of [...counts.keys()].sort((a, b) => a - b)) {
      indices.push(column);
      values.push((counts.get(column)! * idf[column]!) / length);
    }
    starts[i + 1] = indices.length;
  });
  return new SparseMatrix(idf.length, starts, Int32Array.from(indices), Float32Array.from(values));
}

/** Cosine of two rows of length 1 (or 0 when one is empty). */
export function rowDot(matrix: SparseMatrix, a: number, b: number): number {
  let [i, j, sum] = [matrix.starts[a]!, matrix.starts[b]!, 0];
  while (i < matrix.starts[a + 1]! && j < matrix.starts[b + 1]!) {
    const step = matrix.indices[i]! - matrix.indices[j]!;
    if (step === 0) sum += matrix.values[i++]! * matrix.values[j++]!;
    else if (step < 0) i++;
    else j++;
  }
  return sum;
}
