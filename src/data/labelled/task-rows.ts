/**
 * A labelled set as rows of token ids for a model that is fine-tuned whole: single texts, pairs in one row, words with
 * the place of their first piece, and long contexts as overlapping windows. Knows no labels and no tensors.
 * Source: transformers' run_glue.py, run_ner.py and run_qa.py (truncation "longest_first" and "only_second").
 */
import { UnmaskError } from "../../base/index.ts";
import type { LabelledSet } from "../../contract/index.ts";
import { before, behind, framed } from "../tokenize/special.ts";
import type { Encoding } from "../tokenize/encoder/encodings.ts";
import type { Tokenizer } from "../tokenize/tokenizer.ts";

/** One row of a batch, special tokens included. */
export interface TaskRow {
  /** Place of its item in the set. */
  item: number;
  ids: number[];
  /** Place from which the token type is 1; the row's length where there is no second text or no type. */
  typesFrom: number;
  /** Where the class token stands behind the text it has a type of its own, 2 (XLNet). */
  classAt?: number;
  /** NER: place of each word's first piece, -1 for a word that was cut off. */
  wordStarts?: number[];
  window?: Window;
}
/** A piece of a question's context: tokens from place `first` on, their ranges of the context in UTF-16 units. */
export interface Window {
  first: number;
  starts: Int32Array;
  ends: Int32Array;
}
export interface RowLimits {
  /** Tokens a row, special ones included. */
  maxTokens: number;
  /** Tokens of the context that two neighbouring windows share (doc stride). */
  stride: number;
}
export interface TaskRows {
  rows: TaskRow[];
  /** Plain sentences on what was cut. */
  notes: string[];
}

/** @throws data/no-offsets for questions with a tokenizer that tells no offsets, data/rows-too-short */
export function taskRows(set: LabelledSet, tokenizer: Tokenizer, limits: RowLimits): TaskRows {
  const { maxTokens } = limits;
  let cut = 0;
  const counted = <Row extends { cut: boolean }>(row: Row): Row => {
    if (row.cut) cut++;
    return row;
  };
  const rows: TaskRow[] = [];
  const finished = (made: TaskRow[]): TaskRow[] =>
    tokenizer.special.behind === true ? made.map((row) => ({ ...row, classAt: row.ids.length - 1 })) : made;
  const pair = (item: number, first: string, second: string): void => {
    const { ids, typesFrom } = counted(pairRow(tokenizer, first, second, maxTokens));
    rows.push({ item, ids, typesFrom });
  };
  const single = (item: number, text: string): void => {
    const { ids } = counted(closed(tokenizer, tokenizer.encode(text), maxTokens));
    rows.push({ item, ids, typesFrom: ids.length });
  };
  switch (set.task) {
    case "classification":
      set.items.forEach(({ text, second }, item) =>
        second === undefined ? single(item, text) : pair(item, text, second),
      );
      break;
    case "similarity":
      set.items.forEach(({ first, second }, item) => pair(item, first, second));
      break;
    case "ner":
      set.items.forEach(({ tokens }, item) => {
        const { ids, wordStarts } = tokenizer.encodeWords(tokens);
        const row = counted(closed(tokenizer, ids, maxTokens));
        const shift = before(tokenizer.special).length;
        const placed = wordStarts.map((at) => (at < maxTokens - 2 ? at + shift : -1));
        rows.push({ item, ids: row.ids, typesFrom: row.ids.length, wordStarts: placed });
      });
      break;
    case "qa": {
      let [split, windows] = [0, 0];
      set.items.forEach(({ question, context }, item) => {
        const made = windowRows(tokenizer, question, context, limits).map((row) => ({ item, ...row }));
        if (made.length > 1) {
          split++;
          windows += made.length;
        }
        rows.push(...made);
      });
      const note = `${split} of ${set.items.length} contexts are longer than a row of ${maxTokens} tokens and were read in ${windows} overlapping windows.`;
      return { rows: finished(rows), notes: split === 0 ? [] : [note] };
    }
  }
  const note = `${cut} of ${rows.length} items are longer than ${maxTokens} tokens and were cut.`;
  return { rows: finished(rows), notes: cut === 0 ? [] : [note] };
}

