/**
 * Text as Python counts it, for rules whose reference implementations are Python: code points, str.isspace,
 * str.strip, str.splitlines. Pure.
 */
/** What str.isspace calls white space, as the inside of a character class. */
export const spaceClass = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const leading = new RegExp(`^[${spaceClass}]+`);
// eslint-disable-next-line no-control-regex -- Python ends a line at them
const lineEnd = /\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/g;
const pairs = /[\ud800-\udbff][\udc00-\udfff]/g;

export function isSpace(code: number): boolean {
  if (code <= 32) return (code >= 9 && code <= 13) || (code >= 28 && code <= 32);
  if (code < 0x85) return false;
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** Code points: a pair of surrogates counts once. */
export function pointCount(text: string): number {
  const found = text.match(pairs);
  return text.length - (found?.length ?? 0);
}

export const stripStart = (text: string): string => text.replace(leading, "");
export function stripEnd(text: string): string {
  let end = text.length; // a pattern with "$" would try every blank of a text full of them
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return end === text.length ? text : text.slice(0, end);
}
export const strip = (text: string): string => stripEnd(stripStart(text));
export const hasText = (text: string): boolean => strip(text) !== "";

/** A stretch of the text: [start, end). */
export interface Piece {
  text: string;
  start: number;
}

/** str.splitlines: no empty line after the last line's end. */
export function splitLines(text: string): Piece[] {
  const lines: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(lineEnd)) {
    lines.push({ text: text.slice(from, found.index), start: from });
    from = found.index + found[0].length;
  }
  if (from < text.length) lines.push({ text: text.slice(from), start: from });
  return lines;
}

/** str.split(separator) with places; `separator` must be global. */
export function splitBy(text: string, separator: RegExp): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(separator)) {
    pieces.push({ text: text.slice(from, found.index), start: from });
    from = found.index + found[0].length;
  }
  pieces.push({ text: text.slice(from), start: from });
  return pieces;
}

/** str.split() without arguments. */
export function splitSpaces(text: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const inside = at < text.length && !isSpace(text.charCodeAt(at));
    if (inside && start < 0) start = at;
    else if (!inside && start >= 0) {
      words.push(text.slice(start, at));
      start = -1;
    }
  }
  return words;
}

/** Runs of anything but white space, counted without making them; the corpus's own measure of words. */
export function countWords(text: string, from = 0, to = text.length): number {
  let words = 0;
  let inside = false;
  for (let at = from; at < to; at++) {
    const blank = isSpace(text.charCodeAt(at));
    if (!blank && !inside) words++;
    inside = !blank;
  }
  return words;
}
