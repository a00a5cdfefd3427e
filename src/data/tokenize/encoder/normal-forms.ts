/**
 * NFC, NFD, NFKC and NFKD that keep track of where each character came from, as Hugging Face's tokenizers
 * do: a decomposition's first character stands for the original one and the others go with it; a
 * composition takes the place of its first part. The browser does the normalising, this file the tracking.
 */
import { decompose } from "./char-rules.ts";
import { codePoints, type CharBuffer } from "./chars.ts";
import { isLeft, type NormalForm } from "./unicode.ts";

/** Below this a form changes nothing, whatever follows (a mark from 0x300 on would). */
const inertBelow: Record<NormalForm, number> = { NFC: 0x300, NFD: 0xc0, NFKC: 0xa0, NFKD: 0xa0 };

/** Adds the normal form of `input` to `out`. */
export function normalForm(form: NormalForm, input: CharBuffer, out: CharBuffer): void {
  const { chars, length } = input;
  const limit = inertBelow[form];
  const inert = (at: number): boolean => at >= length || isLeft(chars[at]!, form);
  for (let i = 0; i < length;) {
    let next = i; // the first character that is not inert
    while (next < length && (chars[next]! < limit || inert(next))) next++;
    const start = next === length ? length : Math.max(i, next - 1); // a mark joins the character before it
    out.append(input, i, start);
    if (start === length) return;
    let end = next + 1;
    while (end < length && chars[end]! >= limit && !inert(end)) end++;
    segment(form, input, start, end, out);
    i = end;
  }
}

/** A stretch that nothing outside it takes part in. */
function segment(form: NormalForm, { chars, origins }: CharBuffer, start: number, end: number, out: CharBuffer): void {
  const decomposing = form === "NFC" ? "NFD" : form === "NFKC" ? "NFKD" : form;
  let parts: number[] = [];
  /** Originals each part stands for, less one: 0 for the first of a decomposition, 1 more inserted... */
  let changes: number[] = [];
  for (let i = start; i < end; i++)
    decompose(chars[i]!, decomposing).forEach((part, k) => {
      parts.push(part);
      changes.push(k === 0 ? 0 : 1);
    });
  const ordered = codePoints(textOf(parts).normalize("NFD"));
  const order = matcher(parts);
  changes = ordered.map((part) => changes[order(part)]!);
  parts = ordered;
  if (form === "NFC" || form === "NFKC") {
    const take = matcher(parts);
    const composed = codePoints(textOf(parts).normalize("NFC"));
    changes = composed.map((char) => {
      const from = codePoints(String.fromCodePoint(char).normalize("NFD")).map(take);
      return from.reduce((sum, place) => sum + changes[place]!, 1 - from.length);
    });
    parts = composed;
  }
  let used = start - 1;
  parts.forEach((part, k) => {
    const change = changes[k]!;
    if (change <= 0) used++;
    out.push(part, origins[Math.max(used, 0)]!);
    if (change < 0) used -= change;
  });
}

function textOf(chars: readonly number[]): string {
  let text = "";
  for (const char of chars) text += String.fromCodePoint(char);
  return text;
}

/** Gives the next unused place of a character, in order: canonical reordering keeps equal ones in theirs. */
function matcher(chars: readonly number[]): (char: number) => number {
  const places = new Map<number, { next: number; at: number[] }>();
  chars.forEach((char, i) => {
    const list = places.get(char);
    if (list === undefined) places.set(char, { next: 0, at: [i] });
    else list.at.push(i);
  });
  return (char) => {
    const list = places.get(char);
    return list?.at[list.next++] ?? 0;
  };
}
