/**
 * Several contestants over one problem: loss parity first, then warm-up, then rounds in which they take turns, so
 * that a busy moment of the machine falls on all of them. Nothing is measured in parallel.
 */
import { median, printTable, shown } from "../support/print.ts";
import type { Entry, GpuCounts, NodeTime } from "./contestant.ts";
import type { Remote } from "./hosts/remote.ts";
import { describeShape } from "./problem.ts";

export interface Runner {
  label: string;
  entry: Entry;
  remote: Remote;
  /** Only ours on a CPU: also time the matrix products of the step alone, in every round. */
  products?: boolean;
}
export interface Result {
  label: string;
  entry: Entry;
  about: string;
  /** A step, in milliseconds: median over the rounds, and the rounds' least and most. */
  ms: number;
  times: number[];
  least: number;
  most: number;
  firstMs: number;
  losses: number[];
  /** A step; the peak is of all memory. */
  gpu?: GpuCounts;
  /** The step's matrix products, each timed alone and summed. */
  productsMs?: number;
  products?: NodeTime[];
}

/** How long a race is. Rounds are short and many: the median then does not see the machine's other work. */
export interface RaceLength {
  /** Steps whose losses are compared. */
  paritySteps: number;
  /** Spent on steps that are not timed, after those of the parity check. */
  warmSeconds: number;
  /** Of the rounds asked for. */
  mostRounds: number;
}
const fullLength: RaceLength = { paritySteps: 10, warmSeconds: 3, mostRounds: Infinity };
const visitSeconds = 1.5;
/** Losses may differ by float32 sums in another order, grown over ten updates, and by the peers' erf approximations. */
export const parityTolerance = 1e-3;

export async function race(runners: readonly Runner[], rounds: number, length = fullLength): Promise<Result[]> {
  const racers: Racer[] = [];
  try {
    for (const runner of runners) {
      const racer = await prepare(runner, length);
      if (racer !== undefined) racers.push(racer);
    }
    for (let round = 0; round < Math.min(rounds, length.mostRounds); round++)
      for (const racer of racers) {
        const { losses, ms } = await racer.runner.remote.visit(racer.steps);
        racer.times.push(ms / losses.length);
        if (racer.runner.entry.backend === "webgpu")
          racer.gpu = await racer.runner.remote.counts().then((counts) => perStep(counts, racer.steps));
        if (racer.runner.products === true) racer.products.push(await racer.runner.remote.timeNodes());
      }
    return racers.map(finish);
  } finally {
    for (const { remote } of runners) await remote.end();
  }
}

interface Racer {
  runner: Runner;
  about: string;
  losses: number[];
  firstMs: number;
  steps: number;
  times: number[];
  gpu?: GpuCounts;
  products: NodeTime[][];
}

/** Opens, takes the losses of the first steps, warms up; undefined, with the reason printed, where it cannot run. */
async function prepare(runner: Runner, { paritySteps, warmSeconds }: RaceLength): Promise<Racer | undefined> {
  const { label, entry, remote } = runner;
  try {
    const about = await remote.open(entry);
    const first = await remote.visit(1);
    const early = await remote.visit(paritySteps - 1);
    const warm = await warmUp(remote, early.ms / (paritySteps - 1), warmSeconds);
    if (runner.products === true) await remote.prepareNodes(false);
    await remote.counts();
    const steps = Math.max(1, Math.min(200, Math.round((visitSeconds * 1000) / warm)));
    return {
      runner,
      about,
      losses: [...first.losses, ...early.losses],
      firstMs: first.ms,
      steps,
      times: [],
      products: [],
    };
  } catch (error) {
    if (entry.player === "ours") throw error;
    console.log(`left out: ${label} (${(error as Error).message.split("\n").slice(0, 3).join(" ")})`);
    return undefined;
  }
}

/** Some seconds more, after the steps of the parity check; gives a warm step's milliseconds. */
async function warmUp(remote: Remote, guess: number, warmSeconds: number): Promise<number> {
  let [spent, last] = [0, guess];
  while (spent < warmSeconds * 1000) {
    const steps = Math.max(1, Math.min(50, Math.ceil(500 / last)));
    const { ms } = await remote.visit(steps);
    spent += ms;
    last = ms / steps;
  }
  return last;
}

function perStep(counts: GpuCounts, steps: number): GpuCounts {
  const { dispatches, submits, buffers, bufferBytes, peakBytes } = counts;
  return {
    dispatches: dispatches / steps,
    submits: submits / steps,
    buffers: buffers / steps,
    bufferBytes: bufferBytes / steps,
    peakBytes,
  };
}

function finish({ runner, about, losses, firstMs, times, gpu, products }: Racer): Result {
  const { label, entry } = runner;
  const result: Result = {
    label,
    entry,
    about,
    losses,
    firstMs,
    ms: median(times),
    times,
    least: Math.min(...times),
    most: Math.max(...times),
  };
  if (gpu !== undefined) result.gpu = gpu;
  if (products.length > 0) {
    result.products = medianOfNodes(products);
    result.productsMs = result.products.reduce((sum, { count, ms }) => sum + count * ms, 0);
  }
  return result;
}

/** How many times longer `slower` takes: the median over the rounds, in which both met the same moment of the machine. */
export const timesOf = (slower: Result, faster: Result): number =>
  median(slower.times.map((ms, round) => ms / faster.times[round]!));

export function medianOfNodes(visits: readonly NodeTime[][]): NodeTime[] {
  return visits[0]!.map((node, i) => ({ ...node, ms: median(visits.map((visit) => visit[i]!.ms)) }));
}

/** Prints the losses side by side. @throws when a contestant computes something else: its time would mean nothing. */
export function checkParity(title: string, results: readonly Result[], reference: readonly number[]): void {
  const shownSteps = [1, 2, 3, 5, 10].filter((step) => step <= reference.length);
  const rows = results.map(({ label, losses }) => [
    label,
    ...shownSteps.map((step) => losses[step - 1]!.toFixed(5)),
    difference(losses, reference).toExponential(1),
  ]);
  printTable(title, ["Contestant", ...shownSteps.map((step) => `Loss ${step}`), "Largest relative difference"], rows);
  const wrong = results.find(({ losses }) => !(difference(losses, reference) <= parityTolerance));
  if (wrong !== undefined)
    throw new Error(
      `${wrong.label} computes other losses: they must agree to ${parityTolerance} over ${reference.length} steps.`,
    );
  console.log(`All agree to ${parityTolerance} over ${reference.length} steps.`);
}

function difference(losses: readonly number[], reference: readonly number[]): number {
  return Math.max(...losses.map((loss, i) => Math.abs(loss - reference[i]!) / Math.abs(reference[i]!)));
}

export function printTimes(title: string, results: readonly Result[], ours: Result): void {
  const rows = results.map(({ label, about, ms, least, most, firstMs }) => [
    label,
    shown(ms),
    `${shown(least)} to ${shown(most)}`,
    shown(ms / ours.ms),
    shown(firstMs),
    about,
  ]);
  const head = ["Contestant", "ms a step", "rounds", "times ours", "first step ms", "what"];
  printTable(`${title}, ${describeShape(ours.entry.shape)}`, head, rows);
}
