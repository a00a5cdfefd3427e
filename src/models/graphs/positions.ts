/** Position ids as the families count them. Plain integers: knows no graph. */
import { familyFacts, type ModelConfig } from "../../contract/index.ts";

const afterPadding = (config: ModelConfig): boolean => familyFacts(config).places === "after-padding";

/**
 * Positions that begin anew with each document of a block, as if it stood alone. Padding is counted as the families do.
 * Shapes: documents (B*T), the document of each place or -1 -> (B*T).
 */
export function positionsInDocuments(config: ModelConfig, documents: Int32Array, T: number): Int32Array {
  const after = afterPadding(config);
  const first = after ? config.pad_token_id + 1 : 0;
  const positions = new Int32Array(documents.length);
  let place = 0;
  documents.forEach((document, at) => {
    place = at % T === 0 || document !== documents[at - 1] ? 0 : place + 1;
    positions[at] = document < 0 && after ? config.pad_token_id : first + place;
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
  const [pad, after] = [config.pad_token_id, afterPadding(config)];
  for (let block = 0; block < B; block++) {
    let seen = 0;
    for (let t = 0; t < T; t++) {
      const at = block * T + t;
      if (after) positions[at] = ids[at] === pad ? pad : pad + ++seen;
      else positions[at] = t;
    }
  }
  return positions;
}
