/**
 * Words of a text as 32-bit hashes, after the normalisation that datatrove uses for duplicates: small letters, no
 * marks above them, every number one sign, punctuation as blanks. Signs of scripts without blanks count as words. No
 * strings are made for plain text.
 */
import { spread } from "../rules/hash-table.ts";

const offset = 0x811c9dc5;
const prime = 0x01000193;
const number = 0x30;
/** Kinds of UTF-16 units beyond ASCII, found once each: 1 letter, 2 divider, 3 nothing, 4 a word of its own. */
const kinds = new Uint8Array(65536);
const notAscii = /[^\0-\x7f]/;

function kindOf(code: number): number {
  const known = kinds[code]!;
  if (known !== 0) return known;
  const sign = String.fromCharCode(code);
  let kind = 2;
  if (/\p{Mn}/u.test(sign)) kind = 3;
  else if (
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u.test(sign)
  )
    kind = 4;
  else if (/[\p{L}\p{N}\p{Mc}\p{Cs}\p{S}]/u.test(sign)) kind = 1;
  return (kinds[code] = kind);
}

/** Appends the words' hashes of text[from, to) to `into` from its place `at` and gives the new length. */
export class WordHashes {
  #hashes = new Uint32Array(1024);
  length = 0;

  get values(): Uint32Array {
    return this.#hashes.subarray(0, this.length);
  }

  read(text: string): this {
    this.length = 0;
    const plain = notAscii.test(text) ? text.toLowerCase().normalize("NFD") : text;
    let hash = offset;
    let open = false;
    const end = plain.length;
    for (let at = 0; at < end; at++) {
      let code = plain.charCodeAt(at);
      let kind: number;
      if (code < 128) {
        if (code >= 65 && code <= 90) code |= 32;
        if (code >= 48 && code <= 57) {
          at = endOfNumber(plain, at) - 1;
          code = number;
          kind = 1;
        } else kind = code >= 97 && code <= 122 ? 1 : 2;
      } else kind = kindOf(code);
      if (kind === 1) {
        hash = Math.imul(hash ^ code, prime);
        open = true;
      } else if (kind !== 3) {
        if (open) this.#push(hash);
        hash = offset;
        open = false;
        if (kind === 4) this.#push(Math.imul(offset ^ code, prime));
      }
    }
    if (open) this.#push(hash);
    return this;
  }

  #push(hash: number): void {
    if (this.length === this.#hashes.length) {
      const larger = new Uint32Array(this.#hashes.length * 2);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[this.length++] = spread(hash);
  }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
function endOfNumber(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  const sign = text.charCodeAt(at);
  if ((sign === 44 || sign === 46) && isDigit(text.charCodeAt(at + 1))) {
    at++;
    while (isDigit(text.charCodeAt(at))) at++;
  }
  return at;
}

export interface Key {
  low: number;
  high: number;
}

/** 64 bits of a text, white space aside: equal texts have equal keys, others one chance in 2^64. */
export function textKey(text: string): Key {
  let low = offset;
  let high = 0x9e3779b9;
  let blank = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const space = code <= 32 || code === 0xa0;
    if (!space && blank) {
      low = Math.imul(low ^ 32, prime);
      high = Math.imul(high ^ 32, 0x5bd1e995) + 1;
    }
    if (!space) {
      low = Math.imul(low ^ code, prime);
      high = Math.imul(high ^ code, 0x5bd1e995) + 1;
    }
    blank = space;
  }
  return { low: spread(low) >>> 0, high: spread(high) >>> 0 };
}

/** 64 bits of a run of words. */
export function wordsKey(words: Uint32Array): Key {
  let low = offset;
  let high = words.length;
  for (const word of words) {
    low = Math.imul(low, 0x9e3779b1) + word;
    high = Math.imul(high ^ word, 0x85ebca77) + 1;
  }
  return { low: spread(low) >>> 0, high: spread(high) >>> 0 };
}
