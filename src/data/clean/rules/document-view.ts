/**
 * One document as the rules see it: words, lines and paragraphs, each found once and only when a rule asks. Places
 * are UTF-16 offsets of the text, lengths are code points, as in the papers' reference code.
 */
import { forEachChunk, wordsOfChunk } from "../english/words.ts";
import { pointCount, splitBy, splitLines, strip, type Piece } from "../text-units.ts";

const paragraphBreak = /\n{2,}/g;
const lineBreaks = /\n+/g;
const lineFeed = /\n/g;

export class DocumentView {
  readonly text: string;
  #words: string[] | undefined;
  #wordStarts: number[] | undefined;
  #length: number | undefined;
  #lines: Piece[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Code points. */
  get length(): number {
    return (this.#length ??= pointCount(this.text));
  }
  get words(): readonly string[] {
    if (this.#words === undefined) this.#findWords();
    return this.#words!;
  }
  /** Where each word begins. */
  get wordStarts(): readonly number[] {
    if (this.#wordStarts === undefined) this.#findWords();
    return this.#wordStarts!;
  }
  /** Python's splitlines. */
  get lines(): readonly Piece[] {
    return (this.#lines ??= splitLines(this.text));
  }
  /** Runs of line feeds divide; an empty piece stands at either end when the text begins or ends with one. */
  get gopherLines(): Piece[] {
    return splitBy(this.text, lineBreaks);
  }
  get gopherParagraphs(): Piece[] {
    const stripped = strip(this.text);
    const from = this.text.indexOf(stripped);
    return splitBy(stripped, paragraphBreak).map(({ text, start }) => ({ text, start: start + from }));
  }
  get feedLines(): Piece[] {
    return splitBy(this.text, lineFeed);
  }

  #findWords(): void {
    const words: string[] = [];
    const starts: number[] = [];
    forEachChunk(this.text, (start, end, blank) => {
      if (blank) return;
      let at = start;
      for (const word of wordsOfChunk(this.text.slice(start, end))) {
        words.push(word);
        starts.push(at);
        at += word.length;
      }
    });
    this.#words = words;
    this.#wordStarts = starts;
  }
}
