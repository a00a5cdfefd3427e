/**
 * Next-sentence and sentence-order prediction: the loss against transformers' BertForPreTraining; the segments against
 * their papers' rules, on a text whose every token says where it stands.
 */
import { pairBlocks, type PairSettings, type TokenStream } from "../../src/data/index.ts";
import type { ModelConfig } from "../../src/contract/index.ts";
import { buildPairTraining } from "../../src/models/index.ts";
import type { Feeds } from "../../src/runtime/index.ts";
import type { Network } from "../../src/training/index.ts";
import { golden, mlmFeeds } from "../support/golden-models.ts";
import { goldenObjectives, objectiveErrors, objectivesOracle, type GoldenStep } from "../support/golden-objectives.ts";
import { native } from "../support/native.ts";
import type { MethodRow } from "./row.ts";
import { tenStepsTolerance } from "./ten-steps.rows.ts";
import { special } from "../support/tiny-bert.ts";

const network: Network = {
  head: "mlm+pairs",
  trainingGraph: (trainable) =>
    buildPairTraining(goldenObjectives.runs["pairs"]!.config, golden.shape, { padding: true, trainable }),
};
/** @param share of the pairs' loss: 1, or 0 to switch it off */
const feedsOf =
  (share: number) =>
  ({ batch, pairLabels }: GoldenStep, config: ModelConfig): Feeds => {
    const { B } = golden.shape;
    const feeds = new Map(mlmFeeds(batch, config, true));
    feeds.set("pair_labels", { type: "int32", shape: [B], data: Int32Array.from(pairLabels) });
    feeds.set("pair_weights", { type: "float32", shape: [B], data: new Float32Array(B).fill(share / B) });
    return feeds;
  };
const pairErrors = async (share: number): Promise<number> =>
  Math.max(...Object.values(await objectiveErrors(native(), "pairs", network, feedsOf(share))));

const first = 10; // ids below are special

/** Documents of 1 to 12 sentences of 1 to 30 tokens; the id of a token is its place, so a segment tells its source. */
function numberedText(): { stream: TokenStream; marks: Uint8Array; documentOf: number[] } {
  const documents = [0];
  const documentOf: number[] = [];
  const ends = new Set<number>();
  let at = 0;
  for (let d = 0; d < 400; d++) {
    for (let s = 0; s <= (d * 7) % 12; s++) {
      at += 1 + ((d * 13 + s * 17) % 30);
      ends.add(at - 1);
    }
    documents.push(at);
    while (documentOf.length < at) documentOf.push(d);
  }
  const tokens = Int32Array.from({ length: at }, (_, i) => first + i);
  const marks = Uint8Array.from({ length: at + first }, (_, id) => (ends.has(id - first) ? 1 : 0));
  return { stream: { tokens, documents: Uint32Array.from(documents) }, marks, documentOf };
}
const text = numberedText();
const drawn = 20_000;

/**
 * How far `made` pairs are from the rules of `expected`: the share of pairs that break one, plus how far the share of
 * answer 1 is from a half.
 */
function ruleErrors(made: PairSettings["kind"], expected: PairSettings["kind"]): number {
  const settings = { T: 64, seed: 5, kind: made, special, separators: 1, marks: text.marks } as const;
  const blocks = pairBlocks(text.stream, settings);
  let [broken, ones] = [0, 0];
  for (let i = 0; i < drawn; i++) {
    const { ids, length } = blocks.block(i);
    const { label, secondAt } = blocks.pair(i);
    const a = ids.subarray(1, secondAt - 1);
    const b = ids.subarray(secondAt, length - 1);
    const framed = ids[0] === special.start && ids[secondAt - 1] === special.end && ids[length - 1] === special.end;
    const runs = [a, b].every((part) => part.length > 0 && part.every((id, k) => id === part[0]! + k));
    const [aFrom, bFrom] = [a[0]! - first, b[0]! - first];
    const sameDocument = text.documentOf[aFrom] === text.documentOf[bFrom];
    // Truncation takes tokens at the segments' outer and inner ends: B follows A, at a small distance at most.
    const follows = sameDocument && bFrom > aFrom;
    const right =
      expected === "nsp" ? (label === 0 ? follows : !sameDocument) : sameDocument && follows === (label === 0);
    if (!framed || !runs || !right) broken++;
    ones += label;
  }
  return broken / drawn + Math.abs(ones / drawn - 0.5);
}

/** Four standard errors of a share of a half over so many pairs. */
const shareTolerance = 4 * Math.sqrt(0.25 / drawn);

export const pairRows: MethodRow[] = [
  {
    method: "Next-sentence prediction beside MLM",
    oracle: objectivesOracle,
    tolerance: tenStepsTolerance,
    deviation: () => pairErrors(1),
    withoutIt: () => pairErrors(0),
  },
  {
    method: "Next-sentence prediction: segments",
    oracle: `BERT's create_pretraining_data: its rules, over ${drawn} pairs`,
    tolerance: shareTolerance,
    deviation: () => ruleErrors("nsp", "nsp"),
    withoutIt: () => ruleErrors("sop", "nsp"),
  },
  {
    method: "Sentence-order prediction: segments",
    oracle: `ALBERT's create_pretraining_data: its rules, over ${drawn} pairs`,
    tolerance: shareTolerance,
    deviation: () => ruleErrors("sop", "sop"),
    withoutIt: () => ruleErrors("nsp", "sop"),
  },
];
