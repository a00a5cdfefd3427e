/**
 * Where two settings meet: every pair of choices of the recipe and of a model's family stands in one of these runs.
 * Each is three updates, a save, a reload and three more, which must equal six in one go to the last bit, and what is
 * frozen stays.
 */
import { afterAll, describe, expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import {
  completeRecipe,
  familyFacts,
  fittingObjective,
  inForce,
  layerProblem,
  loraOf,
  recipeTable,
  type Recipe,
} from "../../../src/contract/index.ts";
import {
  createTokenizer,
  packBlocks,
  pairBlocks,
  sentenceBlocks,
  termFinder,
  withReplay,
  type TokenStream,
} from "../../../src/data/index.ts";
import { initialize, layoutOf, parametersOf, type LoadedModel } from "../../../src/models/index.ts";
import { headOf, openObjective, type ObjectivePlan } from "../../../src/training/index.ts";
import { coveringCases, type Case } from "../../support/covering.ts";
import { expectExactResume } from "../../support/exact-resume.ts";
import { folderModel } from "../../support/folder-model.ts";
import { openNative } from "../../support/native.ts";

const seed = 20;
const choices = <N extends keyof Recipe>(name: N): Recipe[N][] => {
  const setting = recipeTable[name];
  if (setting.kind !== "choice") throw new Error(`${name} is no choice`);
  return setting.choices.map(({ value }) => value as Recipe[N]);
};

const factors = {
  family: ["bert", "roberta", "distilbert", "electra", "mpnet", "modernbert", "prelayernorm", "xlnet"],
  objective: choices("objective"),
  pooling: choices("pooling"),
  packing: choices("packing"),
  lengthBuckets: choices("lengthBuckets"),
  documentBorders: choices("documentBorders"),
  accumulation: [1, 2],
  maskUnit: choices("maskUnit"),
  schedule: choices("schedule"),
  loraTargets: choices("loraTargets"),
  loraDropout: [0, 0.2],
  freezeEmbeddings: choices("freezeEmbeddings"),
  freezeLayers: [0, 1, 2],
  embeddingsFirst: [0, 2],
  unfreezing: choices("unfreezing"),
  unfreezeEvery: [0, 2],
  layerRateDecay: [1, 0.5],
  labelSmoothing: [0, 0.1],
  dropout: [0, 0.1],
  attentionDropout: [0, 0.1],
  pullToStart: [0, 10],
  replayShare: [0, 0.5],
  clipNorm: [0, 1],
  patience: [0, 1],
  recompute: choices("recompute"),
  precision: choices("precision"),
} as const satisfies Partial<Record<keyof Recipe | "family", readonly unknown[]>>;
const cases = coveringCases(factors, seed);

const device = openNative();
afterAll(() => device.dispose());

/** Documents of 3 to 33 tokens of the model's own vocabulary; every third continues a word. */
function stream({ config: { vocab_size: V }, special }: LoadedModel, seed: number): TokenStream {
  const source = random(seed);
  const kept = new Set(Object.values(special));
  const words = Array.from({ length: V }, (_, id) => id).filter((id) => !kept.has(id));
  const tokens: number[] = [];
  const documents = [0];
  for (let d = 0; d < 30; d++) {
    tokens.push(special.start);
    for (let k = 1 + source.below(31); k > 0; k--) {
      const id = words[source.below(words.length)]!;
      tokens.push(source.below(3) === 0 ? ~id : id);
    }
    tokens.push(special.end);
    documents.push(tokens.length);
  }
  return { tokens: Int32Array.from(tokens), documents: Uint32Array.from(documents) };
}

/** What the recipe's objective reads, packed as `workers/shared/pack-text.ts` does. */
async function textFor(recipe: Recipe, model: LoadedModel): Promise<ObjectivePlan> {
  const { objective, blockLength: T, replayShare, seed } = recipe;
  const { config, special, files } = model;
  const pack = (n: number) => packBlocks(stream(model, n), recipe, special);
  const plan: ObjectivePlan = { config, special, recipe, train: pack(1), heldOut: pack(2) };
  if (objective === "nsp" || objective === "sop") {
    const separators = familyFacts(config).separators ?? 1;
    const settings = { T, seed, kind: objective, special, separators, marks: everyFifth(config.vocab_size) };
    plan.pairs = { train: pairBlocks(stream(model, 1), settings), heldOut: pairBlocks(stream(model, 2), settings) };
  } else if (objective === "contrastive") {
    const blocks = (n: number) =>
      sentenceBlocks(stream(model, n), { T, special, marks: everyFifth(config.vocab_size) });
    const [train, heldOut] = [blocks(1), blocks(2)];
    plan.sentences = { train: { first: train, second: train }, heldOut: { first: heldOut, second: heldOut } };
  } else if (replayShare > 0) {
    plan.train = withReplay(plan.train, pack(3), replayShare, seed);
    plan.general = pack(4);
  }
  if (recipe.maskUnit === "term") plan.terms = termFinder(["he", "the"], await createTokenizer(files, special));
  return plan;
}
/** Ids that end a sentence: these vocabularies have too few pieces to ask them. */
const everyFifth = (V: number): Uint8Array => Uint8Array.from({ length: V }, (_, id) => (id % 5 === 0 ? 1 : 0));

const refusals = /^(models\/nothing-trainable|models\/no-lora-layer|training\/nothing-learns)$/;
const totalSteps = 6;
const stop = 3;
const recipeOf = (changes: Omit<Case<typeof factors>, "family">): Recipe =>
  completeRecipe({
    ...changes,
    loraRank: 2,
    unfreezePlan: "layer 1: 2\nembeddings: 4",
    maxSteps: totalSteps,
    batchSize: 3,
    blockLength: 16,
    maskRate: 0.3,
    learningRate: 0.01,
    evaluateEvery: 2,
    checkpointEvery: 100,
    seed,
  });

describe(`${cases.length} recipes in which every pair of choices meets (seed ${seed})`, () => {
  test.each(cases.map((one) => [JSON.stringify(one), one] as const))("%s", async (_, { family, ...changes }) => {
    const model = await folderModel(family);
    const wanted = recipeOf(changes);
    const recipe = inForce({ ...wanted, objective: fittingObjective(model.config, wanted.objective) });
    const { config } = model;
    const learnt = { config, recipe, objective: async () => openObjective(await textFor(recipe, model)) };
    const run = async (): Promise<void> => {
      const weights = initialize(parametersOf(config, headOf(recipe), loraOf(recipe)), config, 3);
      await expectExactResume(device, learnt, weights, stop);
    };
    // What the page says beside the form, the run would say too.
    if (layerProblem(recipe, layoutOf(config)) === undefined) await run();
    else await expect(run()).rejects.toMatchObject({ code: expect.stringMatching(refusals) as string });
  });
});
