/** One training step on the CPU: run the graph, gather the batches' gradients, update the weights. */
import { addInto, addRows } from "./gradient-sums.ts";
import { HostDropout } from "./host-dropout.ts";
import { HostOptimiser } from "./host-optimiser.ts";
import type { HostProgram } from "./host-program.ts";
import type { HostWeights } from "./host-weights.ts";
import type {
  AdamwSettings,
  Arrays,
  Feeds,
  Moments,
  ParameterShape,
  StepProgram,
  StepResult,
  Trainer,
} from "./types.ts";

export class HostTrainer implements Trainer {
  readonly #program: HostProgram;
  readonly #parameters: readonly ParameterShape[];
  readonly #weights: HostWeights;
  readonly #optimiser: HostOptimiser;
  readonly #step: StepProgram;
  readonly #outputs: string[];
  /** Tables without a dense gradient (position, token type) need one to add rows into; reused. */
  readonly #scratch: Arrays = new Map();
  readonly #dropout: HostDropout | undefined;

  constructor(
    program: HostProgram,
    parameters: readonly ParameterShape[],
    weights: HostWeights,
    step: StepProgram,
    moments: Moments | undefined,
    start: Arrays | undefined,
  ) {
    this.#program = program;
    this.#parameters = parameters.filter(({ name }) => step.dense.has(name) || step.rows.has(name));
    this.#weights = weights;
    this.#optimiser = new HostOptimiser(this.#parameters, weights, moments, start);
    if (step.dropout !== undefined && step.dropout.length > 0) this.#dropout = new HostDropout(step.dropout);
    this.#step = step;
    this.#outputs = [...new Set([step.loss, ...step.dense.values(), ...[...step.rows.values()].map((r) => r.rows)])];
    for (const { name } of this.#parameters)
      if (!step.dense.has(name)) this.#scratch.set(name, new Float32Array(weights.values.get(name)!.length));
  }

  async step(batches: readonly Feeds[], settings: AdamwSettings): Promise<StepResult> {
    let loss = 0;
    const total: Arrays = new Map();
    for (const [b, given] of batches.entries()) {
      const feeds = this.#dropout?.feeds(given, settings.seed ?? 0, settings.step, b) ?? given;
      const results = await this.#program.run(this.#weights, feeds, this.#outputs);
      loss += results.get(this.#step.loss)![0]!;
      this.#collect(total, results, feeds);
    }
    return { loss, gradientNorm: this.#optimiser.step(total, settings) };
  }

  /** Adds one batch's gradients to `total`; the first batch's arrays are taken over as they are. */
  #collect(total: Arrays, results: Arrays, feeds: Feeds): void {
    for (const { name, shape } of this.#parameters) {
      const dense = this.#step.dense.get(name);
      const rows = this.#step.rows.get(name);
      const sum = total.get(name);
      if (dense !== undefined) {
        if (sum === undefined) total.set(name, results.get(dense)!);
        else addInto(sum, results.get(dense)!);
      } else if (sum === undefined) total.set(name, this.#scratch.get(name)!.fill(0));
      if (rows !== undefined)
        addRows(total.get(name)!, feeds.get(rows.indices)!.data as Int32Array, results.get(rows.rows)!, shape[1]!);
    }
  }

  readMoments(): Promise<Moments> {
    return Promise.resolve(this.#optimiser.readMoments());
  }
  async dispose(): Promise<void> {
    this.#optimiser.dispose();
    await this.#program.dispose();
  }
}
