/** The tokenizer of a model, without its weights; the last two are kept. */
import type { ModelRef, SpecialTokens } from "../../src/contract/index.ts";
import { createTokenizer, type Tokenizer } from "../../src/data/index.ts";
import { defaultHubHost, loadBundledTokenizer, loadHubTokenizer, type TokenizerFiles } from "../../src/models/index.ts";
import { loadCheckpointMeta } from "../../src/storage/index.ts";
import { bundledModel } from "./paths.ts";

const kept = new Map<string, Promise<Tokenizer>>();

export function openTokenizer(ref: ModelRef): Promise<Tokenizer> {
  const key = JSON.stringify(ref);
  let tokenizer = kept.get(key);
  if (tokenizer === undefined) {
    tokenizer = load(ref).then(({ files, special }) => createTokenizer(files, special));
    tokenizer.catch(() => kept.delete(key));
    kept.set(key, tokenizer);
    if (kept.size > 2) kept.delete([...kept.keys()][0]!);
  }
  return tokenizer;
}

/** The files alone. */
export const tokenizerFiles = (ref: ModelRef): ReturnType<typeof load> => load(ref);

function load(ref: ModelRef): Promise<Pick<TokenizerFiles, "files"> & { special: SpecialTokens }> {
  switch (ref.kind) {
    case "bundled":
      return loadBundledTokenizer(bundledModel(ref.size));
    case "hub":
      return loadHubTokenizer({ host: defaultHubHost, id: ref.id, revision: ref.revision });
    case "stored":
      return loadCheckpointMeta(ref.id);
  }
}
