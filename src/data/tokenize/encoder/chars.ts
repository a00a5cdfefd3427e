/**
 * Growing typed arrays that the encoder works in: characters (Unicode code points) with the place in
 * the original text each came from, words as ranges of them, and the pieces of one word. Reused from
 * text to text, so that encoding makes no garbage. Knows no tokenizer.
 */

export class CharBuffer {
  chars = new Int32Array(4096);
  /** Code-point index in the original text, one a character. */
  origins = new Int32Array(4096);
  length = 0;

  /** Room for `count` characters in all. */
  reserve(count: number): void {
    if (count <= this.chars.length) return;
    this.chars = grown(this.chars, count);
    this.origins = grown(this.origins, count);
  }

  push(char: number, origin: number): void {
    if (this.length === this.chars.length) this.reserve(this.length + 1);
    this.chars[this.length] = char;
    this.origins[this.length++] = origin;
  }

  /** Adds characters [from, to) of another buffer. */
  append(other: CharBuffer, from: number, to: number): void {
    this.reserve(this.length + to - from);
    this.chars.set(other.chars.subarray(from, to), this.length);
    this.origins.set(other.origins.subarray(from, to), this.length);
    this.length += to - from;
  }
}

/** Words of a text: pairs of start and end in `text`. */
export class WordList {
  text = new CharBuffer();
  bounds = new Int32Array(2048);
  /** Numbers used in `bounds`: twice the words. */
  length = 0;

  add(start: number, end: number): void {
    if (this.length + 2 > this.bounds.length) this.bounds = grown(this.bounds, this.length + 2);
    this.bounds[this.length++] = start;
    this.bounds[this.length++] = end;
  }
}

/** The pieces of one word: id, first character and end, counted from the word's start. */
export class Pieces {
  ids = new Int32Array(64);
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  length = 0;

  add(id: number, start: number, end: number): void {
    const at = this.length++;
    if (at === this.ids.length) {
      this.ids = grown(this.ids, at + 1);
      this.starts = grown(this.starts, at + 1);
      this.ends = grown(this.ends, at + 1);
    }
    this.ids[at] = id;
    this.starts[at] = start;
    this.ends[at] = end;
  }
}

/** A copy at least twice as long. */
export function grown(array: Int32Array<ArrayBuffer>, count: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(count, array.length * 2));
  larger.set(array);
  return larger;
}

/** A string as code points; half a surrogate pair becomes the replacement character, as in UTF-8. */
export function codePoints(text: string): number[] {
  const codes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code > 0xffff) i++;
    codes.push(code >= 0xd800 && code < 0xe000 ? 0xfffd : code);
  }
  return codes;
}
