/** SimCSE, from pairs and from dropout, against PyTorch (tests/oracles/objectives.py). */
import type { ModelConfig } from "../../src/contract/index.ts";
import { buildContrastiveTraining } from "../../src/models/index.ts";
import type { Feed, Feeds } from "../../src/runtime/index.ts";
import type { Network } from "../../src/training/index.ts";
import { encoderFeeds, golden, type GoldenBatch } from "../support/golden-models.ts";
import { goldenObjectives, objectiveErrors, objectivesOracle, type GoldenStep } from "../support/golden-objectives.ts";
import { native } from "../support/native.ts";
import type { MethodRow } from "./row.ts";
import { tenStepsTolerance } from "./ten-steps.rows.ts";

const { B: N, T } = golden.shape;
const shape = { B: 2 * N, T };

function network(key: string, pooling: "cls" | "mean", rate: number): Network {
  const { temperature, runs } = goldenObjectives;
  const dropout = rate === 0 ? undefined : { hidden: rate, attention: rate, adapters: 0 };
  return {
    head: "kept-mlm",
    trainingGraph: (trainable) =>
      buildContrastiveTraining(runs[key]!.config, shape, { padding: true, pooling, temperature, dropout, trainable }),
  };
}

/** Both batches of rows, one below the other. */
function feedsOf(first: GoldenBatch, second: GoldenBatch, config: ModelConfig): Feeds {
  const [above, below] = [encoderFeeds(first, config, true), encoderFeeds(second, config, true)];
  const feeds = new Map<string, Feed>([
    ["labels", { type: "int32", shape: [N], data: Int32Array.from({ length: N }, (_, i) => i) }],
    ["loss_weights", { type: "float32", shape: [N], data: new Float32Array(N).fill(1 / N) }],
  ]);
  for (const [name, { type, data }] of above) {
    const rows = [...data, ...below.get(name)!.data];
    if (type === "int32") feeds.set(name, { type, shape: [rows.length], data: Int32Array.from(rows) });
    else feeds.set(name, { type, shape: [2 * N, T], data: Float32Array.from(rows) });
  }
  return feeds;
}
const fromPairs = ({ batch, second }: GoldenStep, config: ModelConfig): Feeds => feedsOf(batch, second, config);
const fromDropout = ({ batch }: GoldenStep, config: ModelConfig): Feeds => feedsOf(batch, batch, config);
const worst = async (errors: Promise<Record<string, number>>): Promise<number> =>
  Math.max(...Object.values(await errors));

const pairRow = (key: string, pooling: "cls" | "mean"): MethodRow => ({
  method: `SimCSE from pairs, ${pooling === "cls" ? "first token (BERT)" : "mean of tokens (RoBERTa)"}`,
  oracle: objectivesOracle,
  tolerance: tenStepsTolerance,
  deviation: () => worst(objectiveErrors(native(), key, network(key, pooling, 0), fromPairs)),
  // Each text its own partner: nothing of the pairs is learned.
  withoutIt: () => worst(objectiveErrors(native(), key, network(key, pooling, 0), fromDropout)),
});

export const contrastiveRows: MethodRow[] = [
  {
    method: "SimCSE from dropout",
    oracle: objectivesOracle.replace("loss, gradients,", "with the same masks,"),
    tolerance: tenStepsTolerance,
    deviation: () =>
      worst(
        objectiveErrors(
          native(),
          "contrastive-dropout",
          network("contrastive-dropout", "cls", goldenObjectives.dropout),
          fromDropout,
        ),
      ),
    withoutIt: () =>
      worst(objectiveErrors(native(), "contrastive-dropout", network("contrastive-dropout", "cls", 0), fromDropout)),
  },
  pairRow("contrastive-cls", "cls"),
  pairRow("contrastive-mean", "mean"),
];
