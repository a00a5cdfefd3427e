/**
 * Groups of near-duplicates over a whole corpus: documents whose bands meet and whose estimated similarity is high
 * enough are joined, and so are those joined to them (as in datatrove's cluster step). 168 bytes a document.
 */
import { Growable } from "./growable.ts";
import { bands, minHash, rowsOfBand, similarity } from "./minhash.ts";

const hashes = bands * rowsOfBand;
const none = 0xffffffff;
/** Members of a bucket that one document is compared with: enough to find its group, never quadratic. */
const mostCompared = 40;

export interface Groups {
  /** For each document the first of its group; its own number when it stands alone. */
  first: Uint32Array;
  /** By first document: the least similarity that joined two of the group. */
  similarity: Map<number, number>;
}

export class NearDuplicates {
  readonly #keys = new Growable((size) => new Uint32Array(size));
  readonly #bytes = new Growable((size) => new Uint8Array(size));
  /** Document of each signature: very short ones have none. */
  readonly #documents = new Growable((size) => new Uint32Array(size));
  #count = 0;

  /** The next document's words; see WordHashes. */
  add(words: Uint32Array): void {
    const signature = minHash(words);
    const document = this.#count++;
    if (signature === undefined) return;
    this.#documents.push(document);
    this.#keys.pushAll(signature.keys);
    this.#bytes.pushAll(signature.bytes);
  }

  group(least: number): Groups {
    const documents = this.#documents.values;
    const parent = Uint32Array.from({ length: this.#count }, (_, i) => i);
    const lowest = new Map<number, number>();
    const root = (of: number): number => {
      let at = of;
      while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
      return at;
    };
    const join = (a: number, b: number, score: number): void => {
      const [first, second] = a < b ? [a, b] : [b, a];
      parent[second] = first;
      lowest.set(first, Math.min(score, lowest.get(first) ?? 1, lowest.get(second) ?? 1));
      lowest.delete(second);
    };
    const n = documents.length;
    const places = 2 ** Math.max(4, Math.ceil(Math.log2(n * 2)));
    const heads = new Uint32Array(places);
    const next = new Uint32Array(n);
    const [keys, bytes] = [this.#keys.values, this.#bytes.values];
    for (let band = 0; band < bands; band++) {
      heads.fill(none);
      for (let i = 0; i < n; i++) {
        const key = keys[i * bands + band]!;
        const place = key & (places - 1);
        let compared = 0;
        for (let j = heads[place]!; j !== none && compared < mostCompared; j = next[j]!) {
          if (keys[j * bands + band] !== key) continue;
          compared++;
          const [a, b] = [root(documents[i]!), root(documents[j]!)];
          if (a === b) continue;
          const score = similarity(bytes, i * hashes, j * hashes);
          if (score >= least) join(a, b, score);
        }
        next[i] = heads[place]!;
        heads[place] = i;
      }
    }
    for (let i = 0; i < parent.length; i++) parent[i] = root(i);
    return { first: parent, similarity: lowest };
  }
}
