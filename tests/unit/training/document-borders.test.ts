/**
 * Closed document borders: two documents in one block give each masked token the loss it has when its document
 * stands alone. Exact in float64, so nothing looks across, and positions begin anew.
 */
import { expect, it } from "vitest";
import { interpret, type Feed } from "../../../src/autodiff/testing/index.ts";
import type { ModelConfig } from "../../../src/contract/index.ts";
import { packConcatenated, type MlmBatch, type TokenStream } from "../../../src/data/index.ts";
import { BatchBuilder } from "../../../src/data/collate/batch.ts";
import { buildMlmForward, buildMlmTraining, initialize, positionsInDocuments } from "../../../src/models/index.ts";
import { mlmFeeds } from "../../../src/training/feeds.ts";
import { tinyBert } from "../../support/tiny-bert.ts";

const bert = tinyBert({
  vocab_size: 11,
  hidden_size: 8,
  num_hidden_layers: 2,
  intermediate_size: 12,
  max_position_embeddings: 12,
  layer_norm_eps: 1e-5,
  initializer_range: 0.5,
});
const roberta: ModelConfig = { ...bert, model_type: "roberta", pad_token_id: 1, type_vocab_size: 1 };
/** Sums run over more places, some of them with weight 0: another order of adding. */
const tolerance = 1e-9;

const stream: TokenStream = {
  tokens: Int32Array.of(2, 5, 6, 7, 3, 2, 8, 3),
  documents: Uint32Array.of(0, 5, 8),
};
const part = (from: number, to: number): TokenStream => ({
  tokens: (stream.tokens as Int32Array).slice(from, to),
  documents: Uint32Array.of(0, to - from),
});

function batchOf(tokens: TokenStream, T: number, borders: "open" | "closed" | "restart", places: number[]): MlmBatch {
  const builder = new BatchBuilder(packConcatenated(tokens, T, "error", borders), 1, places.length);
  builder.add(0, { places, shown: places.map(() => 4) });
  return builder.finish();
}
function losses(config: ModelConfig, batch: MlmBatch, padding: boolean | "documents"): number[] {
  const shape = { B: 1, T: batch.T, M: batch.count };
  const graph = buildMlmForward(config, shape, { padding });
  const feeds = new Map<string, Feed>(mlmFeeds(batch, shape, config, 1, padding) as Map<string, Feed>);
  for (const { name, shape: dims } of graph.parameters) {
    const data = Float64Array.from(initialize(graph.parameters, config, 3).get(name)!);
    feeds.set(name, { type: "float32", shape: dims, data });
  }
  return [...interpret(graph.graph, feeds).get("nll")!.data];
}

it.each([
  ["bert", bert],
  ["roberta", roberta],
] as const)("%s: as if each document stood alone", (_, config) => {
  const joined = losses(config, batchOf(stream, 8, "restart", [1, 3, 6]), "documents");
  const alone = [
    ...losses(config, batchOf(part(0, 5), 5, "open", [1, 3]), false),
    ...losses(config, batchOf(part(5, 8), 3, "open", [1]), false),
  ];
  joined.forEach((loss, i) => expect(Math.abs(loss - alone[i]!)).toBeLessThan(tolerance));
  const across = losses(config, batchOf(stream, 8, "open", [1, 3, 6]), false);
  expect(Math.abs(across[2]! - alone[2]!)).toBeGreaterThan(0.01);
});

it("closed without restarting: positions run on, attention does not", () => {
  const batch = batchOf(stream, 8, "closed", [6]);
  const feeds = mlmFeeds(batch, { B: 1, T: 8, M: 1 }, bert, 1, "documents");
  expect([...feeds.get("position_ids")!.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  const mask = feeds.get("attention_mask")!;
  expect(mask.shape).toEqual([1, 1, 8, 8]);
  expect([...mask.data.slice(0, 8)]).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
  expect([...mask.data.slice(56)]).toEqual([0, 0, 0, 0, 0, 1, 1, 1]);
});

it("positions of a document, by family", () => {
  const documents = Int32Array.of(0, 0, 1, 1, 1, 0, 1, 1, -1, -1);
  expect([...positionsInDocuments(bert, documents, 5)]).toEqual([0, 1, 0, 1, 2, 0, 0, 1, 0, 1]);
  expect([...positionsInDocuments(roberta, documents, 5)]).toEqual([2, 3, 2, 3, 4, 2, 2, 3, 1, 1]);
});

it("the training graph takes the mask too", () => {
  const step = buildMlmTraining(bert, { B: 2, T: 4, M: 2 }, { padding: "documents" });
  expect(step.inputs.find(({ name }) => name === "attention_mask")?.shape).toEqual([2, 1, 4, 4]);
});
