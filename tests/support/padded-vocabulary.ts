/** A vocabulary that 4 does not divide, as a GPU's training graph takes it: held against the same graph unpadded. */
import { initialize, type StepGraph } from "../../src/models/index.ts";
import type { Arrays, Feeds } from "../../src/runtime/index.ts";
import { methodsGolden } from "./golden-methods.ts";
import { golden, mlmFeeds, relativeError } from "./golden-models.ts";
import { native } from "./native.ts";

export const paddedConfig = { ...methodsGolden.config, vocab_size: 58, num_hidden_layers: 1 };
export const paddedShape = golden.shape;
export const paddedBatches: Feeds[] = methodsGolden.batches.map((batch) => mlmFeeds(batch, paddedConfig, false));

interface Found {
  /** The loss, and by parameter the gradients of the rows that the vocabulary has. */
  values: Arrays;
  /** The largest gradient of a further row. */
  rest: number;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Computed on the CPU, which gets the further rows as weights. @param fills what those of a vector hold instead */
async function gradients(graph: StepGraph, feeds: Feeds, fills?: number): Promise<Found> {
  const device = native();
  const values = initialize(graph.parameters, paddedConfig, 3);
  for (const [name, { shape, fill }] of graph.padded) {
    const all = new Float32Array(sizeOf(shape)).fill(shape.length === 1 ? (fills ?? fill) : fill);
    all.set(values.get(name)!);
    values.set(name, all);
  }
  const taken = graph.parameters.map((p) => ({ ...p, shape: graph.padded.get(p.name)?.shape ?? p.shape }));
  const weights = await device.upload(taken, values);
  const program = await device.compile(graph.bytes);
  const results = await program.run(weights, feeds, [graph.loss, ...graph.dense.values()]);
  await program.dispose();
  weights.dispose();
  const found: Found = { values: new Map([["loss", results.get(graph.loss)!]]), rest: 0 };
  for (const { name, shape } of graph.parameters) {
    const all = results.get(graph.dense.get(name) ?? "");
    if (all === undefined) continue;
    found.values.set(name, all.subarray(0, sizeOf(shape)));
    for (const value of all.subarray(sizeOf(shape))) found.rest = Math.max(found.rest, Math.abs(value));
  }
  return found;
}

/** Largest relative difference of loss and gradients, and the largest gradient of a further row. */
export async function paddedError(
  build: (padVocabulary: boolean) => StepGraph,
  feeds: Feeds,
  fills?: number,
): Promise<{ error: number; rest: number }> {
  const { values, rest } = await gradients(build(true), feeds, fills);
  const expected = (await gradients(build(false), feeds)).values;
  const errors = [...expected].map(([name, all]) => relativeError(values.get(name)!, all, 1e-3));
  return { error: Math.max(...errors), rest };
}
