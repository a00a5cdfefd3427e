/**
 * The recipe's optimiser over an objective's training graph: which parameters learn, at which rate, and a graph built
 * anew when gradual unfreezing lets another group in, so that what is frozen costs neither time nor memory.
 * Knows no batches' origin and no events.
 */
import type { DeviceKind, LossScaleState, ModelConfig, Recipe } from "../contract/index.ts";
import { recomputeLayers, type Parameter, type StepGraph } from "../models/index.ts";
import {
  firstGraph,
  type AdamwSettings,
  type BegunStep,
  type Device,
  type DeviceWeights,
  type Feeds,
  type Moments,
  type MomentSource,
  type StepResult,
  type Trainer,
  type WeightSource,
} from "../runtime/index.ts";
import type { RunTensors } from "./checkpoint-contents.ts";
import { LossScaler } from "./loss-scaler.ts";
import type { Network } from "./objective.ts";
import { ParameterPlan } from "./parameter-plan.ts";
import { onDevice } from "./precision.ts";

/**
 * The objective's graph as the recipe wants it run: what has to do with memory, precision and the device is settled
 * here, for all objectives.
 */
export function stepGraph(
  { recipe, objective }: Pick<TrainerPlan, "recipe" | "objective">,
  kind: DeviceKind,
  trainable: Trainable,
  name?: string,
): StepGraph {
  const isGpu = kind === "webgpu";
  const graph = objective.trainingGraph(trainable, name, { precision: recipe.precision, padVocabulary: isGpu });
  return recipe.recompute === "layers" ? recomputeLayers(graph, !isGpu) : graph;
}
type Trainable = (name: string) => boolean;

export interface TrainerPlan {
  device: Device;
  config: ModelConfig;
  objective: Network;
  recipe: Recipe;
  weights: WeightSource;
  /** Of what was learning at `startStep`; the rest begins at zero. */
  moments?: MomentSource;
  /**
   * What the recipe's `pullToStart` pulls to: the weights that the run once began with; without it, `weights`. Asked
   * for again whenever unfreezing makes a new graph, so a reader is better than a map.
   */
  start?: WeightSource;
  /** Updates already done. */
  startStep: number;
  /** Of a run in half precision that goes on. */
  lossScale?: LossScaleState;
}

export class RecipeTrainer {
  readonly parameters: readonly Parameter[];
  readonly weights: DeviceWeights;
  /** Without the weights and moments: the device has them, and no second copy is kept. */
  readonly #plan: Omit<TrainerPlan, "weights" | "moments">;
  readonly #scaler: LossScaler | undefined;
  readonly #layers: ParameterPlan;
  readonly #changes: readonly number[];
  #trainer: Trainer | undefined;
  /** The step before which `#trainer` was made, what learns in it, and the graphs that it has. */
  #compiledAt = 0;
  #trainable: Trainable = () => true;
  #graphs = new Set<string>();
  #learns: ReadonlySet<string> = new Set();
  #isScaled = false;

  private constructor(plan: Omit<TrainerPlan, "weights" | "moments">, layers: ParameterPlan, weights: DeviceWeights) {
    this.#plan = plan;
    // A run that goes on without float16 still knows which updates were none.
    const { recipe, lossScale } = plan;
    this.#scaler = recipe.precision === "f16" || lossScale !== undefined ? new LossScaler(lossScale) : undefined;
    this.weights = weights;
    this.parameters = layers.parameters;
    this.#layers = layers;
    this.#changes = layers.changes();
  }

  /** On a device without float16 a recipe in half precision is computed in float32 (`precisionNotice`). */
  static async open({ weights: values, moments, ...given }: TrainerPlan): Promise<RecipeTrainer> {
    const plan = { ...given, recipe: onDevice(given.recipe, given.device.report) };
    const layers = new ParameterPlan(plan.recipe, plan.config, plan.objective.head);
    const weights = await plan.device.upload(layers.parameters, values);
    if (plan.recipe.pullToStart > 0) plan.start ??= values;
    const trainer = new RecipeTrainer(plan, layers, weights);
    try {
      await trainer.#compile(plan.startStep + 1, moments);
      return trainer;
    } catch (error) {
      weights.dispose();
      throw error;
    }
  }

