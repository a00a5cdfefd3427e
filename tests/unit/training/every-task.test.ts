/**
 * Fine-tuning for every head on every family, with every pair of the settings that a recipe lends it: each run goes on
 * from a save to the last bit, and what is frozen stays.
 */
import { afterAll, describe, expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import { completeRecipe, type TaskHead } from "../../../src/contract/index.ts";
import type { Target, TaskRow } from "../../../src/data/index.ts";
import { withFreshHead } from "../../../src/evaluation/index.ts";
import { initialize, parametersOf, type LoadedModel } from "../../../src/models/index.ts";
import { taskObjective, type TaskData } from "../../../src/training/index.ts";
import { coveringCases } from "../../support/covering.ts";
import { expectExactResume } from "../../support/exact-resume.ts";
import { folderModel } from "../../support/folder-model.ts";
import { labelled } from "../../support/length-buckets.ts";
import { openNative } from "../../support/native.ts";

const seed = 20;
const heads = [
  { kind: "sequence", labels: 3 },
  { kind: "regression" },
  { kind: "tokens", labels: 3 },
  { kind: "spans" },
] as const satisfies TaskHead[];
const cases = coveringCases(
  {
    family: [
      "bert",
      "roberta",
      "distilbert",
      "electra",
      "discriminator",
      "mpnet",
      "modernbert",
      "prelayernorm",
      "xlnet",
    ],
    head: heads,
    freezeEmbeddings: ["no", "yes"],
    freezeLayers: [0, 1, 2],
    embeddingsFirst: [0, 2],
    unfreezeEvery: [0, 2],
    layerRateDecay: [1, 0.5],
    dropout: [0, 0.1],
    attentionDropout: [0, 0.1],
    pullToStart: [0, 10],
    recompute: ["off", "layers"],
    patience: [0, 1],
    lengthBuckets: ["no", "cut", "group"],
  } as const,
  seed,
);

const device = openNative();
afterAll(() => device.dispose());

/** Rows of 4 to 16 tokens, some of them two texts; answers by chance. */
function dataOf({ config: { vocab_size: V }, special }: LoadedModel, head: TaskHead, count: number): TaskData {
  const source = random(seed, count);
  const rows: TaskRow[] = [];
  const targets: Target[] = [];
  for (let item = 0; item < count; item++) {
    const words = Array.from({ length: 2 + source.below(13) }, () => source.below(V));
    const ids =
      special.behind === true ? [...words, special.end, special.start] : [special.start, ...words, special.end];
    const classAt = special.behind === true ? { classAt: ids.length - 1 } : {};
    rows.push({ item, ids, typesFrom: 1 + source.below(ids.length), ...classAt });
    const place = () => 1 + source.below(words.length);
    const target: Record<TaskHead["kind"], () => Target> = {
      sequence: () => source.below(3),
      regression: () => source.next(),
      tokens: () => Int32Array.from(ids, () => source.below(4) - 1),
      spans: () => [place(), place()],
    };
    targets.push(target[head.kind]());
  }
  return { rows, targets };
}

test("items of similar length together leave out more padding than cut batches", async () => {
  const { config, special } = await folderModel("bert");
  const train = labelled();
  const places = (lengthBuckets: "no" | "cut" | "group"): number => {
    const recipe = completeRecipe({ lengthBuckets, batchSize: 6, seed });
    const objective = taskObjective({ config, special, recipe, head: heads[0], train, dev: train });
    const feeds = Array.from({ length: 30 }, (_, step) => objective.batches(step + 1).feeds).flat();
    return feeds.reduce((sum, one) => sum + one.get("input_ids")!.data.length, 0);
  };
  expect(places("cut")).toBeLessThan(places("no"));
  expect(places("group")).toBeLessThan(0.8 * places("cut"));
});

describe(`${cases.length} fine-tunings in which every pair of choices meets (seed ${seed})`, () => {
  test.each(cases.map((one) => [JSON.stringify(one), one] as const))("%s", async (_, { family, head, ...changes }) => {
    const model = await folderModel(family);
    const { config, special } = model;
    const recipe = completeRecipe({
      ...changes,
      ...{ maxSteps: 6, batchSize: 3, learningRate: 0.01, evaluateEvery: 2, checkpointEvery: 100, seed },
    });
    const [train, dev] = [dataOf(model, head, 8), dataOf(model, head, 4)];
    const encoder = initialize(parametersOf(config, "none"), config, 3);
    const source = withFreshHead(encoder, config, head, seed);
    const weights = new Map<string, Float32Array>();
    for (const { name } of parametersOf(config, head)) weights.set(name, (await source.get(name))!);
    const objective = () => Promise.resolve(taskObjective({ config, special, recipe, head, train, dev }));
    await expectExactResume(device, { config, recipe, objective }, weights, 3);
  });
});
