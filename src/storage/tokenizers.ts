/** Trained tokenizers, one value each: small beside any model. Knows nothing of how they cut. */
import { del, get, getMany, keys, set } from "idb-keyval";
import type { StoredTokenizer, TokenizerWithFiles } from "../contract/index.ts";
import { recordStore } from "./databases.ts";
import { notFound } from "./errors.ts";

const prefix = "tokenizer";

/** What lists show. */
function shown(given: TokenizerWithFiles): StoredTokenizer {
  const { id, name, createdAt, settings, size, words, tokensPerWord, examples, notices } = given;
  return { id, name, createdAt, settings, size, words, tokensPerWord, examples, notices };
}

/** @throws storage/quota-full, storage/unavailable */
export async function saveTokenizer(given: TokenizerWithFiles): Promise<StoredTokenizer> {
  await set([prefix, given.id], given, recordStore);
  return shown(given);
}

/** @throws storage/no-such-tokenizer */
export async function loadTokenizer(id: string): Promise<TokenizerWithFiles> {
  const found = await get<TokenizerWithFiles>([prefix, id], recordStore);
  if (found === undefined) throw notFound("tokenizer", id);
  return found;
}

/** Newest first, without their files. */
export async function listTokenizers(): Promise<StoredTokenizer[]> {
  const all = (await keys<IDBValidKey>(recordStore)).filter((key) => Array.isArray(key) && key[0] === prefix);
  const found = await getMany<TokenizerWithFiles | undefined>(all, recordStore);
  return found.flatMap((one) => (one === undefined ? [] : [shown(one)])).sort((a, b) => b.createdAt - a.createdAt);
}

export function deleteTokenizer(id: string): Promise<void> {
  return del([prefix, id], recordStore);
}
