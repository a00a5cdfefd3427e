/**
 * Text to token ids and back, by @huggingface/transformers, from the model's own files. Fetches nothing
 * and runs no model. Special tokens written in the text ("[MASK]", "<s>") become special ids, as there.
 */
import type { ModelFiles, SpecialTokens } from "../../contract/index.ts";
import { byteLevelText } from "./byte-level.ts";
import { bad, readTokenizerFiles, tokenizerFingerprint } from "./tokenizer-json.ts";
import { isSpecial } from "./special.ts";
import { chunkEncoder, wordEncoder } from "./text-encoder.ts";

export interface Tokenizer {
  /** Fingerprint of tokenizer.json. */
  readonly id: string;
  /** Highest id plus one. */
  readonly vocabularySize: number;
  readonly special: SpecialTokens;
  /** Ids of a text, without start and end token. */
  encode(text: string): number[];
  /** Ids of a text given as words, and the place of each word's first piece. Every word has at least one. */
  encodeWords(words: readonly string[]): { ids: number[]; wordStarts: number[] };
  /** A token as people read it: "##ing" stays, "Ġthe" is " the". */
  tokenText(id: number): string;
  decode(ids: readonly number[]): string;
}

/**
 * @param special ids of the five special tokens, as the models room found them
 * @throws data/bad-tokenizer when the files are missing, not JSON or of an unknown kind
 */
export async function createTokenizer(files: ModelFiles, special: SpecialTokens): Promise<Tokenizer> {
  const facts = readTokenizerFiles(files);
  const { PreTrainedTokenizer } = await import("./transformers.ts");
  let inner: InstanceType<typeof PreTrainedTokenizer>;
  try {
    inner = new PreTrainedTokenizer(facts.json, facts.config);
  } catch (error) {
    throw bad(
      "The tokenizer is of a kind that cannot be opened here.",
      "BERT's WordPiece and RoBERTa's byte-level BPE are supported.",
      error,
    );
  }
  const encodeChunk = (text: string): number[] => inner.encode(text, { add_special_tokens: false });
  const encode = facts.wordsIndependent ? wordEncoder(encodeChunk) : chunkEncoder(encodeChunk);
  return {
    id: tokenizerFingerprint(files),
    vocabularySize: facts.size,
    special,
    encode,
    encodeWords(words) {
      const ids: number[] = [];
      const wordStarts: number[] = [];
      words.forEach((word, i) => {
        wordStarts.push(ids.length);
        const pieces = encode(facts.byteLevel && i > 0 ? ` ${word}` : word);
        if (pieces.length === 0) ids.push(special.unknown); // a word of nothing but removed characters
        for (const id of pieces) ids.push(id);
      });
      return { ids, wordStarts };
    },
    tokenText(id) {
      const piece = facts.pieces.get(id);
      if (piece === undefined) return `#${id}`;
      return facts.byteLevel && !isSpecial(id, special) ? byteLevelText(piece) : piece;
    },
    decode: (ids) => (ids.length === 0 ? "" : inner.decode([...ids], {})),
  };
}
