/**
 * A corpus as one packed file of token ids, so that pretraining reads blocks instead of text.
 * Format: unsigned 16-bit little-endian ids, every document as [CLS] pieces [SEP], in corpus order;
 * beside it tokens.json with counts and the fingerprint of the vocabulary that made it. Lies in the
 * cache folder, not under version control: ids are as good as the text.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { crc32, formatCount } from "../../src/base/index.ts";
import { bertTokenizerJson, createEncoder, IdBuffer, type Encoder } from "../../src/data/index.ts";
import { findCorpora, readLines } from "./corpus.ts";

export interface TokenFile {
  file: string;
  documents: number;
  tokens: number;
  /** How many of them are [UNK]. */
  unknown: number;
  /** Words by whitespace. */
  words: number;
}
export interface TokenFiles {
  /** Of the vocabulary: a file made with another one is made again. */
  fingerprint: number;
  corpus: string[];
  train: TokenFile;
  heldOut: TokenFile;
}

const unknownId = 1;
const startId = 2;
const endId = 3;

/** Pieces in id order, from tokenizer.json. */
export function readVocabulary(folder: string): string[] {
  const text = readFileSync(join(folder, "tokenizer.json"), "utf8");
  const { model } = JSON.parse(text) as { model: { vocab: Record<string, number> } };
  const pieces: string[] = [];
  for (const [piece, id] of Object.entries(model.vocab)) pieces[id] = piece;
  return pieces;
}

/** The ids of a token file. */
export function readTokens(entry: TokenFile): Uint16Array {
  const bytes = readFileSync(entry.file);
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
}

/** The same as a token stream: `~id` where a piece continues its word. */
export function readStream(entry: TokenFile, vocabulary: readonly string[]): Int32Array {
  const continues = vocabulary.map((piece) => piece.startsWith("##"));
  return Int32Array.from(readTokens(entry), (id) => (continues[id] === true ? ~id : id));
}

/** Encodes the corpus, or takes what lies there from the same vocabulary and corpus. */
export async function prepareTokens(
  corpus: readonly string[],
  vocabulary: string[],
  cache: string,
): Promise<TokenFiles> {
  const manifest = join(cache, "tokens.json");
  const fingerprint = crc32(new TextEncoder().encode(vocabulary.join("\n")));
  if (existsSync(manifest)) {
    const found = JSON.parse(readFileSync(manifest, "utf8")) as TokenFiles;
    const complete = existsSync(found.train.file) && existsSync(found.heldOut.file);
    if (complete && found.fingerprint === fingerprint && String(found.corpus) === String(corpus)) return found;
  }
  mkdirSync(cache, { recursive: true });
  const sources = findCorpora(corpus);
  const encoder = createEncoder(JSON.parse(bertTokenizerJson(vocabulary, false)) as object);
  if ("missing" in encoder) throw new Error(`The encoder does not know our tokenizer: ${encoder.missing}.`);
  const heldOut = await encodeFiles([sources.heldOut], encoder, join(cache, "heldout.u16"));
  const train = await encodeFiles(sources.train, encoder, join(cache, "train.u16"));
  const files: TokenFiles = { fingerprint, corpus: [...corpus], train, heldOut };
  writeFileSync(manifest, JSON.stringify(files, null, 2) + "\n");
  return files;
}

async function encodeFiles(sources: string[], encoder: Encoder, file: string): Promise<TokenFile> {
  const started = Date.now();
  const result: TokenFile = { file, documents: 0, tokens: 0, unknown: 0, words: 0 };
  const partial = `${file}.partial`; // renamed when whole, so that a stopped run leaves nothing that looks finished
  const handle = openSync(partial, "w");
  const ids = new IdBuffer();
  let inDocument = false;
  const closeDocument = (): void => {
    if (!inDocument) return;
    ids.push(endId);
    inDocument = false;
    result.documents++;
  };
  const flush = (): void => {
    const written = Uint16Array.from(ids.ids.subarray(0, ids.length));
    writeSync(handle, new Uint8Array(written.buffer));
    result.tokens += ids.length;
    for (const id of written) if (id === unknownId) result.unknown++;
    ids.length = 0;
  };
  for (const source of sources) {
    for await (const lines of readLines(source)) {
      for (const line of lines) {
        if (line.trim() === "") {
          closeDocument();
          continue;
        }
        if (!inDocument) ids.push(startId);
        inDocument = true;
        result.words += line.trim().split(/\s+/).length;
        encoder.encodeInto(line, ids);
      }
      flush();
    }
    closeDocument();
  }
  flush();
  closeSync(handle);
  renameSync(partial, file);
  const seconds = (Date.now() - started) / 1000;
  console.log(
    `${file}: ${formatCount(result.tokens)} tokens of ${formatCount(result.words)} words, ${seconds.toFixed(1)} s`,
  );
  return result;
}
