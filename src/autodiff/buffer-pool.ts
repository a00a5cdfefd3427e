/**
 * The buffers that ONNX Runtime's WebGPU provider (1.31-dev) makes for a graph's values with its cache mode "simple":
 * a freed buffer serves the next value of exactly its size, and nothing is given back. So the pool outgrows what is
 * alive at once. Measured on the step of a two-layer encoder: 51 MB, counted so 49; alive at once are 34.
 */
import { typeOf, type Graph } from "./graph.ts";
import { bytesOf, lastUses, storagesOf } from "./liveness.ts";

const ALIGNMENT = 16;

export class BufferPool {
  readonly #free = new Map<number, number>();
  #bytes = 0;

  /** Made so far, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Runs a graph in its own order; `preallocated` outputs lie elsewhere. */
  run(graph: Graph, preallocated: ReadonlySet<string> = new Set()): void {
    const storage = storagesOf(graph);
    const last = lastUses(graph, storage);
    const held = new Map<string, number>();
    graph.nodes.forEach((node, at) => {
      for (const name of node.outputs) {
        if (name === "" || storage(name) !== name) continue;
        if (!preallocated.has(name)) held.set(name, this.#take(bytesOf(typeOf(graph, name)!)));
      }
      for (const name of new Set([...node.inputs, ...node.outputs].map(storage)))
        if (held.has(name) && (last.get(name) ?? at) === at) {
          this.#give(held.get(name)!);
          held.delete(name);
        }
    });
    for (const size of held.values()) this.#give(size);
  }

  #take(bytes: number): number {
    const size = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    const free = this.#free.get(size) ?? 0;
    if (free > 0) this.#free.set(size, free - 1);
    else this.#bytes += size;
    return size;
  }

  #give(size: number): void {
    this.#free.set(size, (this.#free.get(size) ?? 0) + 1);
  }
}
