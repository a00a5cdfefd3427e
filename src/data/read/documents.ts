/**
 * Lines to documents: where one ends and the next begins, and how hard-wrapped lines become one text.
 * A document longer than the limit is given out in pieces, cut at white space, and reported once.
 */
import { readLimits, type DocumentSplit } from "../../contract/index.ts";
import { safeCut, type Line } from "./lines.ts";

/**
 * Characters in one document. About a fat novel's worth; beyond it, one document would have to be held
 * in memory as text, tokens and candidate at once.
 */
export const MAX_DOCUMENT_CHARACTERS = readLimits.documentCharacters.value;

/** "auto" settled from the first part of the file: is there a blank line between two filled ones? */
export function settleSplit(split: DocumentSplit, head: string): Exclude<DocumentSplit, "auto"> {
  if (split !== "auto") return split;
  let state: "start" | "filled" | "blank" = "start";
  for (const line of head.split(/\r\n|\n|\r/)) {
    if (line.trim() === "") state = state === "start" ? "start" : "blank";
    else if (state === "blank") return "paragraphs";
    else state = "filled";
  }
  return "lines";
}

/** A document cut because of its length. */
export interface LongDocument {
  /** Line on which it began. */
  line: number;
  pieces: number;
}

/** Cuts full pieces of at most the limit off a text, at white space where there is some. */
function cutPieces(text: string, limit: number): { pieces: string[]; rest: string } {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const cut = spaceBefore(rest, limit);
    const piece = rest.slice(0, cut).trim();
    if (piece !== "") pieces.push(piece);
    rest = rest.slice(cut);
  }
  return { pieces, rest };
}

/** A text of any length as documents of at most the limit. */
export function cutAtSpace(text: string, limit = MAX_DOCUMENT_CHARACTERS): string[] {
  const { pieces, rest } = cutPieces(text, limit);
  return rest.trim() === "" ? pieces : [...pieces, rest.trim()];
}

/** Last white space at or before `limit`, looking no further back than half of it. */
function spaceBefore(text: string, limit: number): number {
  for (let at = limit; at > limit / 2; at--) if (/\s/.test(text[at]!)) return at;
  return safeCut(text, limit);
}

export class DocumentBuilder {
  readonly #split: Exclude<DocumentSplit, "auto">;
  readonly #limit: number;
  readonly #onLong: (long: LongDocument) => void;
  #parts: string[] = [];
  #length = 0;
  #pieces = 0;
  #startLine = 1;
  /** Inside a line that comes in pieces: no blank goes between them. */
  #insideLine = false;
  #blankBefore = false;

  constructor(
    split: Exclude<DocumentSplit, "auto">,
    onLong: (long: LongDocument) => void,
    limit = MAX_DOCUMENT_CHARACTERS,
  ) {
    this.#split = split;
    this.#onLong = onLong;
    this.#limit = limit;
  }

  /** @returns the documents that these lines completed */
  push(lines: Line[]): string[] {
    const done: string[] = [];
    for (const line of lines) this.#take(line, done);
    return done;
  }

  finish(): string[] {
    const done: string[] = [];
    this.#end(done);
    return done;
  }

  #take(line: Line, done: string[]): void {
    const continued = this.#insideLine;
    this.#insideLine = line.more;
    const text = continued || line.more ? line.text : line.text.trim();
    const blank = !continued && !line.more && text === "";
    if (blank) {
      if (this.#split !== "file") this.#end(done);
      this.#blankBefore = true;
      return;
    }
    if (this.#parts.length === 0 && this.#pieces === 0) this.#startLine = line.number;
    else if (!continued && this.#parts.length > 0) {
      this.#parts.push(this.#split === "file" && this.#blankBefore ? "\n" : " ");
      this.#length++;
    }
    this.#blankBefore = false;
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length > this.#limit) this.#cut(done);
    if (this.#split === "lines" && !line.more) this.#end(done);
  }

  /** Gives out all full pieces and keeps the rest. */
  #cut(done: string[]): void {
    const { pieces, rest } = cutPieces(this.#parts.join(""), this.#limit);
    done.push(...pieces);
    this.#pieces += pieces.length;
    this.#parts = rest === "" ? [] : [rest];
    this.#length = rest.length;
  }

  #end(done: string[]): void {
    const text = this.#parts.join("").trim();
    if (text !== "") {
      done.push(text);
      if (this.#pieces > 0) this.#pieces++;
    }
    if (this.#pieces > 1) this.#onLong({ line: this.#startLine, pieces: this.#pieces });
    this.#parts = [];
    this.#length = 0;
    this.#pieces = 0;
  }
}
