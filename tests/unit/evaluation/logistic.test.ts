import { describe, expect, test } from "vitest";
import { hasCode, random } from "../../../src/base/index.ts";
import { applyTfidf, fitTfidf, wordGrams } from "../../../src/evaluation/baselines/tfidf.ts";
import { makePace } from "../../../src/evaluation/pace.ts";
import { DenseMatrix } from "../../../src/evaluation/probes/dense-matrix.ts";
import { allRows } from "../../../src/evaluation/probes/design-matrix.ts";
import { fitLogistic, logProbabilities, meanLogLoss } from "../../../src/evaluation/probes/logistic.ts";
import { SparseMatrix } from "../../../src/evaluation/probes/sparse-matrix.ts";
import { standardize } from "../../../src/evaluation/probes/standardize.ts";
import { golden } from "./golden.ts";

/** Both solvers stop at a gradient of about 1e-9; float32 features cost the next digits. */
const PROBABILITY_TOLERANCE = 2e-6;
/** Coefficients of nearly flat directions are less sure than probabilities. */
const COEFFICIENT_TOLERANCE = 2e-4;
const TIGHT = { tolerance: 1e-9, maxIterations: 2000 };

const problems = golden.logistic.map(({ x, y, classes, C, ...rest }) => ({
  dense: new DenseMatrix(Float32Array.from(x.flat()), x[0]!.length),
  labels: Int32Array.from(y),
  classes,
  // scikit-learn fits two classes with one vector: the same solution at half the C.
  l2: 1 / ((classes === 2 ? C / 2 : C) * x.length),
  ...rest,
}));

function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let top = 0;
  for (let i = 0; i < actual.length; i++) top = Math.max(top, Math.abs(actual[i]! - expected[i]!));
  return top;
}

function asSparse({ values, columns, rows }: DenseMatrix): SparseMatrix {
  const starts = Int32Array.from({ length: rows + 1 }, (_, i) => i * columns);
  return new SparseMatrix(
    columns,
    starts,
    Int32Array.from(values, (_, k) => k % columns),
    values,
  );
}

describe("logistic regression is scikit-learn's", () => {
  test.each([0, 1, 2])("problem %i, dense: probabilities and coefficients", async (k) => {
    const { dense, labels, classes, l2, probabilities, coefficients } = problems[k]!;
    const model = await fitLogistic(dense, allRows(dense.rows), labels, classes, { l2, ...TIGHT });
    expect(model.converged).toBe(true);
    expect(worst(logProbabilities(model, dense).map(Math.exp), probabilities.flat())).toBeLessThan(
      PROBABILITY_TOLERANCE,
    );
    const weights = model.parameters.slice(0, classes * dense.columns);
    const mine = classes === 2 ? weights.slice(dense.columns).map((w, h) => w - weights[h]!) : weights;
    expect(worst(mine, coefficients.flat())).toBeLessThan(COEFFICIENT_TOLERANCE);
  });

  test.each([0, 1, 2])("problem %i, sparse: the same probabilities", async (k) => {
    const { dense, labels, classes, l2, probabilities } = problems[k]!;
    const sparse = asSparse(dense);
    const model = await fitLogistic(sparse, allRows(dense.rows), labels, classes, { l2, ...TIGHT });
    expect(worst(logProbabilities(model, sparse).map(Math.exp), probabilities.flat())).toBeLessThan(
      PROBABILITY_TOLERANCE,
    );
  });

  test("a start elsewhere and a subset of rows end at the same solution as from nothing", async () => {
    const { dense, labels, classes, l2 } = problems[1]!;
    const rows = allRows(dense.rows).filter((row) => row % 3 !== 0);
    const whole = await fitLogistic(dense, allRows(dense.rows), labels, classes, { l2: l2 * 10, ...TIGHT });
    const cold = await fitLogistic(dense, rows, labels, classes, { l2, ...TIGHT });
    const warm = await fitLogistic(dense, rows, labels, classes, { l2, ...TIGHT, start: whole });
    expect(
      worst(logProbabilities(cold, dense).map(Math.exp), logProbabilities(warm, dense).map(Math.exp)),
    ).toBeLessThan(PROBABILITY_TOLERANCE);
    expect(warm.loss).toBeCloseTo(cold.loss, 10);
  });

  test("the mean log-loss is the objective without its penalty", async () => {
    const { dense, labels, classes, l2 } = problems[0]!;
    const model = await fitLogistic(dense, allRows(dense.rows), labels, classes, { l2, ...TIGHT });
    const weights = model.parameters.slice(0, classes * dense.columns);
    const penalty = (l2 / 2) * weights.reduce((sum, w) => sum + w * w, 0);
    expect(meanLogLoss(logProbabilities(model, dense), classes, labels)).toBeCloseTo(model.loss - penalty, 8);
  });

  test("one class needs no fit and gets all the probability", async () => {
    const { dense } = problems[0]!;
    const model = await fitLogistic(dense, allRows(dense.rows), new Int32Array(dense.rows), 1, { l2: 0.1 });
    expect(logProbabilities(model, dense).every((value) => value === 0)).toBe(true);
  });

  test("an aborted signal ends a fit with its code", async () => {
    const { dense, labels, classes, l2 } = problems[0]!;
    const abort = new AbortController();
    abort.abort();
    const fit = fitLogistic(dense, allRows(dense.rows), labels, classes, { l2, pace: makePace(abort.signal) });
    await expect(fit).rejects.toSatisfy((error) => hasCode(error, "base/aborted"));
  });
});

