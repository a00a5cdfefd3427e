/**
 * One contestant in one worker or process, driven by messages: open, then visits of several steps in turn with
 * the other stations. The same class serves browser workers and Node; what differs (how a library is loaded) is
 * given by the host.
 */
import type * as Jax from "@jax-js/jax";
import type * as Tf from "@tensorflow/tfjs-core";
import type { Device } from "../../src/runtime/index.ts";
import type { Ort, OrtModule } from "../../src/runtime/ort.ts";
import type { Backend, Contestant, Entry, GpuCounts, NodeTime, Visit } from "./contestant.ts";
import { installCounters, takeCounts } from "./gpu-counters.ts";
import { asRun, isProduct, NodeTimer } from "./nodes.ts";
import { openOurs, ourGraph } from "./ours.ts";
import { openJax } from "./peers/jax.ts";
import { openTfjs } from "./peers/tfjs.ts";
import { makeProblem } from "./problem.ts";

export interface Host {
  /** Before any device is made. */
  prepare(backend: Backend, threads: number): Promise<void>;
  device(backend: Backend, threads: number): Promise<Device>;
  ort(backend: Backend): Promise<OrtModule>;
  jax(): Promise<typeof Jax>;
  tfjs(backend: Backend, threads: number): Promise<{ tf: typeof Tf; about: () => string }>;
}
export type StationCalls = Pick<Station, "open" | "visit" | "counts" | "prepareNodes" | "timeNodes" | "close">;

export class Station {
  readonly #host: Host;
  #entry: Entry | undefined;
  #contestant: Contestant | undefined;
  #nodes: NodeTimer | undefined;
  #t = 0;
  constructor(host: Host) {
    this.#host = host;
  }

  /** Gives what the table says beside the contestant's name. */
  async open(entry: Entry): Promise<string> {
    const { player, backend, threads, shape } = entry;
    this.#entry = entry;
    await this.#host.prepare(backend, threads);
    if (backend === "webgpu") installCounters();
    const problem = makeProblem(shape);
    if (player === "ours") this.#contestant = await openOurs(await this.#host.device(backend, threads), problem);
    else if (player === "jax") this.#contestant = await openJax(await this.#host.jax(), backend, problem);
    else {
      const { tf, about } = await this.#host.tfjs(backend, threads);
      this.#contestant = await openTfjs(tf, backend, about, problem);
    }
    return this.#contestant.about;
  }

  async visit(steps: number): Promise<Visit> {
    const contestant = this.#opened();
    const losses: number[] = [];
    const started = performance.now();
    for (let i = 0; i < steps; i++) losses.push(await contestant.step(++this.#t));
    return { losses, ms: performance.now() - started };
  }

  /** GPU work since the last call. */
  counts(): Promise<GpuCounts> {
    return Promise.resolve(takeCounts());
  }

  /** Makes ready to time the step graph's nodes alone: its matrix products, or all of them. */
  async prepareNodes(all: boolean): Promise<void> {
    const { backend, shape, threads } = this.#entry!;
    const ort = await this.#host.ort(backend);
    const options: Ort.InferenceSession.SessionOptions =
      backend === "native"
        ? { executionProviders: ["cpu"], intraOpNumThreads: threads }
        : { executionProviders: ["wasm"] };
    await this.#nodes?.dispose();
    const graph = asRun(ourGraph(makeProblem(shape)).graph);
    this.#nodes = await NodeTimer.prepare(ort, options, graph, (node) => all || isProduct(node));
  }
  timeNodes(): Promise<NodeTime[]> {
    if (this.#nodes === undefined) throw new Error("The nodes are not prepared.");
    return this.#nodes.visit();
  }

  async close(): Promise<void> {
    await this.#nodes?.dispose();
    await this.#contestant?.dispose();
  }
  #opened(): Contestant {
    if (this.#contestant === undefined) throw new Error("No contestant is open.");
    return this.#contestant;
  }
}

/** What crosses between a station and the one who drives it. */
export interface Call {
  id: number;
  method: keyof StationCalls;
  args: unknown[];
}
export type Reply = { id: number; value: unknown } | { id: number; error: string };

export async function answer(station: Station, { id, method, args }: Call): Promise<Reply> {
  try {
    const job = station[method] as (...given: unknown[]) => Promise<unknown>;
    return { id, value: await job.apply(station, args) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error) };
  }
}
