/** The stretches of a text whose 5-word runs stand in another text too: why the two are near-duplicates. */
import type { ReasonSpan } from "../../../contract/index.ts";
import { runWords } from "../duplicates/minhash.ts";

const word = /[\p{L}\p{N}]+/gu;

export function sharedSpans(text: string, other: string): ReasonSpan[] {
  const runs = new Set<string>();
  const others = [...other.matchAll(word)].map(([found]) => found.toLowerCase());
  for (let i = 0; i + runWords <= others.length; i++) runs.add(others.slice(i, i + runWords).join(" "));
  const words = [...text.matchAll(word)];
  const plain = words.map(([found]) => found.toLowerCase());
  const spans: ReasonSpan[] = [];
  for (let i = 0; i + runWords <= plain.length; i++) {
    if (!runs.has(plain.slice(i, i + runWords).join(" "))) continue;
    const start = words[i]!.index;
    const last = words[i + runWords - 1]!;
    const end = last.index + last[0].length;
    const before = spans.at(-1);
    if (before !== undefined && before.end >= start) before.end = end;
    else spans.push({ start, end, note: "" });
  }
  return spans;
}
