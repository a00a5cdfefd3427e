/**
 * Runs a graph in float64: the reference that gradient checks and other runtimes are measured against.
 * The kernel table is total over the records: a new op without a kernel does not compile.
 */
import { AutodiffError } from "../errors.ts";
import type { Graph } from "../graph.ts";
import { recordOf, type OpName } from "../ops/index.ts";
import { elementwiseKernels } from "./kernels/elementwise.ts";
import type { Kernel } from "./kernels/kernel.ts";
import { linalgKernels } from "./kernels/linalg.ts";
import { movementKernels } from "./kernels/movement.ts";
import { toTensor, type Feed, type Tensor } from "./tensor.ts";

export const kernels: Readonly<Record<OpName, Kernel>> = {
  ...elementwiseKernels,
  ...movementKernels,
  ...linalgKernels,
};

/** Values of the graph's outputs by name. @throws autodiff/missing-feed, autodiff/unknown-op */
export function interpret(graph: Graph, feeds: ReadonlyMap<string, Feed>): Map<string, Tensor> {
  const values = new Map<string, Tensor>();
  for (const [name, constant] of graph.constants) values.set(name, toTensor(constant));
  for (const { name } of graph.inputs) {
    const feed = feeds.get(name);
    if (feed === undefined)
      throw new AutodiffError("autodiff/missing-feed", `Input "${name}" was not fed.`, "", { input: name });
    values.set(name, toTensor(feed));
  }
  for (const node of graph.nodes) {
    recordOf(node.op, graph.opset);
    const inputs = node.inputs.map((name) => (name === "" ? null : values.get(name)!));
    const { attributes } = node;
    const context = { attributes, outputCount: node.outputs.length, opset: graph.opset };
    kernels[node.op as OpName](inputs, context).forEach((result, i) => {
      const name = node.outputs[i];
      if (name !== undefined && name !== "") values.set(name, result);
    });
  }
  return new Map(graph.outputs.map(({ name }) => [name, values.get(name)!]));
}