  /**
   * Makes ready for update `step`: other parameters where unfreezing lets some in, and the graphs that its batches
   * need, each made once. `step` does so too; asked for before, it tells how long what took.
   */
  async prepare(step: number, graphs: readonly string[] = []): Promise<{ graph: string; durationMs: number }[]> {
    if (this.#changes.includes(step) && step !== this.#compiledAt) {
      const moments = await this.readMoments();
      await this.#trainer!.dispose();
      await this.#compile(step, moments);
    }
    const made: { graph: string; durationMs: number }[] = [];
    for (const graph of graphs) {
      if (this.#graphs.has(graph)) continue;
      const started = performance.now();
      await this.#trainer!.add(graph, stepGraph(this.#plan, this.#plan.device.report.kind, this.#trainable, graph));
      this.#graphs.add(graph);
      made.push({ graph, durationMs: performance.now() - started });
    }
    return made;
  }

  /**
   * Update `step`, counted from 1, from one or more batches.
   * @param graphs the graph that each batch is for, where the objective has several
   */
  async step(
    step: number,
    batches: readonly Feeds[],
    learningRate: number,
    graphs?: readonly string[],
  ): Promise<StepResult> {
    return (await this.begin(step, batches, learningRate, graphs)).result;
  }

  /** The same, without waiting until it is done, where the next update does not depend on how it went. */
  async begin(
    step: number,
    batches: readonly Feeds[],
    learningRate: number,
    graphs?: readonly string[],
  ): Promise<BegunStep> {
    const { recipe } = this.#plan;
    await this.prepare(step, graphs);
    const settings: AdamwSettings = {
      step,
      learningRate,
      beta1: recipe.adamBeta1,
      beta2: recipe.adamBeta2,
      epsilon: recipe.adamEpsilon,
      weightDecay: recipe.weightDecay,
      clipNorm: recipe.clipNorm,
      seed: recipe.seed,
      pullToStart: recipe.pullToStart,
      lossScale: this.#isScaled ? this.#scaler!.scale : undefined,
      of: (name) => ({ share: this.#layers.rateShare(name), step: this.#updatesOf(name, step) }),
    };
    const begun = await this.#trainer!.begin(batches, settings, graphs);
    if (!this.#isScaled) return begun;
    const result = await begun.result; // the next one's scale depends on it
    this.#scaler!.update(step, result.skipped === true);
    return { isRunning: false, result: Promise.resolve(result) };
  }

  /** Bias correction counts from a parameter's own first update and by updates done, as torch.optim.AdamW does. */
  #updatesOf(name: string, step: number): number {
    const first = this.#layers.firstStep(name);
    return step - first + 1 - (this.#scaler?.skippedSince(first) ?? 0);
  }

  /** Computes in half precision. */
  get isHalf(): boolean {
    return this.#isScaled;
  }

  /** Of a run in half precision, or one that was begun so. */
  get lossScale(): LossScaleState | undefined {
    return this.#scaler?.state();
  }

  /** What a checkpoint is made of, tensor by tensor, as long as no update comes between. */
  tensors(): RunTensors {
    return {
      parameters: this.parameters,
      weight: async (name) => (await this.weights.read([name])).get(name)!,
      learns: (name) => this.#learns.has(name),
      moments: async (name) => {
        const { first, second } = await this.#trainer!.readMoments([name]);
        return { first: first.get(name)!, second: second.get(name)! };
      },
    };
  }

  readMoments(): Promise<Moments> {
    return this.#trainer!.readMoments();
  }

  async #compile(step: number, moments: MomentSource | undefined): Promise<void> {
    const { device, recipe, start } = this.#plan;
    this.#compiledAt = step;
    this.#graphs = new Set([firstGraph]);
    this.#trainable = (name) => this.#layers.trainable(name, step);
    const graph = stepGraph(this.#plan, this.#plan.device.report.kind, this.#trainable);
    this.#isScaled = graph.lossScale !== undefined;
    this.#learns = new Set([...graph.dense.keys(), ...graph.rows.keys()]);
    const pulled = recipe.pullToStart > 0 ? start : undefined;
    this.#trainer = await device.train(graph.parameters, this.weights, graph, moments, pulled);
  }

  async dispose(): Promise<void> {
    await this.#trainer?.dispose();
    this.weights.dispose();
  }
}
