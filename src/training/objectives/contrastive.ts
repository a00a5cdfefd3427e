/**
 * SimCSE (Gao et al. 2021): two texts are drawn together, the batch's other ones apart. Without labels (section 3) each
 * sentence is its own partner, under another dropout mask; with them (section 4) the two texts of a pair are partners,
 * as in sentence-transformers' MultipleNegativesRankingLoss. Held-out texts are scored without dropout: without labels
 * the loss then says how far apart different sentences lie. Rows that share a text are not told apart. The MLM head is kept, and its held-out loss measured too.
 */
import { permutation, random } from "../../base/index.ts";
import type { Recipe } from "../../contract/index.ts";
import {
  bucketsOf,
  partnerBatch,
  partnerStep,
  sharedTexts,
  type PartnerBatch,
  type TextPairs,
} from "../../data/index.ts";
import { buildContrastiveForward, buildContrastiveTraining, type BlockShape } from "../../models/index.ts";
import { firstGraph, type Device, type DeviceWeights, type Feeds, type Program } from "../../runtime/index.ts";
import { encoderFeeds } from "../feeds.ts";
import { scoringOptions, trainingOptions } from "../graph-options.ts";
import type { Objective, Score, Scorer } from "../objective.ts";
import { graphsOf, mlmObjective, type TextPlan } from "./mlm.ts";

export interface ContrastivePlan extends TextPlan {
  /** Row i of the second is the partner of row i of the first. */
  sentences: { train: TextPairs; heldOut?: TextPairs };
}

/** The MLM head does not learn, so no adapter stands beside its layers. */
const headKept = (recipe: Recipe): Recipe =>
  recipe.loraTargets === "all" ? { ...recipe, loraTargets: "encoder" } : recipe;

const EVALUATION_STREAM = 0xc057;
/** Held-out batches at an evaluation. */
const evaluationBatches = 16;

export function contrastiveObjective(plan: ContrastivePlan): Objective {
  const { config, recipe, sentences } = plan;
  const { batchSize: N, blockLength: T, accumulation, seed, pooling, temperature } = recipe;
  const shapeOf = (places: number): BlockShape => ({ B: 2 * N, T: places });
  const options = { padding: true, pooling, temperature, apart: true } as const;
  const feedsOf = (batch: PartnerBatch, share: number): Feeds => {
    const { first, second } = batch;
    const { T: cut } = first;
    const [ids, attention] = [new Int32Array(2 * N * cut), new Float32Array(2 * N * cut)];
    for (const [i, half] of [first, second].entries()) {
      ids.set(half.ids, i * N * cut);
      attention.set(half.attention, i * N * cut);
    }
    const feeds = encoderFeeds(ids, attention, 2 * N, cut, config, true);
    feeds.set("labels", { type: "int32", shape: [N], data: Int32Array.from({ length: N }, (_, i) => i) });
    feeds.set("loss_weights", { type: "float32", shape: [N], data: new Float32Array(N).fill(share) });
    feeds.set("apart", { type: "float32", shape: [N, N], data: sharedTexts(batch) });
    return feeds;
  };
  return {
    head: "kept-mlm",
    trainingGraph: (trainable, graph = firstGraph, form) =>
      buildContrastiveTraining(config, shapeOf(graph === firstGraph ? T : Number(graph)), {
        ...options,
        ...trainingOptions(recipe, form),
        trainable,
      }),
    batches(step) {
      const { batches, epoch } = partnerStep(sentences.train, recipe, step);
      return {
        feeds: batches.map((batch) => feedsOf(batch, 1 / (N * accumulation))),
        ...graphsOf(
          bucketsOf(recipe),
          batches.map(({ first }) => first),
          T,
        ),
        tokens: batches.reduce((sum, { first, second }) => sum + first.tokens + second.tokens, 0),
        epoch,
      };
    },
    async openScorer(device: Device): Promise<Scorer> {
      const { heldOut } = sentences;
      const count = heldOut?.first.count ?? 0;
      const order = permutation(count, random(seed, EVALUATION_STREAM));
      const batches = Array.from({ length: Math.min(evaluationBatches, Math.floor(count / N)) }, (_, b) =>
        feedsOf(partnerBatch(heldOut!, [...order.subarray(b * N, (b + 1) * N)]), 1 / N),
      );
      const words = await mlmObjective({ ...plan, recipe: headKept(recipe) }).openScorer(device);
      if (batches.length === 0) return words;
      const graph = buildContrastiveForward(config, shapeOf(T), { ...options, ...scoringOptions(recipe) });
      return new ContrastiveScorer(await device.compile(graph.bytes), batches, N, words);
    },
  };
}

class ContrastiveScorer implements Scorer {
  readonly #program: Program;
  readonly #batches: readonly Feeds[];
  readonly #batchSize: number;
  readonly #words: Scorer;
  constructor(program: Program, batches: readonly Feeds[], batchSize: number, words: Scorer) {
    this.#program = program;
    this.#batches = batches;
    this.#batchSize = batchSize;
    this.#words = words;
  }

  async score(weights: DeviceWeights): Promise<Score> {
    const words = await this.#words.score(weights);
    let loss = 0;
    for (const feeds of this.#batches)
      loss += (await this.#program.run(weights, feeds, ["loss"])).get("loss")![0]! / this.#batches.length;
    const measures = [{ name: "MLM loss", value: words.loss, count: words.tokens }];
    return { loss, tokens: this.#batches.length * this.#batchSize, measures };
  }

  async dispose(): Promise<void> {
    await this.#words.dispose();
    await this.#program.dispose();
  }
}