describe("products", () => {
  test("dense products equal the plain sums for odd and even sizes", () => {
    const source = random(5);
    for (const [n, H, C] of [
      [1, 1, 1],
      [2, 3, 4],
      [5, 7, 5],
      [9, 4, 11],
      [12, 16, 3],
    ] as const) {
      const matrix = new DenseMatrix(
        new Float32Array(n * H).map(() => source.normal()),
        H,
      );
      const rows = allRows(n).filter((row) => row !== 1);
      const weights = new Float64Array(C * H + C).map(() => source.normal());
      const residuals = new Float64Array(rows.length * C).map(() => source.normal());
      const out = new Float64Array(rows.length * C);
      const back = new Float64Array(H * C);
      matrix.times(weights, C, rows, out);
      matrix.transposedTimes(residuals, C, rows, back);
      const [plain, plainBack] = [new Float64Array(out.length), new Float64Array(back.length)];
      rows.forEach((row, i) => {
        for (let c = 0; c < C; c++) {
          for (let h = 0; h < H; h++) {
            plain[i * C + c]! += matrix.values[row * H + h]! * weights[c * H + h]!;
            plainBack[c * H + h]! += matrix.values[row * H + h]! * residuals[i * C + c]!;
          }
        }
      });
      // Same numbers in another order of summing.
      expect(worst(out, plain)).toBeLessThan(1e-12);
      expect(worst(back, plainBack)).toBeLessThan(1e-12);
    }
  });

  test("standardised columns have mean 0 and deviation 1 on the training rows; a constant one is 0", () => {
    const source = random(6);
    const values = new Float32Array(50 * 3).map((_, k) => (k % 3 === 2 ? 7 : 5 + (k % 3) * 10 + 3 * source.normal()));
    const train = allRows(40);
    standardize(values, 3, train);
    for (let h = 0; h < 2; h++) {
      const column = Array.from(train, (row) => values[row * 3 + h]!);
      const mean = column.reduce((a, b) => a + b) / 40;
      expect(mean).toBeCloseTo(0, 5);
      expect(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 40).toBeCloseTo(1, 5);
    }
    for (let row = 0; row < 50; row++) expect(values[row * 3 + 2]).toBe(0);
  });
});

describe("TF-IDF is scikit-learn's", () => {
  const { train, test: texts, labels, vocabulary, idf, rows, probabilities } = golden.tfidf;
  const vectorizer = fitTfidf(train);

  test("vocabulary in order, and idf", () => {
    // JavaScript sorts by UTF-16 units, Python by code points: equal for these texts.
    expect([...vectorizer.vocabulary.keys()]).toEqual(vocabulary);
    expect(worst(vectorizer.idf, idf)).toBeLessThan(1e-9);
  });

  test("rows of train and test", () => {
    const matrix = applyTfidf(vectorizer, [...train, ...texts]);
    rows.forEach((row, i) => {
      const [from, to] = [matrix.starts[i]!, matrix.starts[i + 1]!];
      expect(Array.from(matrix.indices.subarray(from, to))).toEqual(row.map(([column]) => column));
      // float32 values
      expect(
        worst(
          matrix.values.subarray(from, to),
          row.map(([, value]) => value),
        ),
      ).toBeLessThan(1e-7);
    });
  });

  test("logistic regression on it", async () => {
    const matrix = applyTfidf(vectorizer, [...train, ...texts]);
    const fitted = await fitLogistic(matrix, allRows(train.length), Int32Array.from(labels), 3, {
      l2: 1 / train.length,
      ...TIGHT,
    });
    const test = allRows(texts.length).map((row) => row + train.length);
    expect(worst(logProbabilities(fitted, matrix, test).map(Math.exp), probabilities.flat())).toBeLessThan(
      PROBABILITY_TOLERANCE,
    );
  });

  test("a size limit keeps the n-grams of most documents and counts the rest", () => {
    const small = fitTfidf(["red pump", "red loop", "red pump"], 2);
    expect([...small.vocabulary.keys()]).toEqual(["pump", "red"]);
    expect(small.dropped).toBe(3 + 2 - 2);
    expect(wordGrams("A red-pump!")).toEqual(["red", "pump", "red pump"]);
  });
});
