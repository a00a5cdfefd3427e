/**
 * A corpus as the model's tokenizer cuts it: tokens, lengths, unknown and byte-fallback tokens; and how the
 * typical words fare. Of a very large corpus every k-th document is cut, and the sum is projected.
 */
import type { DomainTerm, TokenFacts } from "../../contract/index.ts";
import type { Tokenizer } from "../tokenize/tokenizer.ts";
import type { GeneralReference } from "./general-reference.ts";
import { LengthCounter } from "./length-histogram.ts";
import type { TypicalWord } from "./log-odds.ts";

/** Characters that are cut in full: some seconds of work. Beyond it, documents are sampled. */
export const CHARACTERS_CUT = 30_000_000;
/** A word of so many pieces counts as split (field notes 3.5, H9). */
const SPLIT_PIECES = 3;

export class TokenCounter {
  readonly every: number;
  readonly #tokenizer: Tokenizer;
  readonly #lengths = new LengthCounter();
  /** Per id: 0 not asked yet, 1 ordinary, 2 a lone byte. */
  readonly #kinds: Uint8Array;
  #words = 0;
  #tokens = 0;
  #unknown = 0;
  #fallback = 0;

  /** @param characters of the whole corpus */
  constructor(tokenizer: Tokenizer, characters: number) {
    this.#tokenizer = tokenizer;
    this.#kinds = new Uint8Array(tokenizer.vocabularySize);
    this.every = Math.max(1, Math.ceil(characters / CHARACTERS_CUT));
  }

  /** @param index of the document; @param words it has */
  add(index: number, text: string, words: number): void {
    if (index % this.every !== 0) return;
    const ids = this.#tokenizer.encode(text);
    for (const id of ids) {
      if (id === this.#tokenizer.special.unknown) this.#unknown++;
      else if (this.#isLoneByte(id)) this.#fallback++;
    }
    this.#words += words;
    this.#tokens += ids.length;
    this.#lengths.add(ids.length);
  }

  /** @param total words and documents of the whole corpus */
  facts(
    total: { words: number; documents: number },
    general: GeneralReference,
    terms: readonly DomainTerm[],
  ): TokenFacts {
    const scale = this.#words === 0 ? 1 : total.words / this.#words;
    const reference = general.fertility(this.#tokenizer);
    const split = terms.filter(({ pieces }) => pieces.length >= SPLIT_PIECES).length;
    return {
      tokens: Math.round(this.#tokens * scale),
      fertility: this.#tokens / Math.max(1, this.#words),
      generalFertility: reference.value,
      generalError: reference.error,
      unknown: Math.round(this.#unknown * scale),
      byteFallback: Math.round(this.#fallback * scale),
      lengths: this.#lengths.histogram("tokens"),
      splitTerms: terms.length === 0 ? 0 : split / terms.length,
      termsChecked: terms.length,
      sampledEvery: this.every,
    };
  }

  /** A token that holds only a part of a character's bytes: "<0xE2>" (SentencePiece) or a byte-level piece. */
  #isLoneByte(id: number): boolean {
    const known = this.#kinds[id];
    if (known !== 0 && known !== undefined) return known === 2;
    const lone =
      /^<0x[0-9A-F]{2}>$/.test(this.#tokenizer.tokenText(id)) || this.#tokenizer.decode([id]).includes("\uFFFD");
    this.#kinds[id] = lone ? 2 : 1;
    return lone;
  }
}

/** The pieces of each word where it stands inside a sentence. */
export function withPieces(words: readonly TypicalWord[], tokenizer: Tokenizer): DomainTerm[] {
  return words.map(({ form, ...term }) => {
    const { ids, wordStarts } = tokenizer.encodeWords(["the", form]);
    const pieces = ids.slice(wordStarts[1]).map((id) => tokenizer.tokenText(id).trim());
    return { ...term, word: form, pieces };
  });
}
