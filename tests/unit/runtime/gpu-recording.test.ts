/**
 * Training from a recording of ONNX Runtime's run against runs that it makes itself, each of them: many steps with
 * changing rates, batches and shapes, and other sessions in between that use the runtime's buffers. Bit for bit; and with
 * kernels of ours in the recording, which add up in another order, to the last digits.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import {
  buildMlmForward,
  buildMlmTraining,
  initialize,
  positionIds,
  type StepGraph,
} from "../../../src/models/index.ts";
import { openDevice, type AdamwSettings, type Device, type Feed, type Feeds } from "../../../src/runtime/index.ts";
import { ownKernelNames } from "../../../src/runtime/gpu-shaders.ts";
import { startDawn } from "../../support/dawn.ts";
import { tinyBert } from "../../support/tiny-bert.ts";

const config = tinyBert({ vocab_size: 48, max_position_embeddings: 16 });
const shapes = { "": { B: 2, T: 8, M: 4 }, long: { B: 1, T: 16, M: 4 } } as const;
type Name = keyof typeof shapes;
const isPadded = (name: Name): boolean => name === "long";
const steps = 24;
const othersAfter = 9;
const seed = 5;

let available = false;
const opened: Device[] = [];
beforeAll(async () => {
  available = (await startDawn()) !== undefined;
});
afterAll(async () => {
  for (const device of opened) await device.dispose();
});

function batch(step: number, name: Name): Feeds {
  const { B, T, M } = shapes[name];
  const source = random(seed, step, T);
  const whole = (n: number, below: number): Int32Array => Int32Array.from({ length: n }, () => source.below(below));
  const int32 = (data: Int32Array): Feed => ({ type: "int32", shape: [data.length], data });
  const ids = whole(B * T, config.vocab_size);
  const real = Float32Array.from({ length: B * T }, (_, i) => (i % T < T - 3 ? 1 : 0));
  return new Map<string, Feed>([
    ["input_ids", int32(ids)],
    ["position_ids", int32(positionIds(config, ids, B, T))],
    ["token_type_ids", int32(whole(B * T, 2))],
    ["masked_positions", int32(whole(M, B * T))],
    ["labels", int32(whole(M, config.vocab_size))],
    ["loss_weights", { type: "float32", shape: [M], data: Float32Array.from({ length: M }, () => source.next()) }],
    ...(isPadded(name) ? ([["attention_mask", { type: "float32", shape: [B, T], data: real }]] as const) : []),
  ]);
}

/** Two batches at every fifth step; the longer shape at every third. */
const graphsOf = (step: number): Name[] => [step % 3 === 0 ? "long" : "", ...(step % 5 === 0 ? ([""] as const) : [])];

/** Another model is trained for a step, which leaves its numbers in all the buffers that the runtime keeps for these graphs. */
async function leaveOthersNumbers(device: Device, graphOf: (name: Name) => StepGraph): Promise<void> {
  for (const name of ["", "long"] as const) {
    const graph = graphOf(name);
    const weights = await device.upload(graph.parameters, initialize(graph.parameters, config, seed + 1));
    const trainer = await device.train(graph.parameters, weights, graph);
    await trainer.step([batch(1, name)], settingsOf(1));
    await trainer.dispose();
    weights.dispose();
  }
}

const settingsOf = (step: number): AdamwSettings => ({
  step,
  learningRate: 1e-2 * (1 + (step % 7)),
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
  seed,
});

