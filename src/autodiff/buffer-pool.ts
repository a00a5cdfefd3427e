/**
 * The buffers that ONNX Runtime's WebGPU provider (1.31-dev) makes for a graph's values with its cache mode "simple":
 * a freed buffer serves the next value of exactly its size, but only once the commands that read it are submitted,
 * which is every sixteenth dispatch; nothing is given back. So the pool outgrows what is alive at once.
 */
import { typeOf, type Graph } from "./graph.ts";
import { bytesOf, lastUses, storagesOf } from "./liveness.ts";

/** webgpu_context.h, max_num_pending_dispatches_. */
const DISPATCHES_A_SUBMIT = 16;
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
    let pending: number[] = [];
    let dispatches = 0;
    graph.nodes.forEach((node, at) => {
      let computes = false;
      for (const name of node.outputs) {
        if (name === "" || storage(name) !== name) continue;
        computes = true;
        if (!preallocated.has(name)) held.set(name, this.#take(bytesOf(typeOf(graph, name)!)));
      }
      for (const name of new Set([...node.inputs, ...node.outputs].map(storage)))
        if (held.has(name) && (last.get(name) ?? at) === at) {
          pending.push(held.get(name)!);
          held.delete(name);
        }
      if (!computes || ++dispatches % DISPATCHES_A_SUBMIT !== 0) return;
      pending.forEach((size) => this.#give(size));
      pending = [];
    });
    for (const size of [...pending, ...held.values()]) this.#give(size);
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
