/**
 * What a run trains towards, as the trainer and the run see it: the network with its head, each update's batches,
 * and how the held-out data is scored. An objective keeps its own data and knows no optimiser, no schedule and no
 * checkpoint. One file an objective in objectives/; `openObjective` there reads the recipe's choice.
 */
import type { Measure } from "../contract/index.ts";
import type { Head, StepGraph } from "../models/index.ts";
import type { Device, DeviceWeights, Feeds } from "../runtime/index.ts";
import type { GraphForm } from "./graph-options.ts";

/** What is trained: enough for the optimiser. */
export interface Network {
  readonly head: Head;
  /**
   * One batch's loss and the gradients of the parameters chosen; built anew when gradual unfreezing adds some.
   * @param graph the name of one of several, as `StepBatches.graphs` names them
   * @param form float32 and nothing padded unless told otherwise
   */
  trainingGraph(trainable: (name: string) => boolean, graph?: string, form?: GraphForm): StepGraph;
}
export interface StepBatches {
  /** The graph's inputs, a batch each; their losses add up to the update's. */
  feeds: Feeds[];
  /** The graph that each batch is for, where batches differ in shape; `firstGraph` is the one without a name. */
  graphs?: string[];
  /** Positions that are not padding. */
  tokens: number;
  /** 0-based, of the update's last example. */
  epoch: number;
}
export interface Score {
  /** What "best" and early stopping go by: the lower the better. */
  loss: number;
  /** Items the loss is a mean of. */
  tokens: number;
  /** What else was measured. */
  measures?: readonly Measure[];
}
export interface Scorer {
  score(weights: DeviceWeights): Promise<Score>;
  dispose(): Promise<void>;
}
export interface Objective extends Network {
  /** @param step counted from 1: the batches are a function of it and of the seed, so that a run can be resumed. */
  batches(step: number): StepBatches;
  openScorer(device: Device): Promise<Scorer>;
}
