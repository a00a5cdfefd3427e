/** A collated batch as the named inputs of the MLM graphs. */
import { UnmaskError } from "../base/index.ts";
import { familyFacts, type ModelConfig, type SpecialTokens, type StepShape } from "../contract/index.ts";
import type { BlockIndex, MlmBatch } from "../data/index.ts";
import { positionIds, positionsInDocuments } from "../models/index.ts";
import type { Feed, Feeds } from "../runtime/index.ts";

/** @param normaliser what each masked token's loss is divided by: the masked tokens of the whole update. */
export function mlmFeeds(
  batch: MlmBatch,
  shape: StepShape,
  config: ModelConfig,
  normaliser: number,
  padding: BlockIndex["padded"],
): Feeds {
  const { B, T, M } = shape;
  const feeds = encoderFeeds(batch.ids, batch.attention, B, T, config, padding === true);
  if (batch.sight !== undefined) sightFeeds(feeds, batch.sight, B, T);
  else if (padding === "documents") documentFeeds(feeds, batch, config);
  feeds.set("masked_positions", places(batch.positions, batch.count, M, config));
  feeds.set("labels", { type: "int32", shape: [M], data: batch.labels });
  feeds.set("loss_weights", { type: "float32", shape: [M], data: batch.weights.map((w) => w / normaliser) });
  return feeds;
}

/** Places that are guessed. Those that are unused: the first one, or none where the graph maps places to guesses. */
function places(positions: Int32Array, count: number, M: number, config: ModelConfig): Feed {
  const data = positions.slice();
  if (familyFacts(config).guesses === "permuted") data.fill(-1, count);
  return { type: "int32", shape: [M], data };
}

function sightFeeds(feeds: Map<string, Feed>, sight: Float32Array, B: number, T: number): void {
  feeds.set("attention_mask", { type: "float32", shape: [B, 1, T, T], data: sight });
}

/**
 * Inputs of the graphs that guess at mask tokens in given texts.
 * @param positions flat places of the mask tokens, at most M of them
 */
export function gapFeeds(
  ids: Int32Array,
  attention: Float32Array,
  positions: readonly number[],
  { B, T, M }: StepShape,
  { config, special }: { config: ModelConfig; special: SpecialTokens },
  padding: boolean,
): Feeds {
  const feeds = encoderFeeds(ids, attention, B, T, config, padding, special);
  if (familyFacts(config).guesses === "permuted") {
    // What stands at a gap is seen by nobody, as in XLNet's own prediction; the text is seen by all.
    const open = (at: number): boolean => attention[at] === 1 && ids[at] !== special.mask;
    const sight = Float32Array.from({ length: B * T * T }, (_, i) =>
      open(Math.floor(i / (T * T)) * T + (i % T)) ? 1 : 0,
    );
    sightFeeds(feeds, sight, B, T);
  }
  const filled = new Int32Array(M);
  filled.set(positions);
  feeds.set("masked_positions", places(filled, positions.length, M, config));
  return feeds;
}

/** Attention within documents, (B, 1, T, T); padding looks at padding, so that no place looks at nothing. */
function documentFeeds(feeds: Map<string, Feed>, { B, T, documents, restarts }: MlmBatch, config: ModelConfig): void {
  if (documents === undefined)
    throw new UnmaskError("training/internal", "A batch with closed document borders must say where they are.");
  const mask = new Float32Array(B * T * T);
  for (let row = 0; row < B * T; row++) {
    const block = row - (row % T);
    for (let t = 0; t < T; t++) if (documents[block + t] === documents[row]) mask[row * T + t] = 1;
  }
  feeds.set("attention_mask", { type: "float32", shape: [B, 1, T, T], data: mask });
  if (restarts && feeds.has("position_ids"))
    feeds.set("position_ids", { type: "int32", shape: [B * T], data: positionsInDocuments(config, documents, T) });
}

/**
 * ids (B*T) and attention (B*T) as the encoder's inputs: those that the model's family has.
 * @param special where token types tell the text from its special tokens (XLNet): 2 for `<cls>`, 3 for padding
 */
export function encoderFeeds(
  ids: Int32Array,
  attention: Float32Array,
  B: number,
  T: number,
  config: ModelConfig,
  padding: boolean,
  special?: SpecialTokens,
): Map<string, Feed> {
  const flat = (data: Int32Array): Feed => ({ type: "int32", shape: [B * T], data });
  const feeds = new Map<string, Feed>([["input_ids", flat(ids)]]);
  if (familyFacts(config).places !== "relative") feeds.set("position_ids", flat(positionIds(config, ids, B, T)));
  const typeOf = (id: number): number => (id === special?.start ? 2 : id === special?.pad ? 3 : 0);
  const types = familyFacts(config).guesses === "permuted" ? ids.map(typeOf) : new Int32Array(B * T);
  if (config.type_vocab_size > 0) feeds.set("token_type_ids", flat(types));
  if (padding) feeds.set("attention_mask", { type: "float32", shape: [B, T], data: attention });
  return feeds;
}
