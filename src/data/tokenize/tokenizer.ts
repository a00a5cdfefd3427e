/**
 * Text to token ids and back, from the model's own files, by our own encoder. A kind of tokenizer that it
 * does not know is left to @huggingface/transformers, which is slower; `notice` then says so. Special
 * tokens written in the text ("[MASK]", "<s>") become special ids in both.
 */
import type { ModelFiles, SpecialTokens } from "../../contract/index.ts";
import { byteLevelText } from "./byte-level.ts";
import { decodePieces } from "./decode.ts";
import { createEncoder, type Encoder } from "./encoder/encoder.ts";
import { IdBuffer, type Encoding } from "./encoder/encodings.ts";
import { libraryEncoder } from "./library-encoder.ts";
import { pairLayout, type PairLayout } from "./pair-layout.ts";
import { isSpecial } from "./special.ts";
import { readTokenizerFiles, tokenizerFingerprint } from "./tokenizer-json.ts";

export interface Tokenizer {
  /** Fingerprint of tokenizer.json. */
  readonly id: string;
  /** Highest id plus one. */
  readonly vocabularySize: number;
  readonly special: SpecialTokens;
  /** How two texts share a row. */
  readonly pairs: PairLayout;
  /** What the person should know about it: empty unless it is slower than it could be. */
  readonly notice: string;
  /** Ids of a text, without start and end token. */
  encode(text: string): number[];
  /** The same, added to a buffer: for whole corpora. */
  encodeInto(text: string, out: IdBuffer): void;
  /** With offsets (in code points) and word numbers; undefined where the encoder does not know the tokenizer. */
  encodeWithPlaces(text: string): Encoding | undefined;
  /** Ids of a text given as words, and the place of each word's first piece. Every word has at least one. */
  encodeWords(words: readonly string[]): { ids: number[]; wordStarts: number[] };
  /** A token as people read it: "##ing" stays, "Ġthe" is " the". */
  tokenText(id: number): string;
  decode(ids: readonly number[]): string;
}

/**
 * @param special ids of the five special tokens, as the models room found them
 * @throws data/bad-tokenizer when the files are missing, not JSON or of a kind that neither side knows
 */
export async function createTokenizer(files: ModelFiles, special: SpecialTokens): Promise<Tokenizer> {
  const facts = readTokenizerFiles(files);
  const own = createEncoder(facts.json);
  const known = !("missing" in own);
  const encodeInto: Encoder["encodeInto"] = known
    ? (text, out) => own.encodeInto(text, out)
    : await libraryEncoder(facts.json, facts.config);
  const buffer = new IdBuffer();
  const encode = (text: string): number[] => {
    buffer.length = 0;
    encodeInto(text, buffer);
    return Array.from(buffer.ids.subarray(0, buffer.length));
  };
  return {
    id: tokenizerFingerprint(files),
    vocabularySize: facts.size,
    special,
    pairs: pairLayout(facts.json),
    notice: known
      ? ""
      : `This tokenizer has a part that the fast encoder does not know (${own.missing}); a slower library cuts the text instead.`,
    encode,
    encodeInto,
    encodeWithPlaces: (text) => (known ? own.encode(text) : undefined),
    encodeWords(words) {
      buffer.length = 0;
      const wordStarts = words.map((word, i) => {
        const start = buffer.length;
        encodeInto(facts.byteLevel && i > 0 ? ` ${word}` : word, buffer);
        if (buffer.length === start) buffer.push(special.unknown); // a word of nothing but removed characters
        return start;
      });
      return { ids: Array.from(buffer.ids.subarray(0, buffer.length)), wordStarts };
    },
    tokenText(id) {
      const piece = facts.pieces.get(id);
      if (piece === undefined) return `#${id}`;
      return facts.byteLevel && !isSpecial(id, special) ? byteLevelText(piece) : piece;
    },
    decode: (ids) =>
      decodePieces(
        ids.map((id) => facts.pieces.get(id) ?? `#${id}`),
        facts.byteLevel,
      ),
  };
}
