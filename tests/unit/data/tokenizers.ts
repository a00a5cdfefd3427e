/** The two tiny tokenizers that tests/oracles/tokenizer_ids.py trained on our own sentences. */
import { readFileSync } from "node:fs";
import { createTokenizer, type Tokenizer } from "../../../src/data/index.ts";
import type { SpecialTokens } from "../../../src/contract/index.ts";

export const specialOf: Record<"bert" | "roberta", SpecialTokens> = {
  bert: { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 },
  roberta: { start: 0, pad: 1, end: 2, unknown: 3, mask: 4 },
};
export const tokenizerJson = (name: "bert" | "roberta" | "unigram"): string =>
  readFileSync(new URL(`../../fixtures/data/tokenizers/${name}.json`, import.meta.url), "utf8");
export const tinyTokenizer = (name: "bert" | "roberta"): Promise<Tokenizer> =>
  createTokenizer({ "tokenizer.json": tokenizerJson(name) }, specialOf[name]);
