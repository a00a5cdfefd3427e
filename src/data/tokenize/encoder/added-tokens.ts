/**
 * Tokens that are found in the text before anything else happens to it: special tokens such as "[MASK]",
 * and words that somebody added to a vocabulary. Leftmost first, longest of those that begin together.
 * Source: Hugging Face tokenizers' AddedVocabulary.
 */
import { flag, list, text, unsupported, type Json } from "./parts.ts";
import { flags, WHITE } from "./unicode.ts";

interface AddedToken {
  content: string;
  id: number;
  singleWord: boolean;
  /** Takes the white space on its left (right) with it. */
  left: boolean;
  right: boolean;
}
export interface FoundToken {
  id: number;
  /** UTF-16 places in the text, white space taken along included. */
  start: number;
  end: number;
}

const wordSign = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]/u;

export class AddedTokens {
  /** By first UTF-16 unit, the longest first. */
  readonly #byFirst = new Map<string, AddedToken[]>();

  /** @throws NotAccelerated when a token is to be found in the normalised text, and there is a normaliser */
  constructor(json: Json) {
    const normalised = json["normalizer"] !== null && json["normalizer"] !== undefined;
    for (const part of list(json, "added_tokens")) {
      const content = text(part, "content");
      if (content === "" || typeof part["id"] !== "number") continue;
      if (normalised && flag(part, "normalized", !flag(part, "special", false)))
        throw unsupported("added token", "found in normalised text");
      const token: AddedToken = {
        content,
        id: part["id"],
        singleWord: flag(part, "single_word", false),
        left: flag(part, "lstrip", false),
        right: flag(part, "rstrip", false),
      };
      const same = this.#byFirst.get(content[0]!);
      if (same === undefined) this.#byFirst.set(content[0]!, [token]);
      else same.push(token);
    }
    for (const tokens of this.#byFirst.values()) tokens.sort((a, b) => b.content.length - a.content.length);
  }

  /** All tokens in the text, in order; usually none. */
  find(source: string): FoundToken[] {
    const found: FoundToken[] = [];
    const places = [...this.#byFirst.keys()].map((first) => ({ first, at: source.indexOf(first) }));
    let done = 0;
    for (;;) {
      let next: (typeof places)[number] | undefined;
      for (const place of places) if (place.at >= 0 && (next === undefined || place.at < next.at)) next = place;
      if (next === undefined) return found;
      const { first, at } = next;
      const token = this.#byFirst.get(first)!.find(({ content }) => source.startsWith(content, at));
      const matchEnd = token === undefined ? at + 1 : at + token.content.length;
      if (token !== undefined && (!token.singleWord || standsAlone(source, at, matchEnd))) {
        let [start, end] = [at, matchEnd];
        if (token.left) while (start > done && isWhite(source, start - 1)) start--;
        if (token.right) while (end < source.length && isWhite(source, end)) end++;
        found.push({ id: token.id, start: Math.max(start, done), end });
        done = end;
      }
      for (const place of places)
        if (place.at >= 0 && place.at < matchEnd) place.at = source.indexOf(place.first, matchEnd);
    }
  }
}

const isWhite = (source: string, at: number): boolean => (flags[source.charCodeAt(at)]! & WHITE) !== 0;

function standsAlone(source: string, start: number, end: number): boolean {
  const before = source.slice(Math.max(0, start - 2), start);
  const [after] = source.slice(end, end + 2);
  return !wordSign.test([...before].at(-1) ?? "") && !wordSign.test(after ?? "");
}