function closed({ special }: Tokenizer, ids: readonly number[], maxTokens: number): { ids: number[]; cut: boolean } {
  const room = maxTokens - 2;
  return { ids: framed(ids.slice(0, room), special), cut: ids.length > room };
}

/** Two texts in one row; what is too much is cut from the longer one, token by token. */
export function pairRow(
  tokenizer: Tokenizer,
  first: string,
  second: string,
  maxTokens: number,
): { ids: number[]; typesFrom: number; cut: boolean } {
  const { special, pairs } = tokenizer;
  const [a, b] = [tokenizer.encode(first), tokenizer.encode(second)];
  const room = maxTokens - 2 - pairs.separators;
  const cut = a.length + b.length > room;
  let [lengthA, lengthB] = [a.length, b.length];
  while (lengthA + lengthB > room)
    if (lengthA > lengthB) lengthA--;
    else lengthB--;
  const opening = [...before(special), ...a.slice(0, lengthA), ...separator(tokenizer)];
  const ids = [...opening, ...b.slice(0, lengthB), ...behind(special)];
  return { ids, typesFrom: pairs.secondType === 1 ? opening.length : ids.length, cut };
}

const separator = ({ special, pairs }: Tokenizer): number[] => new Array<number>(pairs.separators).fill(special.end);

/** Half of a row at most is the question's: the context must have room. */
const QUESTION_SHARE = 0.5;
const LEAST_CONTEXT = 8;

/** A question with each window of its context. */
function windowRows(
  tokenizer: Tokenizer,
  question: string,
  context: string,
  { maxTokens, stride }: RowLimits,
): Omit<TaskRow, "item">[] {
  const { special, pairs } = tokenizer;
  const asked = tokenizer.encode(question).slice(0, Math.floor(maxTokens * QUESTION_SHARE));
  const opening = [...before(special), ...asked, ...separator(tokenizer)];
  const room = maxTokens - opening.length - behind(special).length;
  if (room < LEAST_CONTEXT)
    throw new UnmaskError(
      "data/rows-too-short",
      `A row of ${maxTokens} tokens leaves ${Math.max(0, room)} for a question's context; at least ${LEAST_CONTEXT} are needed.`,
      "Allow more tokens a row.",
      { maxTokens },
    );
  const { ids, starts, ends } = inUnits(context, placesIn(tokenizer, context));
  const step = Math.max(1, room - Math.min(stride, room - 1));
  const rows: Omit<TaskRow, "item">[] = [];
  for (let at = 0; ; at += step) {
    const row = [...opening, ...ids.subarray(at, at + room), ...behind(special)];
    rows.push({
      ids: row,
      typesFrom: pairs.secondType === 1 ? opening.length : row.length,
      window: { first: opening.length, starts: starts.slice(at, at + room), ends: ends.slice(at, at + room) },
    });
    if (at + room >= ids.length) return rows;
  }
}

function placesIn(tokenizer: Tokenizer, context: string): Encoding {
  const encoded = tokenizer.encodeWithPlaces(context);
  if (encoded !== undefined) return encoded;
  throw new UnmaskError(
    "data/no-offsets",
    "Answers are found by where each token stands in the text, which this model's tokenizer does not tell here.",
    "Choose a model with a WordPiece, byte-level BPE or Unigram tokenizer.",
  );
}

/** Offsets in code points -> in UTF-16 units; the same where no sign takes two. */
function inUnits(text: string, encoding: Encoding): Encoding {
  if (!/[\ud800-\udbff]/.test(text)) return encoding;
  const unitOf: number[] = [];
  let at = 0;
  for (const sign of text) {
    unitOf.push(at);
    at += sign.length;
  }
  unitOf.push(at);
  const units = (points: Int32Array): Int32Array => points.map((point) => unitOf[point]!);
  return { ...encoding, starts: units(encoding.starts), ends: units(encoding.ends) };
}
