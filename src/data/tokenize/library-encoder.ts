/**
 * The way round our own encoder: @huggingface/transformers, loaded only when a tokenizer needs it. It slows
 * down on very long unbroken runs, so texts are given to it in pieces, cut before blanks between words.
 */
import { safeCut } from "../read/lines.ts";
import type { IdBuffer } from "./encoder/encodings.ts";
import { bad } from "./tokenizer-json.ts";

/** Only a run without blanks of more than this is cut where the library would not. */
const CHUNK_CHARACTERS = 8192;

/** @throws data/bad-tokenizer when the library does not know the tokenizer either */
export async function libraryEncoder(
  json: object,
  config: Record<string, unknown>,
): Promise<(text: string, out: IdBuffer) => void> {
  const { PreTrainedTokenizer } = await import("./transformers.ts");
  let inner: InstanceType<typeof PreTrainedTokenizer>;
  try {
    inner = new PreTrainedTokenizer(json, config);
  } catch (error) {
    throw bad(
      "The tokenizer is of a kind that cannot be opened here.",
      "BERT's WordPiece, RoBERTa's byte-level BPE and Unigram are supported.",
      error,
    );
  }
  return (text, out) => {
    for (let from = 0; from < text.length;) {
      const end = chunkEnd(text, from);
      for (const id of inner.encode(text.slice(from, end), { add_special_tokens: false })) out.push(id);
      from = end;
    }
  };
}

function isSpace(code: number): boolean {
  return code <= 32 || (code >= 127 && /\s/.test(String.fromCharCode(code)));
}

/** A blank with something other than white space on both sides. */
function isBorder(text: string, at: number): boolean {
  return at > 0 && at + 1 < text.length && !isSpace(text.charCodeAt(at - 1)) && !isSpace(text.charCodeAt(at + 1));
}

function chunkEnd(text: string, from: number): number {
  const limit = from + CHUNK_CHARACTERS;
  if (text.length <= limit) return text.length;
  for (let at = text.lastIndexOf(" ", limit); at > from; at = text.lastIndexOf(" ", at - 1))
    if (isBorder(text, at)) return at;
  return from + safeCut(text.slice(from, limit), CHUNK_CHARACTERS);
}
