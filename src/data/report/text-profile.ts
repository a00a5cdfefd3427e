/**
 * A text collection as its words and its hashed n-grams, with memory that stays flat: at most so many word
 * forms are held, the rarest are forgotten when there are more, and the profile then says by how much a
 * count may fall short. Everything that compares texts (terms, overlap, divergence) works on profiles.
 */
import { bigramBucket, BUCKETS, unigramBucket, wordHash } from "./ngram-buckets.ts";
import { scanText, type CharacterCounts } from "./scan-text.ts";

export interface VocabularyWord {
  /** Lower-cased. */
  word: string;
  /** As it is written most often. */
  form: string;
  count: number;
}
export interface TextProfile {
  /** Runs of anything but white space. */
  words: number;
  /** Words of two or more characters, as CountVectorizer (scikit-learn) takes them; most frequent first. */
  vocabulary: VocabularyWord[];
  /** How many such words were met, those forgotten too. */
  wordTokens: number;
  /** Counts of hashed 1-2-grams, and their sum. */
  buckets: Float64Array;
  grams: number;
  /** A count may be too low by this many; 0 when nothing was forgotten. */
  undercount: number;
}
interface Form {
  word: string;
  hash: number;
  count: number;
  inVocabulary: boolean;
}

/** About 30 MB. General English reaches it after some ten million words. */
const FORMS_HELD = 200_000;

export class TextProfiler {
  readonly #most: number;
  readonly #buckets = new Float64Array(BUCKETS);
  readonly #forms = new Map<string, Form>();
  #words = 0;
  #wordTokens = 0;
  #grams = 0;
  #undercount = 0;

  constructor(formsHeld = FORMS_HELD) {
    this.#most = formsHeld;
  }

  /** @returns the text's words */
  add(text: string, counts?: CharacterCounts): number {
    let before = -1;
    const words = scanText(text, counts, (from, to, isWord) => {
      const form = this.#form(text.slice(from, to), isWord);
      form.count++;
      if (form.inVocabulary) this.#wordTokens++;
      this.#buckets[unigramBucket(form.hash)]!++;
      this.#grams++;
      if (before >= 0) {
        this.#buckets[bigramBucket(before, form.hash)]!++;
        this.#grams++;
      }
      before = form.hash;
    });
    this.#words += words;
    return words;
  }

  profile(): TextProfile {
    const byWord = new Map<string, VocabularyWord & { most: number }>();
    for (const [form, { word, count, inVocabulary }] of this.#forms) {
      if (!inVocabulary) continue;
      const known = byWord.get(word);
      if (known === undefined) byWord.set(word, { word, form, count, most: count });
      else {
        known.count += count;
        if (count > known.most) [known.form, known.most] = [form, count];
      }
    }
    // Ties by code unit, so that the order is the same everywhere.
    const vocabulary = [...byWord.values()]
      .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
      .map(({ word, form, count }) => ({ word, form, count }));
    return {
      words: this.#words,
      vocabulary,
      wordTokens: this.#wordTokens,
      buckets: this.#buckets.slice(),
      grams: this.#grams,
      undercount: this.#undercount,
    };
  }

  #form(text: string, isWord: boolean): Form {
    const known = this.#forms.get(text);
    if (known !== undefined) return known;
    if (this.#forms.size >= this.#most) this.#forget();
    const own = detached(text);
    const word = own.toLowerCase();
    const form = {
      word: word === own ? own : word,
      hash: wordHash(word),
      count: 0,
      inVocabulary: isWord && text.length > 1,
    };
    this.#forms.set(own, form);
    return form;
  }

  /** Forgets the rarest forms, at least half of all; as lossy counting (Manku & Motwani 2002), by level of count. */
  #forget(): void {
    const sorted = Float64Array.from(this.#forms.values(), (form) => form.count).sort();
    const level = sorted[sorted.length >> 1]!;
    this.#undercount += level;
    for (const [form, { count }] of this.#forms) if (count <= level) this.#forms.delete(form);
  }
}

/** A copy that shares no memory: an engine may keep the whole document alive for a slice of it. */
function detached(text: string): string {
  if (text.length < 13) return text; // shorter slices are copies already (V8: SlicedString::kMinLength)
  return JSON.parse(JSON.stringify(text)) as string;
}
