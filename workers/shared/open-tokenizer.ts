/** The tokenizer of a model, without its weights; the last two are kept. */
import type { ModelRef, SpecialTokens } from "../../src/contract/index.ts";
import { createTokenizer, type Tokenizer } from "../../src/data/index.ts";
import { defaultHubHost, loadBundledTokenizer, loadHubTokenizer, type TokenizerFiles } from "../../src/models/index.ts";
import { loadCheckpointMeta } from "../../src/storage/index.ts";
import { bundledModel } from "./paths.ts";

/** A tokenizer and the files that it was made from. */
export type OpenTokenizer = Awaited<ReturnType<typeof load>> & { tokenizer: Tokenizer };
const kept = new Map<string, Promise<OpenTokenizer>>();

export function openWithFiles(ref: ModelRef): Promise<OpenTokenizer> {
  const key = JSON.stringify(ref);
  let opened = kept.get(key);
  if (opened === undefined) {
    opened = load(ref).then(async ({ files, special }) => {
      return { files, special, tokenizer: await createTokenizer(files, special) };
    });
    opened.catch(() => kept.delete(key));
    kept.set(key, opened);
    if (kept.size > 2) kept.delete([...kept.keys()][0]!);
  }
  return opened;
}
export const openTokenizer = async (ref: ModelRef): Promise<Tokenizer> => (await openWithFiles(ref)).tokenizer;

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
