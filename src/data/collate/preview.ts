/** A batch as people see it: which tokens were hidden, and what stands there instead. */
import type { BatchPreview, PreviewToken } from "../../contract/index.ts";
import { isSpecial } from "../tokenize/special.ts";
import type { Tokenizer } from "../tokenize/tokenizer.ts";
import type { MlmBatch } from "./batch.ts";

export function previewBatch(batch: MlmBatch, tokenizer: Tokenizer): BatchPreview {
  const { T } = batch;
  const chosen = new Set(batch.positions.subarray(0, batch.count));
  let ordinary = 0;
  const token = (place: number): PreviewToken => {
    const [original, seen] = [batch.original[place]!, batch.ids[place]!];
    const special = isSpecial(original, tokenizer.special);
    if (!special) ordinary++;
    const text = tokenizer.tokenText(original);
    if (batch.attention[place] === 0) return { text, state: "padding", shown: text };
    if (!chosen.has(place)) return { text, state: special ? "special" : "plain", shown: text };
    const state = seen === tokenizer.special.mask ? "masked" : seen === original ? "kept" : "random";
    return { text, state, shown: tokenizer.tokenText(seen) };
  };
  const rows: BatchPreview["rows"] = [];
  for (let row = 0; row < batch.B; row++)
    if (batch.blocks[row]! >= 0) rows.push({ tokens: Array.from({ length: T }, (_, i) => token(row * T + i)) });
  return { rows, chosenShare: ordinary === 0 ? 0 : batch.count / ordinary };
}
