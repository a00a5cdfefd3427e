/**
 * Text to ids, offsets and word numbers, from a tokenizer.json alone: added tokens, normaliser,
 * pre-tokenizer and model as Hugging Face's tokenizers in Python, several times as fast as their
 * JavaScript library. Knows no special token at the ends of a text, no padding and no decoding.
 */
import { AddedTokens } from "./added-tokens.ts";
import { byteBpe } from "./byte-bpe.ts";
import { CharBuffer, Pieces, WordList } from "./chars.ts";
import { goesOn, IdBuffer, type Encoding } from "./encodings.ts";
import type { Model } from "./model.ts";
import { Normaliser } from "./normaliser.ts";
import { NotAccelerated, text, unsupported, type Json } from "./parts.ts";
import { splitters, type Splitter } from "./splitters.ts";
import { TokenPlaces } from "./token-places.ts";
import { trimmings } from "./trim-offsets.ts";
import { unigram } from "./unigram.ts";
import { idsAt, LONGEST_REMEMBERED, piecesOf, WordMemory } from "./word-memory.ts";
import { wordPiece } from "./wordpiece.ts";

export class Encoder {
  readonly #added: AddedTokens;
  readonly #normaliser: Normaliser;
  readonly #splitters: Splitter[];
  readonly #model: Model;
  readonly #places: TokenPlaces;
  readonly #memory = new WordMemory();
  readonly #normal = new CharBuffer();
  readonly #words = [new WordList(), new WordList()] as const;
  readonly #pieces = new Pieces();
  readonly #ids = new IdBuffer();
  /** The words of the section cut last. */
  #last: WordList = this.#words[0];

  /** @throws NotAccelerated */
  constructor(json: Json) {
    this.#added = new AddedTokens(json);
    this.#normaliser = Normaliser.from(json["normalizer"]);
    this.#splitters = splitters(json["pre_tokenizer"]);
    this.#model = modelOf(json);
    this.#places = new TokenPlaces(trimmings(json["post_processor"]), json);
  }

  /** Adds the ids of a text to `out`. */
  encodeInto(source: string, out: IdBuffer): void {
    this.#encode(source, out, undefined);
  }

  encode(source: string): Encoding {
    const [ids, places] = [this.#ids, this.#places];
    ids.length = 0;
    places.clear();
    this.#encode(source, ids, places);
    places.trim(ids, source);
    return { ids: ids.take(), ...places.take() };
  }

  /** The text's words after normalising and cutting, before the vocabulary has a say. */
  eachWord(source: string, visit: (chars: Int32Array, start: number, end: number) => void): void {
    this.#cut(source, 0, source.length, 0);
    const { text, bounds, length } = this.#last;
    for (let i = 0; i < length; i += 2) visit(text.chars, bounds[i]!, bounds[i + 1]!);
  }

  /** The pieces of one word as `eachWord` gives it. */
  cutWord(chars: Int32Array): Int32Array {
    const pieces = new Pieces();
    this.#model.segment(chars, 0, chars.length, pieces);
    return pieces.ids.slice(0, pieces.length);
  }

  #encode(source: string, out: IdBuffer, places: TokenPlaces | undefined): void {
    let [at, origin] = [0, 0];
    for (const { id, start, end } of this.#added.find(source)) {
      if (start > at) origin = this.#section(source, at, start, origin, out, places);
      out.push(id);
      let length = end - start;
      for (let i = start; i + 1 < end; i++) if (source.codePointAt(i)! > 0xffff) length--;
      places?.addWhole(origin, origin + length);
      origin += length;
      at = end;
    }
    if (at < source.length) this.#section(source, at, source.length, origin, out, places);
  }

  /** A stretch without added tokens. Returns the code-point index of its end. */
  #section(
    source: string,
    from: number,
    to: number,
    origin: number,
    out: IdBuffer,
    places: TokenPlaces | undefined,
  ): number {
    const endOrigin = this.#cut(source, from, to, origin);
    const { text, bounds, length } = this.#last;
    const { chars, origins } = text;
    const memory = this.#memory;
    for (let i = 0; i < length; i += 2) {
      const start = bounds[i]!;
      const end = bounds[i + 1]!;
      const first = out.length;
      const entry = end - start > LONGEST_REMEMBERED ? -1 : memory.find(chars, start, end);
      if (entry >= 0) {
        const store = memory.store;
        const count = piecesOf(store, entry);
        const at = idsAt(store, entry);
        out.reserve(count);
        const ids = out.ids;
        let used = out.length;
        for (let k = 0; k < count; k++) ids[used++] = store[at + k]!;
        out.length = used;
        if (places !== undefined)
          for (let k = 0; k < count; k++) {
            const span = store[at + count + k]!;
            places.add(origins[start + (span & 0xff)]!, origins[start + (span >> 8) - 1]! + 1);
          }
      } else {
        const pieces = this.#pieces;
        pieces.length = 0;
        this.#model.segment(chars, start, end, pieces);
        if (end - start <= LONGEST_REMEMBERED) memory.keep(chars, start, end, pieces);
        out.reserve(pieces.length);
        for (let k = 0; k < pieces.length; k++) {
          out.ids[out.length++] = pieces.ids[k]!;
          places?.add(origins[start + pieces.starts[k]!]!, origins[start + pieces.ends[k]! - 1]! + 1);
        }
      }
      if (out.marksWords) for (let k = first + 1; k < out.length; k++) out.ids[k] = goesOn(out.ids[k]!);
      places?.endWord();
    }
    return endOrigin;
  }

  /** Normalises and cuts a stretch into words, which are then in `#last`. */
  #cut(source: string, from: number, to: number, origin: number): number {
    const normal = this.#normal;
    normal.length = 0;
    const endOrigin = this.#normaliser.run(source, from, to, origin, normal);
    let [words, spare]: [WordList, WordList] = [...this.#words];
    words.text = normal;
    words.length = 0;
    if (normal.length > 0) words.add(0, normal.length);
    for (const split of this.#splitters) {
      spare.length = 0;
      split(words, spare);
      [words, spare] = [spare, words];
    }
    this.#last = words;
    return endOrigin;
  }
}

function modelOf(json: Json): Model {
  const model = json["model"] as Json | null;
  if (model === null || typeof model !== "object") throw unsupported("model", "missing");
  const vocabulary = model["vocab"];
  const kind = text(model, "type", olderKind(model));
  if (kind === "Unigram" && Array.isArray(vocabulary)) return unigram(model);
  if (vocabulary === null || typeof vocabulary !== "object") throw unsupported("model", kind);
  const ids = new Map(Object.entries(vocabulary as Record<string, number>));
  if (kind === "WordPiece") return wordPiece(model, ids);
  if (kind === "BPE" && JSON.stringify(json["pre_tokenizer"]).includes("ByteLevel")) return byteBpe(model, ids);
  throw unsupported("model", kind === "BPE" ? "BPE that is not byte-level" : kind);
}

/** Files of 2019 and 2020 do not name their model's kind. */
function olderKind(model: Json): string {
  if (Array.isArray(model["vocab"])) return "Unigram";
  if (Array.isArray(model["merges"])) return "BPE";
  return typeof model["max_input_chars_per_word"] === "number" ? "WordPiece" : "without a type";
}

/** The encoder, or what it does not know, in a few words. */
export function createEncoder(json: object): Encoder | { missing: string } {
  try {
    return new Encoder(json as Json);
  } catch (error) {
    if (error instanceof NotAccelerated) return { missing: error.what };
    throw error;
  }
}
