/**
 * What a character is to Hugging Face's tokenizers: flags for every code point, from the table that
 * tests/oracles/encoder_tables.py read off the Python library. The browser's own Unicode tables would
 * not do: they change with its version, and the library's are of several ages.
 */
import { flagRuns, leftComposed, leftCompatible } from "./unicode-tables.ts";

export const LETTER = 1;
/** A number of any kind: digit, fraction, Roman numeral. */
export const NUMBER = 2;
export const WHITE = 4;
/** Control, format and private characters, which BERT removes. */
export const REMOVED = 8;
export const PUNCTUATION = 16;
/** A mark without width of its own (Mn): what "strip accents" removes in BERT. */
export const ACCENT = 32;
/** Any mark (M). */
export const MARK = 64;
/** Takes part in canonical reordering, but is no ACCENT. */
export const REORDERS = 128;

/** Flags by code point. 1.1 MB, made once when the first tokenizer is opened. */
export const flags = readFlags();

function readFlags(): Uint8Array {
  const table = new Uint8Array(0x110000);
  let at = 0;
  for (const [, length, kind] of flagRuns.runs.matchAll(/([0-9a-z]+)([A-Z])/g)) {
    const end = at + parseInt(length!, 36);
    table.fill(flagRuns.kinds[kind!.charCodeAt(0) - 65]!, at, end);
    at = end;
  }
  return table;
}

/** Code points that the library's tables are too old to decompose. */
const left = { canonical: readRanges(leftComposed), compatible: readRanges(leftCompatible) };

function readRanges(text: string): Set<number> {
  const found = new Set<number>();
  for (const range of text.split(" ")) {
    const [first, last = first] = range.split("-").map((code) => parseInt(code, 16));
    for (let code = first!; code <= last!; code++) found.add(code);
  }
  return found;
}

export type NormalForm = "NFC" | "NFD" | "NFKC" | "NFKD";

/** The form leaves this character alone, whatever newer tables say. */
export function isLeft(code: number, form: NormalForm): boolean {
  return left.canonical.has(code) || (form.length === 4 && left.compatible.has(code));
}

/** Chinese characters as BERT counts them; its table lacks U+2B820 to U+2B91F. */
export function isChinese(code: number): boolean {
  return (
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0x20000 && code <= 0x2a6df) ||
    (code >= 0x2a700 && code <= 0x2b81f) ||
    (code >= 0x2b920 && code <= 0x2ceaf) ||
    (code >= 0x2f800 && code <= 0x2fa1f)
  );
}
