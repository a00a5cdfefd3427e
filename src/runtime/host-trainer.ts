/** One training step on the CPU: run the graph, gather the batches' gradients, update the weights. */
import { addInto, addRows } from "./gradient-sums.ts";
import { HostDropout } from "./host-dropout.ts";
import { HostOptimiser, isSkipped } from "./host-optimiser.ts";
import type { HostProgram } from "./host-program.ts";
import type { HostWeights } from "./host-weights.ts";
import { withLossScale } from "./loss-scale.ts";
import { firstGraph } from "./types.ts";
import type {
  AdamwSettings,
  Arrays,
  BegunStep,
  Feeds,
  Moments,
  MomentSource,
  ParameterShape,
  StepProgram,
  StepResult,
  Trainer,
  WeightSource,
} from "./types.ts";

type Compile = (bytes: Uint8Array) => Promise<HostProgram>;

export class HostTrainer implements Trainer {
  readonly #compile: Compile;
  readonly #graphs = new Map<string, HostGraph>();
  readonly #parameters: readonly ParameterShape[];
  readonly #weights: HostWeights;
  readonly #optimiser: HostOptimiser;
  /** Tables without a dense gradient (position, token type) need one to add rows into; reused. */
  readonly #scratch: Arrays = new Map();

  private constructor(
    compile: Compile,
    parameters: readonly ParameterShape[],
    weights: HostWeights,
    step: StepProgram,
    optimiser: HostOptimiser,
  ) {
    this.#compile = compile;
    this.#parameters = parameters;
    this.#weights = weights;
    this.#optimiser = optimiser;
    for (const { name } of this.#parameters)
      if (!step.dense.has(name)) this.#scratch.set(name, new Float32Array(weights.values.get(name)!.length));
  }

  static async open(
    compile: Compile,
    parameters: readonly ParameterShape[],
    weights: HostWeights,
    step: StepProgram,
    moments: MomentSource | undefined,
    start: WeightSource | undefined,
  ): Promise<HostTrainer> {
    const program = await compile(step.bytes);
    try {
      const learning = parameters.filter(({ name }) => step.dense.has(name) || step.rows.has(name));
      const optimiser = await HostOptimiser.open(learning, weights, moments, start);
      const trainer = new HostTrainer(compile, learning, weights, step, optimiser);
      trainer.#graphs.set(firstGraph, new HostGraph(program, step));
      return trainer;
    } catch (error) {
      await program.dispose();
      throw error;
    }
  }

  async add(name: string, step: StepProgram): Promise<void> {
    this.#graphs.set(name, new HostGraph(await this.#compile(step.bytes), step));
  }

  async step(batches: readonly Feeds[], settings: AdamwSettings, names: readonly string[] = []): Promise<StepResult> {
    let loss = 0;
    const total: Arrays = new Map();
    for (const [b, given] of batches.entries()) {
      const graph = this.#graphs.get(names[b] ?? firstGraph)!;
      const dropped = graph.dropout?.feeds(given, settings.seed ?? 0, settings.step, b) ?? given;
      const feeds = withLossScale(dropped, graph.step, settings);
      const results = await graph.program.run(this.#weights, feeds, graph.outputs);
      loss += results.get(graph.step.loss)![0]!;
      this.#collect(total, results, feeds, graph.step);
    }
    const gradientNorm = this.#optimiser.step(total, settings);
    return { loss, gradientNorm, ...(isSkipped(gradientNorm, settings) ? { skipped: true } : {}) };
  }

  async begin(batches: readonly Feeds[], settings: AdamwSettings, names?: readonly string[]): Promise<BegunStep> {
    const result = await this.step(batches, settings, names);
    return { isRunning: false, result: Promise.resolve(result) };
  }

  /** Adds one batch's gradients to `total`; the first batch's arrays are taken over as they are. */
  #collect(total: Arrays, results: Arrays, feeds: Feeds, step: StepProgram): void {
    for (const { name, shape } of this.#parameters) {
      const dense = step.dense.get(name);
      const rows = step.rows.get(name);
      const sum = total.get(name);
      if (dense !== undefined) {
        if (sum === undefined) total.set(name, results.get(dense)!);
        else addInto(sum, results.get(dense)!);
      } else if (sum === undefined) total.set(name, this.#scratch.get(name)!.fill(0));
      if (rows === undefined) continue;
      const looked = feeds.get(rows.indices)!.data as Int32Array;
      addRows(total.get(name)!, looked, results.get(rows.rows)!, shape[1]!, rows.from);
    }
  }

  readMoments(names?: readonly string[]): Promise<Moments> {
    return Promise.resolve(this.#optimiser.readMoments(names));
  }
  async dispose(): Promise<void> {
    this.#optimiser.dispose();
    for (const { program } of this.#graphs.values()) await program.dispose();
  }
}

/** A compiled training graph with what it is asked for. */
class HostGraph {
  readonly program: HostProgram;
  readonly step: StepProgram;
  readonly outputs: string[];
  readonly dropout: HostDropout | undefined;
  constructor(program: HostProgram, step: StepProgram) {
    this.program = program;
    this.step = step;
    this.outputs = [...new Set([step.loss, ...step.dense.values(), ...[...step.rows.values()].map((r) => r.rows)])];
    if (step.dropout !== undefined && step.dropout.length > 0) this.dropout = new HostDropout(step.dropout);
  }
}
