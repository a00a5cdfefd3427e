/**
 * Which source each document came from, as runs: pairs of uint32 (source, number of documents). A corpus of
 * a million lines from three files takes 24 bytes. Inverse pair. Pure.
 */
import type { CorpusSource } from "../contract/index.ts";

/** Sources listed by name; the last of them then stands for all others, so that lists stay small. */
const maxSources = 2000;

export class SourceRuns {
  readonly sources: CorpusSource[] = [];
  readonly #runs: number[] = [];
  readonly #places = new Map<string, number>();
  #last = -1;

  /** @param source default: the one before, or the corpus as a whole */
  add(
    source: Pick<CorpusSource, "path" | "format"> | undefined,
    added: Pick<CorpusSource, "documents" | "words" | "characters">,
  ): void {
    if (added.documents === 0) return;
    const place =
      source === undefined && this.#last >= 0 ? this.#last : this.#placeOf(source?.path ?? "", source?.format);
    const entry = this.sources[place]!;
    entry.documents += added.documents;
    entry.words += added.words;
    entry.characters += added.characters;
    if (place === this.#last) this.#runs[this.#runs.length - 1]! += added.documents;
    else this.#runs.push(place, added.documents);
    this.#last = place;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Uint32Array.from(this.#runs).buffer);
  }

  #placeOf(path: string, format: CorpusSource["format"] = "text"): number {
    const known = this.#places.get(path);
    if (known !== undefined) return known;
    const full = this.sources.length >= maxSources - 1;
    const name = full ? "" : path;
    const place = full ? (this.#places.get("") ?? this.sources.length) : this.sources.length;
    if (place === this.sources.length) this.sources.push({ path: name, format, documents: 0, words: 0, characters: 0 });
    this.#places.set(name, place);
    return place;
  }
}

/** The source of each document, in order. */
export async function* sourcesOfDocuments(stream: AsyncIterable<Uint8Array>): AsyncGenerator<number> {
  // Chunk borders are multiples of 8 (chunks.ts), so no pair is cut.
  for await (const bytes of stream) {
    const runs = new Uint32Array(bytes.slice().buffer);
    for (let at = 0; at + 1 < runs.length; at += 2) for (let i = 0; i < runs[at + 1]!; i++) yield runs[at]!;
  }
}
