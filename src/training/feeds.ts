/** A collated batch as the named inputs of the MLM graphs. */
import type { ModelConfig, StepShape } from "../contract/index.ts";
import type { MlmBatch } from "../data/index.ts";
import { positionIds } from "../models/index.ts";
import type { Feed, Feeds } from "../runtime/index.ts";

/** @param normaliser what each masked token's loss is divided by: the masked tokens of the whole update. */
export function mlmFeeds(
  batch: MlmBatch,
  shape: StepShape,
  config: ModelConfig,
  normaliser: number,
  padding: boolean,
): Feeds {
  const { B, T, M } = shape;
  const feeds = new Map<string, Feed>(encoderFeeds(batch.ids, batch.attention, B, T, config, padding));
  feeds.set("masked_positions", { type: "int32", shape: [M], data: batch.positions });
  feeds.set("labels", { type: "int32", shape: [M], data: batch.labels });
  feeds.set("loss_weights", { type: "float32", shape: [M], data: batch.weights.map((w) => w / normaliser) });
  return feeds;
}

/** ids (B*T) and attention (B*T) as the encoder's inputs. */
export function encoderFeeds(
  ids: Int32Array,
  attention: Float32Array,
  B: number,
  T: number,
  config: ModelConfig,
  padding: boolean,
): Map<string, Feed> {
  const feeds = new Map<string, Feed>([
    ["input_ids", { type: "int32", shape: [B * T], data: ids }],
    ["position_ids", { type: "int32", shape: [B * T], data: positionIds(config, ids, B, T) }],
    ["token_type_ids", { type: "int32", shape: [B * T], data: new Int32Array(B * T) }],
  ]);
  if (padding) feeds.set("attention_mask", { type: "float32", shape: [B, T], data: attention });
  return feeds;
}
