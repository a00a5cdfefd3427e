/** Dropout masks on the CPU: one WebAssembly memory holds them all and is written anew for every batch. */
import { dropoutNumbers, dropoutRoom, dropoutStream } from "./dropout.ts";
import { hostKernels } from "./host-kernels.ts";
import { newMemory } from "./host-memory.ts";
import type { DropoutSite, Feed, Feeds } from "./types.ts";

interface Mask {
  site: DropoutSite;
  /** Bytes. */
  start: number;
  end: number;
  feed: Feed;
}

export class HostDropout {
  readonly #fill: (mask: Mask, key0: number, key1: number, stream: number) => void;
  readonly #masks: readonly Mask[];

  /** @throws runtime/out-of-memory */
  constructor(sites: readonly DropoutSite[]) {
    const sizes = sites.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    const memory = newMemory(
      sizes.reduce((sum, size) => sum + dropoutRoom(size), 0),
      "making room for dropout",
    );
    const kernels = hostKernels(memory);
    let end = 0;
    this.#masks = sites.map((site, i) => {
      const start = end;
      end += 4 * dropoutRoom(sizes[i]!);
      const data = new Float32Array(memory.buffer, start, sizes[i]);
      return { site, start, end, feed: { type: "float32", shape: site.shape, data } };
    });
    this.#fill = ({ site, start, end: last }, key0, key1, stream) => {
      const { limit, scale } = dropoutNumbers(site);
      kernels.dropoutMask(start, last, key0, key1, stream, limit, scale);
    };
  }

  /** The batch's feeds and its masks, which are valid until the next call. */
  feeds(feeds: Feeds, seed: number, step: number, batch: number): Feeds {
    this.#masks.forEach((mask, site) => this.#fill(mask, seed, step, dropoutStream(batch, site)));
    return new Map([...feeds, ...this.#masks.map(({ site, feed }): [string, Feed] => [site.input, feed])]);
  }
}
