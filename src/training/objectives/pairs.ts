/**
 * Next-sentence and sentence-order prediction beside MLM (BERT, ALBERT): blocks of two segments. The held-out loss
 * stays MLM's on ordinary blocks, so that it can be compared with other runs; how well held-out pairs are told apart
 * is measured beside it.
 */
import type { ModelConfig, StepShape } from "../../contract/index.ts";
import {
  bucketsOf,
  collateSettings,
  pairedStep,
  plainBatch,
  type MlmBatch,
  type PairBlocks,
} from "../../data/index.ts";
import { buildPairLogits, buildPairTraining } from "../../models/index.ts";
import { firstGraph, type Device, type DeviceWeights, type Feeds, type Program } from "../../runtime/index.ts";
import { encoderFeeds, mlmFeeds } from "../feeds.ts";
import { scoringOptions, trainingOptions } from "../graph-options.ts";
import type { Objective, Score, Scorer, StepBatches } from "../objective.ts";
import { graphsOf, mlmObjective, runShape, shapeOf, type TextPlan } from "./mlm.ts";

export interface PairPlan extends TextPlan {
  /** `heldOut` is absent where the held-out text cannot give any. */
  pairs: { train: PairBlocks; heldOut?: PairBlocks };
}

/** Held-out pairs told apart at an evaluation: an accuracy to about 3 points. */
const evaluationPairs = 256;

export function pairObjective(plan: PairPlan): Objective {
  const { config, recipe, pairs } = plan;
  const shape = runShape(recipe, config);
  const { labelSmoothing } = recipe;
  return {
    head: "mlm+pairs",
    trainingGraph: (trainable, graph = firstGraph, form) =>
      buildPairTraining(config, graph === firstGraph ? shape : runShape(recipe, config, Number(graph)), {
        padding: pairs.train.padded,
        labelSmoothing,
        trainable,
        ...trainingOptions(recipe, form),
      }),
    batches: (step) => pairBatches(plan, shape, step),
    async openScorer(device) {
      const words = await mlmObjective(plan).openScorer(device);
      return pairs.heldOut === undefined ? words : PairScorer.open(device, plan, pairs.heldOut, shape, words);
    },
  };
}

function pairBatches(plan: PairPlan, shape: StepShape, step: number): StepBatches {
  const { recipe, config, pairs } = plan;
  const { batchSize: B, accumulation } = recipe;
  const { batches, epoch } = pairedStep(pairs.train, collateSettings(plan), step);
  const masked = batches.reduce((sum, { count }) => sum + count, 0);
  return {
    feeds: batches.map((batch) => {
      const feeds = new Map(mlmFeeds(batch, shapeOf(batch), config, masked, pairs.train.padded));
      feeds.set("token_type_ids", { type: "int32", shape: [B * batch.T], data: segments(batch, pairs.train, config) });
      const labels = Int32Array.from(batch.blocks, (block) => pairs.train.pair(block).label);
      feeds.set("pair_labels", { type: "int32", shape: [B], data: labels });
      const share = new Float32Array(B).fill(1 / (B * accumulation));
      feeds.set("pair_weights", { type: "float32", shape: [B], data: share });
      return feeds;
    }),
    ...graphsOf(bucketsOf(recipe), batches, shape.T),
    tokens: batches.reduce((sum, { tokens }) => sum + tokens, 0),
    epoch,
  };
}

/** 0 for A, 1 for B with its end token; padding 0. All 0 where the model has one kind only. (B*T) */
function segments({ B, T, blocks, attention }: MlmBatch, pairs: PairBlocks, config: ModelConfig): Int32Array {
  const types = new Int32Array(B * T);
  if (config.type_vocab_size < 2) return types;
  for (let row = 0; row < B; row++) {
    const block = blocks[row]!;
    if (block < 0) continue;
    const end = (row + 1) * T;
    for (let at = row * T + pairs.pair(block).secondAt; at < end && attention[at] === 1; at++) types[at] = 1;
  }
  return types;
}

interface PairBatch {
  feeds: Feeds;
  labels: (0 | 1)[];
}

/** MLM's score, and beside it loss and accuracy of the sentence head on the same pairs each time. */
class PairScorer implements Scorer {
  readonly #program: Program;
  readonly #batches: readonly PairBatch[];
  readonly #words: Scorer;
  private constructor(program: Program, batches: PairBatch[], words: Scorer) {
    this.#program = program;
    this.#batches = batches;
    this.#words = words;
  }

  static async open(
    device: Device,
    { config, recipe }: TextPlan,
    pairs: PairBlocks,
    { B, T }: StepShape,
    words: Scorer,
  ): Promise<PairScorer> {
    const batches = Array.from({ length: Math.ceil(Math.min(pairs.count, evaluationPairs) / B) }, (_, b) => {
      const batch = plainBatch(
        pairs,
        Array.from({ length: B }, (_, row) => b * B + row),
      );
      const feeds = encoderFeeds(batch.ids, batch.attention, B, T, config, true);
      feeds.set("token_type_ids", { type: "int32", shape: [B * T], data: segments(batch, pairs, config) });
      const labels = [...batch.blocks].filter((block) => block >= 0).map((block) => pairs.pair(block).label);
      return { feeds, labels };
    });
    const graph = buildPairLogits(config, { B, T }, { padding: true, ...scoringOptions(recipe) });
    return new PairScorer(await device.compile(graph.bytes), batches, words);
  }

  async score(weights: DeviceWeights): Promise<Score> {
    const words = await this.#words.score(weights);
    let [loss, right, count] = [0, 0, 0];
    for (const { feeds, labels } of this.#batches) {
      const logits = (await this.#program.run(weights, feeds, ["pair_logits"])).get("pair_logits")!; // (B, 2)
      labels.forEach((label, row) => {
        const margin = logits[2 * row + label]! - logits[2 * row + 1 - label]!;
        loss += margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
        if (margin > 0) right++;
        count++;
      });
    }
    const measures = [
      { name: "sentence accuracy", value: right / count, count, share: true },
      { name: "sentence loss", value: loss / count, count },
    ];
    return { ...words, measures };
  }

  async dispose(): Promise<void> {
    await this.#words.dispose();
    await this.#program.dispose();
  }
}
