/**
 * The pool of threads that cut a large corpus into tokens. As many as the machine has cores to spare; a small
 * corpus is not worth starting any, and a browser without workers inside workers does it in this one.
 */
import { wrap } from "comlink";
import { UnmaskError } from "../../src/base/index.ts";
import { installWire, type ModelRef } from "../../src/contract/index.ts";
import type { EncodeLane } from "../../src/data/index.ts";
import type { TokenizeLane } from "../tokenize.worker.ts";

/** Below this a lane costs more to start than it saves. */
const WORTH_A_POOL_CHARACTERS = 4_000_000;
/** Each lane holds a vocabulary and its memory of words: some 60 MB. */
const MOST_LANES = 4;

export interface Lanes {
  /** Undefined: this thread does it. */
  lanes: EncodeLane[] | undefined;
  end: () => void;
}

/** One core is left to the page and one to reading and storing. */
export const laneCount = (cores: number, characters: number): number =>
  characters < WORTH_A_POOL_CHARACTERS ? 0 : Math.max(1, Math.min(MOST_LANES, cores - 2));

export function openLanes(model: ModelRef, characters: number): Lanes {
  const count = typeof Worker === "undefined" ? 0 : laneCount(navigator.hardwareConcurrency, characters);
  if (count === 0) return { lanes: undefined, end: () => undefined };
  installWire();
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL("../tokenize.worker.ts", import.meta.url), { type: "module", name: "tokenize" }),
  );
  return {
    lanes: workers.map((worker) => laneOf(worker, model)),
    end: () => workers.forEach((one) => one.terminate()),
  };
}

/** A worker that cannot load never answers: each question races against its failure. */
function laneOf(worker: Worker, model: ModelRef): EncodeLane {
  const remote = wrap<TokenizeLane>(worker);
  const failed = new Promise<never>((_, reject) => {
    worker.onerror = (event) =>
      reject(
        new UnmaskError(
          "data/tokenize-worker",
          `A thread for cutting text into tokens should run, but it failed${event.message ? `: ${event.message}` : "."}`,
          "Reload the page and try again; close other tabs if memory is short.",
        ),
      );
  });
  failed.catch(() => undefined); // without a question under way nobody waits for it
  return (texts) => Promise.race([remote.encode(model, texts as string[]), failed]);
}
