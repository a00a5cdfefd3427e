/** The network that tests train where any will do: BERT's architecture, small enough for a step in a millisecond. */
import type { ModelConfig } from "../../src/contract/index.ts";

const plain: ModelConfig = {
  model_type: "bert",
  vocab_size: 60,
  hidden_size: 16,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 24,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
  hidden_act: "gelu",
  initializer_range: 0.02,
};
export const tinyBert = (changes: Partial<ModelConfig> = {}): ModelConfig => ({ ...plain, ...changes });

/** BERT's special tokens at the beginning of the vocabulary. */
export const special = { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 };
