/** A GPU lost in the middle of a step says so by its own code, whatever the pending work complained of first. */
import { expect, test } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import { buildMlmTraining, initialize } from "../../../src/models/index.ts";
import { openDevice, type Feed } from "../../../src/runtime/index.ts";
import { startDawn } from "../../support/dawn.ts";
import { tinyBert } from "../../support/tiny-bert.ts";

const config = tinyBert({
  vocab_size: 16,
  hidden_size: 8,
  num_attention_heads: 1,
  intermediate_size: 8,
  max_position_embeddings: 8,
});
const settings = { step: 1, learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 };

test("device.destroy() during a step", async (context) => {
  if ((await startDawn()) === undefined) return context.skip("absent: device: no WebGPU adapter in Node");
  const device = await openDevice("webgpu");
  const graph = buildMlmTraining(config, { B: 1, T: 8, M: 4 }, { padding: false });
  const weights = await device.upload(graph.parameters, initialize(graph.parameters, config, 1));
  const trainer = await device.train(graph.parameters, weights, graph);
  const ints = (n: number): Feed => ({ type: "int32", shape: [n], data: Int32Array.from({ length: n }, (_, i) => i) });
  const feeds = new Map<string, Feed>([
    ["input_ids", ints(8)],
    ["position_ids", ints(8)],
    ["token_type_ids", { type: "int32", shape: [8], data: new Int32Array(8) }],
    ["masked_positions", ints(4)],
    ["labels", ints(4)],
    ["loss_weights", { type: "float32", shape: [4], data: new Float32Array(4).fill(0.25) }],
  ]);
  expect((await trainer.step([feeds], settings)).loss).toBeCloseTo(Math.log(16), 0);
  const step = trainer.step([feeds], settings);
  device.lose();
  const failure: unknown = await step.catch((error: unknown) => error);
  // The step may have been over already; then the next one must say it.
  const caught =
    failure instanceof Error ? failure : await trainer.step([feeds], settings).catch((error: unknown) => error);
  expect(hasCode(caught, "runtime/device-lost"), String(caught)).toBe(true);
});
