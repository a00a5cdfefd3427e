/**
 * What the compute worker evaluates with, for every family, on its tiny folder as transformers saved it: hidden states
 * in buckets equal those of each text alone, and classification, NER and similarity sets are scored on them.
 */
import { readdirSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { longestBlock, type EncodedSet } from "../../../src/contract/index.ts";
import { evaluateSet } from "../../../src/evaluation/index.ts";
import { buildEncoder, parametersOf, type LoadedModel } from "../../../src/models/index.ts";
import { type DeviceWeights } from "../../../src/runtime/index.ts";
import { encoderFeeds } from "../../../src/training/index.ts";
import { BucketEncoder } from "../../../workers/compute/bucket-encoder.ts";
import { textLengths } from "../../../workers/compute/text-batches.ts";
import { modelWeights } from "../../../workers/compute/model-weights.ts";
import { folderModel } from "../../support/folder-model.ts";
import { entityWorld, pairWorld, topicWorld } from "../evaluation/worlds.ts";
import { openNative } from "../../support/native.ts";

/** Another batch shape, and padding beside: float32 sums run in another order. */
const tolerance = 1e-5;

const device = openNative();
afterAll(() => device.dispose());

const folders = readdirSync(new URL("../../fixtures/folders/", import.meta.url)).filter((name) => !name.includes("."));
/** The world's words as ids of this vocabulary: which is which does not matter here. */
const within = (set: EncodedSet, { config }: LoadedModel): EncodedSet => ({
  ...set,
  texts: set.texts.map((text) => ({ ...text, ids: text.ids.map((id) => 5 + (id % (config.vocab_size - 5))) })),
});

test.each(folders)("%s: bucketed texts are each text alone, and labelled sets are scored", async (kind) => {
  const model = await folderModel(kind);
  const { config, special } = model;
  const parameters = parametersOf(config, "none");
  const weights: DeviceWeights = await device.upload(parameters, modelWeights(model, 0, "none"));
  const buckets = new BucketEncoder(device, config, special);
  const encode = buckets.with(weights);

  const most = Math.min(longestBlock(config), textLengths.at(-1)!);
  const texts = [3, 9, most].map((length, k) => ({
    ids: Array.from({ length }, (_, i) => 5 + ((7 * i + 3 * k) % (config.vocab_size - 5))),
  }));
  const hidden = new Map<number, Float32Array>();
  await encode(texts, (i, values) => hidden.set(i, values.slice()));
  for (const [i, { ids }] of texts.entries()) {
    const T = ids.length;
    const program = await device.compile(buildEncoder(config, { B: 1, T }, { padding: false }).bytes);
    const feeds = encoderFeeds(Int32Array.from(ids), new Float32Array(T).fill(1), 1, T, config, false, special);
    const alone = (await program.run(weights, feeds, ["last_hidden_state"])).get("last_hidden_state")!;
    await program.dispose();
    expect(hidden.get(i)!.length).toBe(alone.length);
    expect(Math.max(...alone.map((x, at) => Math.abs(x - hidden.get(i)![at]!)))).toBeLessThan(tolerance);
  }

  const sizes = { train: 24, dev: 0, test: 12 };
  const worlds: EncodedSet[] = [topicWorld(1, sizes), entityWorld(2, sizes, most), pairWorld(3, sizes)];
  for (const world of worlds) {
    const result = await evaluateSet(within(world, model), { base: encode }, { seeds: 1, seed: 1 });
    for (const { arms } of result.rows) expect(Number.isFinite(arms.base!.value)).toBe(true);
    expect(result.rows.length).toBeGreaterThan(0);
  }
  weights.dispose();
  await buckets.dispose();
});
