/**
 * Cutting byte streams into chunks of at most 16 MB, so that no transaction holds more than that in
 * memory. Pure: knows no database; whoever writes the chunks is handed in.
 */
import { crc32 } from "../base/index.ts";

/** 16 MB, not MiB; a multiple of 8, so that chunk borders never cut a number in two. */
export const chunkLimitBytes = 16_000_000;

export interface ChunkEntry {
  /** Streams of one record do not mix within a chunk: "meta", "tensors", "documents", ... */
  stream: string;
  sizeBytes: number;
  crc32: number;
}

/** How many chunks a stream of that size takes, and how large each is. */
export function planChunks(sizeBytes: number, limitBytes = chunkLimitBytes): number[] {
  const whole = Math.floor(sizeBytes / limitBytes);
  const rest = sizeBytes - whole * limitBytes;
  return [...Array<number>(whole).fill(limitBytes), ...(rest > 0 ? [rest] : [])];
}

/** Gathers one stream's pieces and hands over full chunks; `flush` hands over the rest. */
export class ChunkCutter {
  readonly #limit: number;
  readonly #write: (chunk: Uint8Array<ArrayBuffer>) => Promise<void>;
  #buffer = new Uint8Array(1 << 12);
  #used = 0;

  constructor(write: (chunk: Uint8Array<ArrayBuffer>) => Promise<void>, limitBytes = chunkLimitBytes) {
    this.#limit = limitBytes;
    this.#write = write;
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const take = Math.min(bytes.length - at, this.#limit - this.#used);
      this.#reserve(this.#used + take);
      this.#buffer.set(bytes.subarray(at, at + take), this.#used);
      this.#used += take;
      at += take;
      if (this.#used === this.#limit) await this.flush();
    }
  }

  async flush(): Promise<void> {
    if (this.#used === 0) return;
    // A view would be stored with its whole buffer, so what is handed over is exactly as long as its content.
    const chunk = this.#used === this.#buffer.length ? this.#buffer : this.#buffer.slice(0, this.#used);
    this.#used = 0;
    await this.#write(chunk);
  }

  #reserve(sizeBytes: number): void {
    if (sizeBytes <= this.#buffer.length) return;
    let capacity = this.#buffer.length;
    while (capacity < sizeBytes) capacity *= 2;
    const grown = new Uint8Array(Math.min(capacity, this.#limit));
    grown.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = grown;
  }
}

export function chunkEntry(stream: string, bytes: Uint8Array): ChunkEntry {
  return { stream, sizeBytes: bytes.length, crc32: crc32(bytes) };
}

/** What is wrong with a chunk read back, or undefined when nothing is. */
export function chunkProblem(entry: ChunkEntry, bytes: unknown): string | undefined {
  if (bytes === undefined) return "a part is missing";
  if (!(bytes instanceof Uint8Array)) return "a part has the wrong kind";
  if (bytes.length !== entry.sizeBytes) return `a part has ${bytes.length} bytes instead of ${entry.sizeBytes}`;
  return crc32(bytes) === entry.crc32 ? undefined : "a part's checksum differs";
}
