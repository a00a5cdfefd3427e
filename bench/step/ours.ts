/** Our step, through the product's own door: the graph of src/models on a device of src/runtime. */
import { buildMlmTraining, positionIds, type StepGraph } from "../../src/models/index.ts";
import type { Device, Feed, Feeds } from "../../src/runtime/index.ts";
import type { Contestant } from "./contestant.ts";
import { optimiser, type Problem } from "./problem.ts";

export function ourGraph({ config, shape }: Problem): StepGraph {
  return buildMlmTraining(config, shape, { padding: false });
}

export async function openOurs(device: Device, problem: Problem): Promise<Contestant> {
  const graph = ourGraph(problem);
  const weights = await device.upload(graph.parameters, problem.weights);
  const trainer = await device.train(graph.parameters, weights, graph);
  const feeds = feedsOf(problem);
  const { kind, threads, adapter, runtime } = device.report;
  return {
    about: `${runtime}, ${kind === "webgpu" ? adapter.slice(0, 40) : `${threads} threads`}`,
    step: async (t) => (await trainer.step([feeds], { ...optimiser, step: t })).loss,
    dispose: async () => {
      await trainer.dispose();
      weights.dispose();
      await device.dispose();
    },
  };
}

function feedsOf({ config, shape, ids, masked, labels }: Problem): Feeds {
  const { B, T, M } = shape;
  const int32 = (data: Int32Array): Feed => ({ type: "int32", shape: [data.length], data });
  return new Map<string, Feed>([
    ["input_ids", int32(ids)],
    ["position_ids", int32(positionIds(config, ids, B, T))],
    ["token_type_ids", int32(new Int32Array(B * T))],
    ["masked_positions", int32(masked)],
    ["labels", int32(labels)],
    ["loss_weights", { type: "float32", shape: [M], data: new Float32Array(M).fill(1 / M) }],
  ]);
}
