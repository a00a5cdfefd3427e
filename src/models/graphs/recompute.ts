/**
 * A training graph that keeps only what passes from layer to layer, and makes the rest of a layer again when its
 * gradients are due. Layers are known by their scope names; so any architecture that names them gets this for nothing.
 */
import { encodeModel, isBackward, recompute, type GraphNode } from "../../autodiff/index.ts";
import type { StepGraph } from "./finish.ts";

/** Row statistics, (B*T, 1), and the like: small beside the hidden states they save from being read again. */
const KEEP_BYTES_A_TOKEN = 4;

const layerOf = (node: GraphNode): string | undefined =>
  isBackward(node) ? undefined : /(?:^|\/)layer\.\d+(?=\/)/.exec(node.name)?.[0];

/**
 * The same step with the same gradients, bit by bit, in less memory and about a third more time.
 * @param isOpen the bytes leave shapes open (`encodeModel`'s `openFor`): on the CPU a third less memory; on WebGPU, whose
 *   pool keeps what is freed anyway, it was 8 % more
 */
export function recomputeLayers(step: StepGraph, isOpen: boolean): StepGraph {
  const tokens = step.graph.inputs.find(({ name }) => name === "input_ids")?.shape.reduce((a, b) => a * b, 1) ?? 0;
  const graph = recompute(step.graph, { segmentOf: layerOf, keepBytes: KEEP_BYTES_A_TOKEN * tokens });
  const openFor = isOpen ? new Set(step.inputs.map(({ name }) => name)) : undefined;
  return { ...step, graph, bytes: encodeModel(graph, { lastFirst: true, openFor }), lastFirst: true, open: isOpen };
}
