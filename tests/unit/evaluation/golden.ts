/** The golden file that tests/oracles/evaluation.py made, with types. */
import { readFileSync } from "node:fs";

type Four = [precision: number, recall: number, f1: number, support: number];
export interface Golden {
  versions: Record<string, string>;
  ner: {
    gold: string[];
    predicted: string[];
    default: Four;
    defaultByType: Record<string, Four>;
    strict?: Four;
  }[];
  classification: { gold: string[]; predicted: string[]; accuracy: number; macroF1: number; matthews: number }[];
  correlation: { x: number[]; y: number[]; pearson: number | null; spearman: number | null; ranks: number[] }[];
  logistic: {
    x: number[][];
    y: number[];
    classes: number;
    C: number;
    probabilities: number[][];
    coefficients: number[][];
  }[];
  tfidf: {
    train: string[];
    test: string[];
    labels: number[];
    vocabulary: string[];
    idf: number[];
    rows: [number, number][][];
    probabilities: number[][];
  };
  bootstrap: {
    base: number[];
    tuned: number[];
    difference: [number, number];
    x: number[];
    y: number[];
    spearman: [number, number];
  };
}

export const golden = JSON.parse(
  readFileSync(new URL("../../golden/evaluation.json", import.meta.url), "utf8"),
) as Golden;
