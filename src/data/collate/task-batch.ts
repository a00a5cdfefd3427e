/** Rows of a labelled set as one padded batch of fixed size. Rows left over repeat the first one and count for nothing. */
import type { TaskHead } from "../../contract/index.ts";
import type { Target } from "../labelled/task-labels.ts";
import type { TaskRow } from "../labelled/task-rows.ts";

export interface TaskBatch {
  B: number;
  T: number;
  /** Each (B*T). */
  ids: Int32Array;
  types: Int32Array;
  attention: Float32Array;
  /** Classes (tokens: B*T, sequence: B), targets (regression: B) or first and last places (spans: B each). */
  labels: Int32Array;
  lasts: Int32Array;
  scores: Float32Array;
  /** 1 for what is learned from, 0 for the rest. Tokens: (B*T), else (B). */
  weights: Float32Array;
  /** Sum of the weights. */
  count: number;
  /** Positions that are not padding. */
  tokens: number;
}

/** @param targets none where only predictions are asked for */
export function taskBatch(
  rows: readonly TaskRow[],
  targets: readonly Target[] | undefined,
  head: TaskHead["kind"],
  B: number,
  T: number,
  pad: number,
): TaskBatch {
  const places = head === "tokens" ? B * T : B;
  const batch: TaskBatch = {
    B,
    T,
    ids: new Int32Array(B * T).fill(pad),
    types: new Int32Array(B * T),
    attention: new Float32Array(B * T),
    labels: new Int32Array(places),
    lasts: new Int32Array(B),
    scores: new Float32Array(B),
    weights: new Float32Array(places),
    count: 0,
    tokens: 0,
  };
  for (let b = 0; b < B; b++) {
    const { ids, typesFrom, classAt } = rows[b] ?? rows[0]!;
    const length = Math.min(T, ids.length);
    for (let t = 0; t < length; t++) batch.ids[b * T + t] = ids[t]!;
    batch.types.fill(1, b * T + Math.min(length, typesFrom), b * T + length);
    if (classAt !== undefined && classAt < length) batch.types[b * T + classAt] = 2;
    batch.attention.fill(1, b * T, b * T + length);
    if (b >= rows.length) continue;
    batch.tokens += length;
    if (targets !== undefined) label(batch, b, targets[b]!, head);
  }
  return batch;
}

function label(batch: TaskBatch, b: number, target: Target, head: TaskHead["kind"]): void {
  const learn = (place: number, value: number): void => {
    if (value < 0) return;
    batch.labels[place] = value;
    batch.weights[place] = 1;
    batch.count++;
  };
  if (target instanceof Int32Array) {
    target.subarray(0, batch.T).forEach((value, t) => learn(b * batch.T + t, value));
  } else if (typeof target !== "number") {
    learn(b, target[0]);
    batch.lasts[b] = target[1];
  } else if (head === "regression") {
    batch.scores[b] = target;
    batch.weights[b] = 1;
    batch.count++;
  } else learn(b, target);
}