/** @param stopAfter the step after which everything is closed and opened again from weights and moments */
async function train(
  device: Device,
  stopAfter = 0,
): Promise<{ results: number[]; weights: Float32Array[]; groups: number[] }> {
  opened.push(device);
  const graphOf = (name: Name) =>
    buildMlmTraining(config, shapes[name], {
      padding: isPadded(name),
      dropout: { hidden: 0.1, attention: 0.1, adapters: 0 },
    });
  const graph = graphOf("");
  let weights = await device.upload(graph.parameters, initialize(graph.parameters, config, seed));
  let trainer = await device.train(graph.parameters, weights, graph);
  await trainer.add("long", graphOf("long"));
  const evaluation = buildMlmForward(config, shapes[""], { padding: false });
  const results: number[] = [];
  const groups: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const names = graphsOf(step);
    const before = bindGroups;
    const { loss, gradientNorm } = await trainer.step(
      names.map((name, i) => batch(100 * i + step, name)),
      settingsOf(step),
      names,
    );
    groups.push(bindGroups - before);
    results.push(loss, gradientNorm);
    if (step === stopAfter) {
      const [values, moments] = [await weights.read(), await trainer.readMoments()];
      await trainer.dispose();
      weights.dispose();
      weights = await device.upload(graph.parameters, values);
      trainer = await device.train(graph.parameters, weights, graph, moments);
      await trainer.add("long", graphOf("long"));
    }
    if (step === othersAfter) await leaveOthersNumbers(device, graphOf);
    if (step % 4 === 0) {
      // A session made and run between two steps takes whatever buffers the runtime has free.
      const program = await device.compile(evaluation.bytes);
      const feeds = batch(step, "");
      results.push((await program.run(weights, feeds, ["loss"])).get("loss")![0]!);
      await program.dispose();
    }
  }
  const last = [...(await weights.read()).values()];
  await trainer.dispose();
  weights.dispose();
  return { results, weights: last, groups };
}

/** Relative, over the first steps: rates of up to 7e-2 then drive rounding apart. */
const closeness = 1e-4;

/** The kinds of our kernels that are compiled from now on. */
function noteOwnKernels(): Set<string> {
  const kinds = new Set<string>();
  const { prototype } = GPUDevice;
  const original = prototype.createShaderModule;
  prototype.createShaderModule = function (this: GPUDevice, descriptor) {
    if (descriptor.label?.startsWith("own ")) for (const kind of descriptor.label.slice(4).split(", ")) kinds.add(kind);
    return original.call(this, descriptor);
  };
  return kinds;
}

let bindGroups = 0;
function countBindGroups(): void {
  const { prototype } = GPUDevice;
  const original = prototype.createBindGroup;
  prototype.createBindGroup = function (this: GPUDevice, descriptor) {
    bindGroups++;
    return original.call(this, descriptor);
  };
}

test("recorded, bit for bit; with our kernels, to the last digits; resumed, the same bits again", async (context) => {
  if (!available) return context.skip("absent: device: no WebGPU in Node");
  countBindGroups();
  const kernels = noteOwnKernels();
  const own = await train(await openDevice("webgpu", undefined, { gpuSteps: "runtime" }));
  const recorded = await train(await openDevice("webgpu", undefined, { gpuSteps: "recorded" }));
  expect(recorded.results).toEqual(own.results);
  expect(recorded.weights).toEqual(own.weights);
  expect(new Set(own.results).size).toBeGreaterThan(2 * steps); // nothing stood still
  // Both graphs have run by step 6; dropout and the update bind once and for all.
  expect(recorded.groups.slice(6)).toEqual(Array<number>(steps - 6).fill(0));
  expect(Math.min(...own.groups)).toBeGreaterThan(50);
  expect(kernels.size).toBe(0);

  const whole = await train(await openDevice("webgpu"));
  expect([...kernels].sort()).toEqual([...ownKernelNames].sort()); // another version of the runtime may have other texts
  const apart = whole.results.map((value, i) => Math.abs(value / own.results[i]! - 1));
  expect(Math.max(...apart.slice(0, 8))).toBeLessThan(closeness);
  expect(Math.max(...apart)).toBeGreaterThan(0);
  const resumed = await train(await openDevice("webgpu"), 7);
  expect(resumed.results).toEqual(whole.results);
  expect(resumed.weights).toEqual(whole.weights);
});
