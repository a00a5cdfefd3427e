import type { NetworkLayout } from "./layer-view.ts";
import type { Family } from "./families.ts";
import type { BundledSize } from "./bundled.ts";

/** Which model, and what is known of it without its weights. */
export type ModelRef =
  /** Without a size: tiny, as stored before there were two. */
  | { kind: "bundled"; size?: BundledSize }
  | { kind: "hub"; id: string; revision: string }
  | { kind: "stored"; id: string }; // a checkpoint or an imported folder in IndexedDB

/**
 * Hugging Face config.json, the part that shapes the graph. Names are BERT's; a family that writes others
 * (DistilBERT's `dim`) is read into these. Fields that only some families have are optional, at the end.
 */
export interface ModelConfig {
  model_type: Family;
  vocab_size: number;
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  intermediate_size: number;
  max_position_embeddings: number;
  /** 0 in families without token types. */
  type_vocab_size: number;
  layer_norm_eps: number;
  pad_token_id: number;
  hidden_act: "gelu" | "relu" | "gelu_new";
  initializer_range: number;
  /** ELECTRA: width of the embedding tables, which a projection brings to hidden_size. */
  embedding_size?: number;
  /** MPNet: relative distances are sorted into so many buckets, each with a bias a head. */
  relative_attention_num_buckets?: number;
  modernbert?: ModernBertFields;
}
/** What only ModernBERT has. Names are its own configuration's. */
export interface ModernBertFields {
  /** A layer looks at everything, or at a window only. */
  layer_types: ("full_attention" | "sliding_attention")[];
  /** Width of the window: half of it to each side. */
  local_attention: number;
  /** Bases of the rotary angles, in layers of the first and of the second kind. */
  global_rope_theta: number;
  local_rope_theta: number;
  norm_bias: boolean;
  attention_bias: boolean;
  mlp_bias: boolean;
  decoder_bias: boolean;
  classifier_bias: boolean;
  /** Of the head, for masked words and labels alike. */
  classifier_activation: ModelConfig["hidden_act"];
  classifier_pooling: "cls" | "mean";
}
export interface SpecialTokens {
  pad: number;
  unknown: number;
  /** [CLS] or <s> */
  start: number;
  /** [SEP] or </s> */
  end: number;
  mask: number;
  /** Both stand behind the text, end before start: XLNet's `<sep> <cls>`. Otherwise they stand around it. */
  behind?: true;
}
export interface ModelSummary {
  ref: ModelRef;
  name: string;
  config: ModelConfig;
  special: SpecialTokens;
  parameters: number;
  sizeBytes: number;
  /** Fingerprint of tokenizer.json: token streams are only valid for the tokenizer that made them. */
  tokenizerId: string;
  /** Absent in projects stored before there was one: it comes with the next opening. */
  layout?: NetworkLayout;
  /** Plain sentences on what the model lacks; absent in summaries stored before there were any. */
  notices?: string[];
}
/** Where a load stands: `total` is 0 while unknown. */
export interface Progress {
  phase: string;
  done: number;
  total: number;
  unit: "bytes" | "documents" | "tokens" | "steps" | "items";
  /** The work holds itself until it is let go on, and why: a connection that broke. */
  held?: string;
}
/** What is learned from labels: a class a token or a block, a number a block, where an answer begins and ends. */
export type TaskHead = { kind: "tokens" | "sequence"; labels: number } | { kind: "regression" } | { kind: "spans" };
