/**
 * Words as single pieces of a byte-level BPE: a word's present pieces are joined from the left by merges that come
 * after all learnt ones, so that nothing but such neighbours changes. What is joined on the way is a piece too. Words
 * are added one after the other, each cut by all merges so far: a later chain cannot break an earlier one.
 */
import type { AddedPiece } from "../../../contract/index.ts";
import { byteSigns } from "../byte-level.ts";
import type { Json } from "../encoder/parts.ts";
import { bad } from "../tokenizer-json.ts";

/** left * SPAN + right: exact for any vocabulary. */
const SPAN = 2 ** 24;
/** Joins that a word may take: more than any word has bytes. */
const LONGEST_CHAIN = 400;

export class BpeChains {
  readonly #ids: Record<string, number>;
  readonly #merges: unknown[];
  /** Files have "left right" or ["left", "right"]; new merges are written like the others. */
  readonly #asText: boolean;
  readonly #pieces = new Map<number, string>();
  readonly #ranks = new Map<number, { rank: number; joined: number }>();
  readonly #added: AddedPiece[] = [];
  readonly #oldSize: number;

  constructor(model: Json, oldSize: number) {
    this.#ids = model["vocab"] as Record<string, number>;
    this.#merges = model["merges"] as unknown[];
    this.#asText = typeof this.#merges[0] === "string";
    this.#oldSize = oldSize;
    for (const [piece, id] of Object.entries(this.#ids)) this.#pieces.set(id, piece);
    this.#merges.forEach((merge, rank) => {
      const [left = "", right = ""] = (typeof merge === "string" ? merge.split(" ") : merge) as string[];
      this.#ranks.set(this.#ids[left]! * SPAN + this.#ids[right]!, { rank, joined: this.#ids[left + right]! });
    });
  }

  add(words: readonly string[]): AddedPiece[] {
    for (const word of words) {
      for (let joins = 0; ; joins++) {
        const symbols = this.#cut(word);
        if (symbols.length < 2) break;
        if (joins === LONGEST_CHAIN)
          throw bad("A word could not be joined to one piece by merges.", "Leave the longest words out.");
        this.#join(symbols[0]!, symbols[1]!);
      }
    }
    return this.#added;
  }

  #join(left: number, right: number): void {
    const piece = this.#pieces.get(left)! + this.#pieces.get(right)!;
    let id = this.#ids[piece];
    if (id === undefined) {
      id = this.#oldSize + this.#added.length;
      this.#ids[piece] = id;
      this.#pieces.set(id, piece);
      this.#added.push({ piece, id, oldIds: [...this.#old(left), ...this.#old(right)] });
    }
    const texts = [this.#pieces.get(left)!, this.#pieces.get(right)!];
    this.#ranks.set(left * SPAN + right, { rank: this.#merges.length, joined: id });
    this.#merges.push(this.#asText ? texts.join(" ") : texts);
  }

  /** The old pieces that a piece stands for. */
  #old(id: number): number[] {
    return id < this.#oldSize ? [id] : this.#added[id - this.#oldSize]!.oldIds;
  }

  /** A word by all merges so far: the earliest learnt pair is joined again and again. */
  #cut(word: string): number[] {
    const symbols = Array.from(new TextEncoder().encode(word), (byte) => this.#ids[byteSigns[byte]!]!);
    for (;;) {
      let best: { rank: number; joined: number; at: number } | undefined;
      for (let at = 0; at + 1 < symbols.length; at++) {
        const found = this.#ranks.get(symbols[at]! * SPAN + symbols[at + 1]!);
        if (found !== undefined && (best === undefined || found.rank < best.rank)) best = { ...found, at };
      }
      if (best === undefined) return symbols;
      symbols.splice(best.at, 2, best.joined);
    }
  }
}
