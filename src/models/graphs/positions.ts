/** Position ids as the two families count them. Plain integers: knows no graph. */
import type { ModelConfig } from "../../contract/index.ts";

/**
 * Positions that begin anew with each document of a block, as if it stood alone. Padding is counted as the families do.
 * Shapes: documents (B*T), the document of each place or -1 -> (B*T).
 */
export function positionsInDocuments(config: ModelConfig, documents: Int32Array, T: number): Int32Array {
  const first = config.model_type === "bert" ? 0 : config.pad_token_id + 1;
  const positions = new Int32Array(documents.length);
  let place = 0;
  documents.forEach((document, at) => {
    place = at % T === 0 || document !== documents[at - 1] ? 0 : place + 1;
    positions[at] = document < 0 && config.model_type !== "bert" ? config.pad_token_id : first + place;
  });
  return positions;
}

/**
 * BERT counts places from 0; RoBERTa counts real tokens from padding_idx + 1 and gives padding the
 * padding index itself.
 * Shapes: ids (B*T) -> (B*T).
 * Source: transformers, `create_position_ids_from_input_ids` in modeling_roberta.py.
 */
export function positionIds(config: ModelConfig, ids: ArrayLike<number>, B: number, T: number): Int32Array {
  const positions = new Int32Array(B * T);
  const pad = config.pad_token_id;
  for (let block = 0; block < B; block++) {
    let seen = 0;
    for (let t = 0; t < T; t++) {
      const at = block * T + t;
      if (config.model_type === "bert") positions[at] = t;
      else positions[at] = ids[at] === pad ? pad : pad + ++seen;
    }
  }
  return positions;
}

/** The longest block the position table has rows for: RoBERTa's first padding_idx + 1 rows are not places. */
export function maxTokens(config: ModelConfig): number {
  const rows = config.max_position_embeddings;
  return config.model_type === "bert" ? rows : rows - config.pad_token_id - 1;
}
