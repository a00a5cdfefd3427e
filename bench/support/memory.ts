/**
 * Memory of a whole process tree: the sum of PSS (each page shared by n processes counts 1/n in each), sampled while
 * something runs. Linux only: it reads /proc. A process that ends between two looks counts as nothing.
 */
import { readdirSync, readFileSync } from "node:fs";

const everyMs = 100;

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // the process is gone
  }
}

/** A process and all that it started. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // "pid (name) state parent ...": the name may hold blanks and brackets.
    const stat = read(`/proc/${name}/stat`);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 4).split(" ")[0]));
  }
  const tree = [root];
  for (let i = 0; i < tree.length; i++) for (const [pid, parent] of parents) if (parent === tree[i]) tree.push(pid);
  return tree;
}

/** MB (10^6 bytes). */
export function pssOf(root: number): number {
  let kilobytes = 0;
  for (const pid of processTree(root)) {
    const rollup = read(`/proc/${pid}/smaps_rollup`);
    kilobytes += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
  }
  return (kilobytes * 1024) / 1e6;
}

export const canMeasure = (): boolean => process.platform === "linux" && read("/proc/self/smaps_rollup") !== "";

/** Samples every 100 ms until stopped. */
export class MemoryWatch {
  readonly #root: number;
  #peak = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(root: number) {
    this.#root = root;
    this.#look();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, pssOf(this.#root));
  }

  /** The highest sum seen, in MB. */
  get peakMb(): number {
    return this.#peak;
  }

  stop(): number {
    clearInterval(this.#timer);
    this.#timer = undefined;
    return this.#peak;
  }
}

/** What the tree holds at rest: the median of some looks. */
export async function idleMb(root: number, looks = 50): Promise<number> {
  const seen: number[] = [];
  for (let i = 0; i < looks; i++) {
    seen.push(pssOf(root));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return seen.sort((a, b) => a - b)[looks >> 1]!;
}
