/**
 * The pre-tokenizers of tokenizer.json: normalised characters to words. Each step takes the words of the one
 * before (at first the whole section) and cuts them further.
 * Source: Hugging Face tokenizers' BertPreTokenizer, WhitespaceSplit, ByteLevel (GPT-2's pattern) and Metaspace.
 */
import { CharBuffer, codePoints, type WordList } from "./chars.ts";
import { flag, list, text, typeOf, unsupported, type Json } from "./parts.ts";
import { flags, LETTER, NUMBER, PUNCTUATION, WHITE } from "./unicode.ts";

export type Splitter = (input: WordList, out: WordList) => void;

const SPACE = 0x20;

/** @throws NotAccelerated */
export function splitters(config: unknown): Splitter[] {
  if (config === null || config === undefined) return [];
  const part = config as Json;
  switch (typeOf(part)) {
    case "Sequence":
      return list(part, "pretokenizers").flatMap(splitters);
    case "BertPreTokenizer":
      return [(input, out) => eachWord(input, out, splitBert)];
    case "WhitespaceSplit":
      return [(input, out) => eachWord(input, out, splitBlanks)];
    case "ByteLevel": {
      if (!flag(part, "use_regex", true)) throw unsupported("pre-tokenizer", "ByteLevel without its pattern");
      const split: Splitter = (input, out) => eachWord(input, out, splitByteLevel);
      return flag(part, "add_prefix_space", true) ? [prefixed(SPACE, () => true), split] : [split];
    }
    case "Metaspace":
      return metaspace(part);
    default:
      throw unsupported("pre-tokenizer", typeOf(part));
  }
}

type Cut = (text: CharBuffer, start: number, end: number, out: WordList) => void;

function eachWord(input: WordList, out: WordList, cut: Cut): void {
  out.text = input.text;
  for (let i = 0; i < input.length; i += 2) cut(input.text, input.bounds[i]!, input.bounds[i + 1]!, out);
}

/** White space goes, every punctuation sign is a word. */
function splitBert({ chars }: CharBuffer, start: number, end: number, out: WordList): void {
  let word = start;
  for (let i = start; i < end; i++) {
    const kind = flags[chars[i]!]! & (WHITE | PUNCTUATION);
    if (kind === 0) continue;
    if (i > word) out.add(word, i);
    if ((kind & PUNCTUATION) !== 0) out.add(i, i + 1);
    word = i + 1;
  }
  if (end > word) out.add(word, end);
}

function splitBlanks({ chars }: CharBuffer, start: number, end: number, out: WordList): void {
  let word = start;
  for (let i = start; i < end; i++) {
    if ((flags[chars[i]!]! & WHITE) === 0) continue;
    if (i > word) out.add(word, i);
    word = i + 1;
  }
  if (end > word) out.add(word, end);
}

/**
 * GPT-2's pattern by hand: 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 */
function splitByteLevel({ chars }: CharBuffer, start: number, end: number, out: WordList): void {
  for (let i = start; i < end;) {
    let at = i;
    if (chars[i] === 0x27) at += contraction(chars, i, end);
    if (at > i) {
      out.add(i, at);
      i = at;
      continue;
    }
    if (chars[i] === SPACE && i + 1 < end && (flags[chars[i + 1]!]! & WHITE) === 0) at++;
    const kind = flags[chars[at]!]! & (LETTER | NUMBER | WHITE);
    at++;
    while (at < end && (flags[chars[at]!]! & (LETTER | NUMBER | WHITE)) === kind) at++;
    // Of several white signs before a word, the last one stays for the word's side.
    if (kind === WHITE && at < end && at - i > 1) at--;
    out.add(i, at);
    i = at;
  }
}

/** Characters of 's, 't, 'm, 'd, 're, 've or 'll at an apostrophe; 0: none. */
function contraction(chars: Int32Array, at: number, end: number): number {
  if (at + 1 >= end) return 0;
  const first = chars[at + 1]!;
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return 2;
  if (at + 2 >= end) return 0;
  const second = chars[at + 2]!;
  if ((first === 0x72 || first === 0x76) && second === 0x65) return 3;
  return first === 0x6c && second === 0x6c ? 3 : 0;
}

/** Blanks become "▁", which is also put before the text (or before its first section, or not at all). */
function metaspace(part: Json): Splitter[] {
  const [sign = 0x2581, more] = codePoints(text(part, "replacement", "▁"));
  if (more !== undefined) throw unsupported("pre-tokenizer", "Metaspace with a long replacement");
  const scheme = text(part, "prepend_scheme", flag(part, "add_prefix_space", true) ? "always" : "never");
  const replace: Splitter = (input, out) => {
    out.text = input.text;
    const { chars, length } = out.text;
    for (let i = 0; i < length; i++) if (chars[i] === SPACE) chars[i] = sign;
    for (let i = 0; i < input.length; i += 2) out.add(input.bounds[i]!, input.bounds[i + 1]!);
  };
  const steps = [replace];
  if (scheme !== "never") steps.push(prefixed(sign, (origin) => scheme === "always" || origin === 0));
  if (flag(part, "split", true))
    steps.push((input, out) =>
      eachWord(input, out, ({ chars }, start, end) => {
        let word = start;
        for (let i = start + 1; i < end; i++) {
          if (chars[i] !== sign) continue;
          out.add(word, i);
          word = i;
        }
        if (end > word) out.add(word, end);
      }),
    );
  return steps;
}

/** Puts a sign before each word that does not begin with it; it counts as part of the word's first character. */
function prefixed(sign: number, wanted: (origin: number) => boolean): Splitter {
  const text = new CharBuffer();
  return (input, out) => {
    const { chars, origins } = input.text;
    out.text = text;
    text.length = 0;
    for (let i = 0; i < input.length; i += 2) {
      const start = input.bounds[i]!;
      const from = text.length;
      if (chars[start] !== sign && wanted(origins[start]!)) text.push(sign, origins[start]!);
      text.append(input.text, start, input.bounds[i + 1]!);
      out.add(from, text.length);
    }
  };
}
