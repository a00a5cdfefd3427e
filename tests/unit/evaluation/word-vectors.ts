/**
 * A small real encoder for tests: every token id has a random vector, part of which it shares with the words of its
 * kind, and a position's state is its own vector plus half of its neighbours'. `blur` adds noise that hides the words: a worse model of the same shape.
 */
import { random } from "../../../src/base/index.ts";
import type { EncodedText } from "../../../src/contract/index.ts";
import type { Encode } from "../../../src/evaluation/index.ts";

export function wordVectors(H: number, name: number, blur = 0): Encode {
  const table = new Map<number, Float64Array>();
  const vector = (id: number): Float64Array => {
    let known = table.get(id);
    if (known === undefined) {
      const [own, kind] = [random(name, id), random(name, -1, Math.floor(id / KIND))];
      table.set(id, (known = new Float64Array(H).map(() => 0.6 * own.normal() + 0.8 * kind.normal())));
    }
    return known;
  };
  return (texts, onText) => {
    // Last text first: an encoder is free in its order.
    for (let i = texts.length - 1; i >= 0; i--) {
      const { ids } = texts[i]!;
      const noise = random(name, 0xb1, i);
      const hidden = new Float32Array(ids.length * H);
      ids.forEach((id, t) => {
        for (let h = 0; h < H; h++) {
          const before = t > 0 ? vector(ids[t - 1]!)[h]! : 0;
          const after = t + 1 < ids.length ? vector(ids[t + 1]!)[h]! : 0;
          hidden[t * H + h] = vector(id)[h]! + 0.5 * (before + after) + blur * noise.normal();
        }
      });
      onText(i, hidden);
    }
    return Promise.resolve();
  };
}

/** Ids of one kind of word lie together. */
const KIND = 1000;

/** Words to ids with a start and an end token, one piece a word; longer texts are cut as a tokenizer would. */
export class WordIds {
  readonly #ids = new Map<string, number>();
  readonly #kinds = new Map<string, number>();

  encode(words: string[], maxTokens = 512): EncodedText {
    const room = maxTokens - 2;
    const ids = words.slice(0, room).map((word) => this.#idOf(word));
    return { ids: [1, ...ids, 2], wordStarts: words.map((_, i) => (i < room ? i + 1 : -1)) };
  }

  /** A word's kind is what stands before its number. */
  #idOf(word: string): number {
    const stem = word.replace(/\d+$/, "");
    const kind = this.#kinds.get(stem) ?? this.#kinds.size + 1;
    this.#kinds.set(stem, kind);
    const id = this.#ids.get(word) ?? kind * KIND + (this.#ids.size % KIND);
    this.#ids.set(word, id);
    return id;
  }
}
