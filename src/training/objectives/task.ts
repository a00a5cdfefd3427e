/**
 * Learning a labelled set's task: rows of the training items in an order fixed by (seed, epoch), their padded batches,
 * and the loss on rows that are not trained on. Knows nothing of tasks but their head and the rows' targets.
 */
import {
  longestBlock,
  type ModelConfig,
  type Recipe,
  type SpecialTokens,
  type TaskHead,
} from "../../contract/index.ts";
import {
  lengthHolding,
  stepBlocks,
  taskBatch,
  type BlockUse,
  type RowLengths,
  type Target,
  type TaskBatch,
  type TaskRow,
} from "../../data/index.ts";
import { buildHeadForward, buildHeadTraining } from "../../models/index.ts";
import { firstGraph, type Device, type DeviceWeights, type Feed, type Program } from "../../runtime/index.ts";
import { encoderFeeds } from "../feeds.ts";
import { scoringOptions, trainingOptions } from "../graph-options.ts";
import type { Objective, Score, Scorer, StepBatches } from "../objective.ts";
import { graphsOf } from "./mlm.ts";

/** Rows and what each should answer. */
export interface TaskData {
  rows: readonly TaskRow[];
  targets: readonly Target[];
}
export interface TaskPlan {
  config: ModelConfig;
  special: SpecialTokens;
  recipe: Recipe;
  head: TaskHead;
  train: TaskData;
  /** What the best epoch is chosen by. */
  dev: TaskData;
}

/** Row lengths are rounded up to this: matrix sizes that are multiples of 8 run faster. */
const LENGTH_STEP = 8;

/** Tokens a row that hold every row of these. */
export function rowLength(rows: readonly TaskRow[], config: ModelConfig): number {
  const longest = rows.reduce((most, { ids }) => Math.max(most, ids.length), 1);
  return Math.min(longestBlock(config), LENGTH_STEP * Math.ceil(longest / LENGTH_STEP));
}

export function taskObjective(plan: TaskPlan): Objective {
  const { config, recipe, head } = plan;
  const shape = { B: recipe.batchSize, T: rowLength([...plan.train.rows, ...plan.dev.rows], config) };
  const lengths: RowLengths = (_, place) => Math.min(shape.T, plan.train.rows[place]!.ids.length);
  return {
    head,
    trainingGraph: (trainable, graph = firstGraph, form) => {
      const cut = graph === firstGraph ? shape : { ...shape, T: Number(graph) };
      return buildHeadTraining(config, cut, head, { padding: true, trainable, ...trainingOptions(recipe, form) });
    },
    batches: (step) => batchesOf(plan, shape.T, lengths, step),
    openScorer: (device) => TaskScorer.open(device, plan, shape),
  };
}

function batchesOf(
  { config, special, recipe, head, train }: TaskPlan,
  whole: number,
  lengths: RowLengths,
  step: number,
): StepBatches {
  const { seed, batchSize: B, accumulation, lengthBuckets } = recipe;
  const grouping = lengthBuckets === "group" ? lengths : undefined;
  const parts = stepBlocks(seed, train.rows.length, B, accumulation, step, grouping);
  const lengthOf = (part: readonly BlockUse[]): number =>
    lengthBuckets === "no"
      ? whole
      : lengthHolding(
          whole,
          part.map(({ block }) => lengths(0, block)),
        );
  const batches = parts.map((part) =>
    taskBatch(
      part.map(({ block }) => train.rows[block]!),
      part.map(({ block }) => train.targets[block]!),
      head.kind,
      B,
      lengthOf(part),
      special.pad,
    ),
  );
  const learned = batches.reduce((sum, { count }) => sum + count, 0);
  return {
    feeds: batches.map((batch) => taskFeeds(batch, head, config, Math.max(1, learned))),
    ...graphsOf(lengthBuckets, batches, whole),
    tokens: batches.reduce((sum, { tokens }) => sum + tokens, 0),
    epoch: parts.at(-1)!.at(-1)!.epoch,
  };
}

/** @param normaliser what each labelled place's loss is divided by: the labelled places of the whole update */
export function taskFeeds(
  batch: TaskBatch,
  head: TaskHead,
  config: ModelConfig,
  normaliser: number,
): Map<string, Feed> {
  const feeds = rowFeeds(batch, config);
  const ints = (data: Int32Array): Feed => ({ type: "int32", shape: [data.length], data });
  const floats = (data: Float32Array): Feed => ({ type: "float32", shape: [data.length], data });
  feeds.set("loss_weights", floats(batch.weights.map((weight) => weight / normaliser)));
  if (head.kind === "regression") feeds.set("targets", floats(batch.scores));
  else if (head.kind === "spans")
    feeds.set("start_positions", ints(batch.labels)).set("end_positions", ints(batch.lasts));
  else feeds.set("labels", ints(batch.labels));
  return feeds;
}

/** The inputs that do not depend on labels. */
export function rowFeeds({ ids, types, attention, B, T }: TaskBatch, config: ModelConfig): Map<string, Feed> {
  const feeds = encoderFeeds(ids, attention, B, T, config, true);
  // A family with one token type has a table of one row.
  if (config.type_vocab_size > 1) feeds.set("token_type_ids", { type: "int32", shape: [B * T], data: types });
  return feeds;
}

class TaskScorer implements Scorer {
  readonly #program: Program;
  readonly #plan: TaskPlan;
  readonly #batches: TaskBatch[];

  private constructor(program: Program, plan: TaskPlan, batches: TaskBatch[]) {
    this.#program = program;
    this.#plan = plan;
    this.#batches = batches;
  }

  static async open(device: Device, plan: TaskPlan, { B, T }: { B: number; T: number }): Promise<TaskScorer> {
    const { config, head, dev, special, recipe } = plan;
    const batches: TaskBatch[] = [];
    for (let at = 0; at < dev.rows.length; at += B)
      batches.push(taskBatch(dev.rows.slice(at, at + B), dev.targets.slice(at, at + B), head.kind, B, T, special.pad));
    const program = await device.compile(
      buildHeadForward(config, { B, T }, head, { padding: true, ...scoringOptions(recipe) }).bytes,
    );
    return new TaskScorer(program, plan, batches);
  }

  async score(weights: DeviceWeights): Promise<Score> {
    const { config, head } = this.#plan;
    let [sum, count, right] = [0, 0, 0];
    for (const batch of this.#batches) {
      const out = await this.#program.run(weights, taskFeeds(batch, head, config, 1), ["nll", "logits"]);
      const nll = out.get("nll")!;
      batch.weights.forEach((weight, i) => {
        if (weight > 0) sum += nll[i]!;
      });
      count += batch.count;
      if ("labels" in head) right += rightAnswers(batch, out.get("logits")!, head.labels);
    }
    const loss = sum / Math.max(1, count);
    if (!("labels" in head)) return { loss, tokens: count };
    return { loss, tokens: count, measures: [{ name: "accuracy", value: right / count, count, share: true }] };
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

function rightAnswers({ labels, weights }: TaskBatch, logits: Float32Array, classes: number): number {
  let right = 0;
  labels.forEach((label, i) => {
    if (weights[i]! === 0) return;
    const own = logits[i * classes + label]!;
    let best = true;
    for (let c = 0; c < classes; c++) if (logits[i * classes + c]! > own) best = false;
    if (best) right++;
  });
  return right;
}
