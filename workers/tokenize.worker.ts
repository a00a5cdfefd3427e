/** One lane of the tokenizing pool: texts in, ids out. Started by the data worker, never by the page. */
import { expose, transfer } from "comlink";
import { installWire, type ModelRef } from "../src/contract/index.ts";
import { encodeBatch, type EncodedBatch } from "../src/data/index.ts";
import { openTokenizer } from "./shared/open-tokenizer.ts";

const lane = {
  async encode(model: ModelRef, texts: readonly string[]): Promise<EncodedBatch> {
    const batch = encodeBatch(await openTokenizer(model), texts);
    return transfer(batch, [batch.ids.buffer, batch.lengths.buffer]);
  },
};
export type TokenizeLane = typeof lane;

installWire();
expose(lane);
