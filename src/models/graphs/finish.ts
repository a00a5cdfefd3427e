/** From a built forward graph to what the runtime takes: gradients, bytes, and which name is which. */
import {
  addGradients,
  encodeModel,
  halfProducts,
  lowerComposites,
  simplify,
  type Graph,
  type GraphNode,
  type Value,
} from "../../autodiff/index.ts";
import { UnmaskError } from "../../base/index.ts";
import type { Parameter } from "../parameter.ts";
import type { DropoutRates, DropoutSite } from "./dropout.ts";
import type { Frame } from "./frame.ts";

export interface ForwardGraph {
  /** The ONNX file. */
  bytes: Uint8Array;
  graph: Graph;
  /** Inputs that hold weights, in order. */
  parameters: Parameter[];
  /** The other inputs. */
  inputs: Value[];
  outputs: Value[];
}
/** A training graph; fits the runtime's `StepProgram`. */
export interface StepGraph extends ForwardGraph {
  /** Scalar output: the weighted sum of the losses. */
  loss: string;
  /** Parameter -> output with its dense gradient. */
  dense: Map<string, string>;
  /** Table -> int32 input with the rows looked up (N) and output with what each row receives (N, H). */
  rows: Map<string, { indices: string; rows: string }>;
  /** Inputs that the runtime fills at every batch. */
  dropout: DropoutSite[];
  /** Scalar input that all gradients come out multiplied by. */
  lossScale?: string;
  /** Parameters that the graph takes, and gives gradients of, in a longer shape: see `padVocabulary`. */
  padded: Map<string, PaddedShape>;
  /** The bytes hold the nodes last first (`encodeModel`): the runtime then keeps the graph's order. */
  lastFirst?: boolean;
  /** They leave shapes open: the runtime frees each value at its last use, and writes over none. */
  open?: boolean;
}
export interface PaddedShape {
  shape: readonly number[];
  /** What the further rows hold, for good: their gradient is 0. */
  fill: number;
}
export interface TrainingOptions {
  /** Which parameters get gradients: all unless told. Nothing is computed for the others. */
  trainable?: (name: string) => boolean;
  /** Without it nothing is dropped. */
  dropout?: DropoutRates | undefined;
  /** "f16": products in half precision, and gradients multiplied by the input `lossScale`. */
  precision?: "f32" | "f16" | undefined;
  /**
   * The vocabulary's rows go on to the next multiple of 4: ONNX Runtime's WebGPU products read four values at a time only
   * where both factors' rows divide by 4, and two of the decoder's three have rows of V. The further rows' bias keeps
   * their probability at 0.
   */
  padVocabulary?: boolean | undefined;
}
/** exp() of it is 0 beside any logit, and half precision holds it. */
const NEVER = -30_000;
const LOSS_SCALE = "loss_scale";

export function finishForward(frame: Frame, parameters: Parameter[]): ForwardGraph {
  const graph = simplify(lowerComposites(frame.b.build()));
  return { bytes: encodeModel(graph), graph, parameters, inputs: frame.inputs, outputs: [...graph.outputs] };
}

/** The losses' own products (similarities of sentences), by the scopes that they are built in. */
const isLoss = ({ name }: GraphNode): boolean => /^(loss|contrast)\//.test(name);

/** Adds gradients of the output "loss" for the trainable parameters. */
export function finishTraining(
  frame: Frame,
  parameters: Parameter[],
  { trainable = () => true, precision = "f32" }: TrainingOptions,
): StepGraph {
  const chosen = parameters.filter(({ name, still }) => still !== true && trainable(name));
  if (chosen.length === 0)
    throw new UnmaskError(
      "models/nothing-trainable",
      "Something must learn, but with this choice every part of the network stays as it is.",
      "Freeze fewer layers, or let the embeddings learn.",
      { parameters: parameters.length },
    );
  const isHalf = precision === "f16";
  const {
    graph: full,
    gradients,
    rowGradients,
  } = addGradients(frame.b.build(), {
    loss: "loss",
    targets: chosen.filter(({ rows }) => !rows).map(({ name }) => name),
    rowTargets: chosen.filter(({ rows }) => rows).map(({ name }) => name),
    layerNormStatistics: true,
    lossScale: isHalf ? LOSS_SCALE : undefined,
  });
  const graph = isHalf ? halfProducts(full, { stays: isLoss }) : full;
  const rows = new Map<string, { indices: string; rows: string }>();
  for (const [name, lookups] of rowGradients) {
    const [only, more] = lookups;
    if (only === undefined || more !== undefined)
      throw new UnmaskError(
        "models/internal",
        `Table "${name}" must be looked up once; found ${lookups.length} times.`,
      );
    rows.set(name, only);
  }
  const padded = new Map<string, PaddedShape>();
  for (const { name, shape } of parameters) {
    const taken = frame.weights.get(name)!.shape;
    if (taken[0] !== shape[0]) padded.set(name, { shape: taken, fill: shape.length === 1 ? NEVER : 0 });
  }
  return {
    // In the graph's own order a weight's half is made just before it is read; in the runtime's all would wait from the start.
    bytes: encodeModel(graph, { lastFirst: isHalf }),
    graph,
    parameters,
    inputs: frame.inputs,
    outputs: [...graph.outputs],
    loss: "loss",
    dense: gradients,
    rows,
    padded,
    dropout: frame.dropout?.sites ?? [],
    ...(isHalf ? { lossScale: LOSS_SCALE, lastFirst: true } : {}),
  };
}
