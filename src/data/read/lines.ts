/**
 * Text slices to lines. A line longer than the limit comes in pieces (`more` is true on all but the
 * last), so that a file without line breaks costs no more memory than any other.
 */
export interface Line {
  text: string;
  /** 1-based. */
  number: number;
  /** The line goes on in the next piece. */
  more: boolean;
}

/** Takes decoded slices, gives the lines that are complete; `finish` gives the last one. */
export class LineSplitter {
  readonly #limit: number;
  /** The line begun in earlier slices. */
  #parts: string[] = [];
  #length = 0;
  #number = 1;
  #separator: "\n" | "\r" | undefined;
  #inPieces = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(slice: string): Line[] {
    if (slice === "") return [];
    // Old Macintosh files end their lines with a return alone.
    this.#separator ??= slice.includes("\n") || !slice.includes("\r") ? "\n" : "\r";
    const lines: Line[] = [];
    let from = 0;
    for (;;) {
      const end = slice.indexOf(this.#separator, from);
      if (end < 0) break;
      this.#add(slice.slice(from, end), lines);
      this.#end(lines);
      from = end + 1;
    }
    this.#add(slice.slice(from), lines);
    return lines;
  }

  finish(): Line[] {
    const lines: Line[] = [];
    if (this.#length > 0 || this.#inPieces) this.#end(lines);
    return lines;
  }

  #add(text: string, lines: Line[]): void {
    if (text === "") return;
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length <= this.#limit) return;
    let rest = this.#parts.join("");
    while (rest.length > this.#limit) {
      const cut = safeCut(rest, this.#limit);
      lines.push({ text: rest.slice(0, cut), number: this.#number, more: true });
      rest = rest.slice(cut);
      this.#inPieces = true;
    }
    this.#parts = [rest];
    this.#length = rest.length;
  }

  #end(lines: Line[]): void {
    const text = this.#parts.length === 1 ? this.#parts[0]! : this.#parts.join("");
    lines.push({ text: text.endsWith("\r") ? text.slice(0, -1) : text, number: this.#number, more: false });
    this.#number++;
    this.#parts = [];
    this.#length = 0;
    this.#inPieces = false;
  }
}

/** A place to cut at most at `limit` that does not tear a surrogate pair apart. */
export function safeCut(text: string, limit: number): number {
  const code = text.charCodeAt(limit - 1);
  return code >= 0xd800 && code < 0xdc00 && limit > 1 ? limit - 1 : limit;
}
