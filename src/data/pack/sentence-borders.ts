/**
 * Sentences of a token stream. A sentence ends after ".", "!", "?" or a line's end and the quotes or brackets that
 * close behind it; not within a number (3.5) and not after a single letter (e.g., J. Smith). What is longer than
 * `longest` is cut between words, so that no text is out of reach.
 */
import type { SpecialTokens } from "../../contract/index.ts";
import { sentenceMark } from "../tokenize/sentence-marks.ts";
import { documentCount, type TokenStream } from "./blocks.ts";

export interface Sentences {
  /** Where each sentence starts in the stream's tokens; sentences of a document follow one another. */
  starts: Uint32Array;
  /** Where each sentence ends. */
  ends: Uint32Array;
  /** First sentence of every document, then the number of sentences: one number more than documents. */
  documents: Uint32Array;
}

/** @param marks of every id: `sentenceMarks` of the model's tokenizer */
export function sentencesOf(
  stream: TokenStream,
  marks: Uint8Array,
  longest: number,
  special: SpecialTokens,
): Sentences {
  const { tokens, documents } = stream;
  const count = documentCount(stream);
  const [starts, ends]: [number[], number[]] = [[], []];
  const first = new Uint32Array(count + 1);
  for (let d = 0; d < count; d++) {
    first[d] = starts.length;
    let [from, to] = [documents[d]!, documents[d + 1]!];
    if (from < to && tokens[from] === special.start) from++;
    if (from < to && tokens[to - 1] === special.end) to--;
    cut(tokens, marks, from, to, longest, (start, end) => {
      starts.push(start);
      ends.push(end);
    });
  }
  first[count] = starts.length;
  return { starts: Uint32Array.from(starts), ends: Uint32Array.from(ends), documents: first };
}

function cut(
  tokens: TokenStream["tokens"],
  marks: Uint8Array,
  from: number,
  to: number,
  longest: number,
  add: (start: number, end: number) => void,
): void {
  const mark = (i: number): number => {
    const id = tokens[i]!;
    return i < from || i >= to ? sentenceMark.none : (marks[id < 0 ? ~id : id] ?? sentenceMark.none);
  };
  let start = from;
  for (let i = from; i < to; i++) {
    const before = mark(i - 1);
    // A letter that stands alone, or between two points: "J.", "e.g."; not the last piece of a word.
    const alone = before === sentenceMark.letter && (tokens[i - 1]! >= 0 || mark(i - 2) === sentenceMark.end);
    const inside = alone || (before === sentenceMark.digit && mark(i + 1) === sentenceMark.digit);
    let next = i + 1;
    if (mark(i) === sentenceMark.end && !inside) {
      while (mark(next) === sentenceMark.end || mark(next) === sentenceMark.close) next++;
    } else if (next - start < longest || (tokens[next]! < 0 && next - start < 2 * longest)) continue;
    add(start, next);
    start = next;
    i = next - 1;
  }
  if (start < to) add(start, to);
}
