/**
 * Token streams: a corpus as ids of one tokenizer, split into train and held-out. Kept beside the corpora
 * and deleted with them. Knows nothing of tokenizers.
 */
import { UnmaskError } from "../base/index.ts";
import type { TokenizedSummary } from "../contract/index.ts";
import { corpusStore } from "./databases.ts";
import { damaged, type Manifest, type RecordKind } from "./manifest.ts";
import { listManifests, readManifest, readStream } from "./record-reader.ts";
import { deleteRecord } from "./record-removal.ts";
import { beginRecord } from "./record-writer.ts";

/** Format 1: per side the streams SIDE (int32 ids) and SIDE-documents (uint32 lengths); head = TokenizedHead. */
const tokensKind: RecordKind = { name: "tokens", format: 1, migrations: {} };

export type TokenSide = "train" | "heldOut";
export type TokenizedHead = Omit<TokenizedSummary, "id">;
/** What is known before the first token. */
export type TokensDraft = Omit<TokenizedHead, "train" | "heldOut" | "unknownTokens" | "notices">;

export interface TokensWriter {
  /** Whole documents: the lengths must sum up to the ids' count. */
  append(side: TokenSide, ids: Int32Array, documentLengths: ArrayLike<number>): Promise<void>;
  finish(result: { unknownTokens: number; notices: string[] }): Promise<TokenizedSummary>;
  /** Removes what was written. */
  abort(): Promise<void>;
}
export interface TokenStream {
  tokens: Int32Array<ArrayBuffer>;
  /** Where each document starts, and at the end where the last one ends: one more than there are documents. */
  documents: Uint32Array<ArrayBuffer>;
}

function summary({ id, head }: Manifest<TokenizedHead>): TokenizedSummary {
  return { ...head, id };
}

const asBytes = (numbers: Int32Array | Uint32Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** @throws storage/unavailable, storage/quota-full (from append and finish too; then nothing of it is left) */
export async function openTokensWriter(draft: TokensDraft): Promise<TokensWriter> {
  const writer = await beginRecord<TokenizedHead>(corpusStore, tokensKind);
  const sizes = { train: { documents: 0, tokens: 0 }, heldOut: { documents: 0, tokens: 0 } };
  return {
    append: async (side, ids, documentLengths) => {
      const lengths = Uint32Array.from(documentLengths);
      const sum = lengths.reduce((total, length) => total + length, 0);
      if (sum !== ids.length)
        throw new UnmaskError(
          "storage/bad-tokens",
          `The documents' lengths should add up to the ${ids.length} tokens given, but add up to ${sum}.`,
          "This is a fault of ours.",
        );
      sizes[side].documents += lengths.length;
      sizes[side].tokens += ids.length;
      await writer.append(side, [asBytes(ids)]);
      await writer.append(`${side}-documents`, [asBytes(lengths)]);
    },
    finish: async ({ unknownTokens, notices }) =>
      summary(await writer.finish({ ...draft, ...sizes, unknownTokens, notices })),
    abort: () => writer.abort(),
  };
}

/** Numbers of a stream in one array; storage is little-endian, as every machine with a browser is. */
async function readNumbers(
  manifest: Manifest<TokenizedHead>,
  stream: string,
  count: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count * 4);
  let filled = 0;
  for await (const part of readStream(corpusStore, tokensKind, manifest, stream)) {
    if (filled + part.length > bytes.length) throw damaged(tokensKind, manifest.id, "it has more tokens than it says");
    bytes.set(part, filled);
    filled += part.length;
  }
  if (filled !== bytes.length) throw damaged(tokensKind, manifest.id, "it has fewer tokens than it says");
  return bytes;
}

async function readLengths(manifest: Manifest<TokenizedHead>, side: TokenSide): Promise<Uint32Array<ArrayBuffer>> {
  return new Uint32Array((await readNumbers(manifest, `${side}-documents`, manifest.head[side].documents)).buffer);
}

/** Tokens of each document of a side, without loading the tokens. @throws as loadTokens */
export async function loadDocumentLengths(id: string, side: TokenSide): Promise<Uint32Array<ArrayBuffer>> {
  return readLengths(await readManifest<TokenizedHead>(corpusStore, tokensKind, id), side);
}

/** @throws storage/no-such-tokens, storage/damaged-tokens, storage/too-new, storage/too-old */
export async function loadTokens(id: string, side: TokenSide): Promise<TokenStream> {
  const manifest = await readManifest<TokenizedHead>(corpusStore, tokensKind, id);
  const size = manifest.head[side];
  const tokens = await readNumbers(manifest, side, size.tokens);
  const lengths = await readLengths(manifest, side);
  const documents = new Uint32Array(size.documents + 1);
  for (let at = 0; at < lengths.length; at++) documents[at + 1] = documents[at]! + lengths[at]!;
  return { tokens: new Int32Array(tokens.buffer), documents };
}

/** @throws storage/no-such-tokens */
export async function loadTokenized(id: string): Promise<TokenizedSummary> {
  return summary(await readManifest<TokenizedHead>(corpusStore, tokensKind, id));
}

/** The stored streams of this corpus, tokenizer and split, if there are any. Unreadable ones do not count: they are made anew. */
export async function findTokens(
  corpusId: string,
  tokenizerId: string,
  heldOutShare: number,
  seed: number,
): Promise<TokenizedSummary | undefined> {
  for (const { result } of await listManifests<TokenizedHead>(corpusStore, tokensKind)) {
    if (result instanceof UnmaskError) continue;
    const { head } = result;
    const same =
      head.corpusId === corpusId &&
      head.tokenizerId === tokenizerId &&
      head.heldOutShare === heldOutShare &&
      head.seed === seed;
    if (same) return summary(result);
  }
  return undefined;
}

export async function deleteTokensOf(corpusId: string): Promise<void> {
  for (const { id, record } of await listManifests<TokenizedHead>(corpusStore, tokensKind)) {
    const head = (record as { head?: Partial<TokenizedHead> } | null)?.head;
    if (head?.corpusId === corpusId) await deleteRecord(corpusStore, tokensKind, id);
  }
}
