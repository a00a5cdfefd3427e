/**
 * The sharpest test of training: 10 steps equal 5 steps, a saved and reloaded checkpoint, and 5 more, to
 * the last bit, on the runtime's WASM build. With accumulation, warm-up, clipping and padding in play.
 */
import { expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import { defaultRecipe, generalLossName, loraOf, type ModelConfig, type Recipe } from "../../../src/contract/index.ts";
import { packBlocks, pairBlocks, sentenceBlocks, withReplay } from "../../../src/data/index.ts";
import { initialize, parametersOf } from "../../../src/models/index.ts";
import { openDevice } from "../../../src/runtime/index.ts";
import { headOf, openObjective, type ObjectivePlan } from "../../../src/training/index.ts";
import { lossesOf, shortRun, type From, type Reached } from "../../support/short-run.ts";
import { special, tinyBert } from "../../support/tiny-bert.ts";

const config = tinyBert({ num_hidden_layers: 2 });
const xlnet: ModelConfig = { ...config, model_type: "xlnet", type_vocab_size: 4, max_position_embeddings: 4096 };
const modelOf = ({ objective }: Recipe): ModelConfig => (objective === "permutation" ? xlnet : config);

function stream(seed = 5): { tokens: Int32Array; documents: Uint32Array } {
  const source = random(seed);
  const tokens: number[] = [];
  const documents = [0];
  for (let d = 0; d < 40; d++) {
    tokens.push(2, ...Array.from({ length: 3 + source.below(30) }, () => 5 + source.below(55)), 3);
    documents.push(tokens.length);
  }
  return { tokens: Int32Array.from(tokens), documents: Uint32Array.from(documents) };
}

/** Every tenth id ends a sentence. */
function partsOf({ objective, blockLength: T, seed }: Recipe): Pick<ObjectivePlan, "pairs" | "sentences"> {
  const marks = Uint8Array.from({ length: 60 }, (_, id) => (id % 10 === 0 ? 1 : 0));
  if (objective === "sop") {
    const pairs = pairBlocks(stream(), { T, seed, kind: "sop", special, separators: 1, marks });
    return { pairs: { train: pairs, heldOut: pairs } };
  }
  const each = sentenceBlocks(stream(), { T, special, marks });
  const sentences = { first: each, second: each };
  return objective === "contrastive" ? { sentences: { train: sentences, heldOut: sentences } } : {};
}

const device = await openDevice("wasm-single");

function run(recipe: Recipe, from: From, stopAfter: number): Promise<Reached> {
  const own = packBlocks(stream(), recipe, special);
  const { replayShare, seed } = recipe;
  const train = replayShare > 0 ? withReplay(own, packBlocks(stream(6), recipe, special), replayShare, seed) : own;
  const general = replayShare > 0 ? { general: packBlocks(stream(7), recipe, special) } : {};
  const text = { train, heldOut: own, ...general, ...partsOf(recipe) };
  const config = modelOf(recipe);
  const objective = openObjective({ config, special, recipe, ...text });
  return shortRun(device, { config, recipe, objective }, from, stopAfter);
}

const recipes: [string, Partial<Recipe>][] = [
  ["joined blocks", {}],
  [
    "a layer more every four steps, the embeddings frozen",
    { unfreezeEvery: 4, freezeEmbeddings: "yes", layerRateDecay: 0.8 },
  ],
  ["sentence order beside MLM", { objective: "sop" }],
  ["dropout everywhere, two batches an update", { dropout: 0.1, attentionDropout: 0.2, accumulation: 2 }],
  ["LoRA, unfrozen from above", { loraTargets: "query-value", loraRank: 3, loraDropout: 0.1, unfreezeEvery: 3 }],
  ["pulled to the start", { pullToStart: 10 }],
  [
    "permutation language modelling, attention within documents",
    { objective: "permutation", documentBorders: "closed" },
  ],
  ["SimCSE, two batches an update", { objective: "contrastive", dropout: 0.1, accumulation: 2 }],
  ["documents of similar length together", { packing: "lines", lengthBuckets: "group", accumulation: 2 }],
  ["pairs of sentences of similar length together", { objective: "sop", lengthBuckets: "group" }],
  ["SimCSE, batches cut to their longest text", { objective: "contrastive", lengthBuckets: "cut" }],
  ["half of the blocks replayed", { replayShare: 0.5 }],
  [
    "a third replayed, documents of similar length together",
    { replayShare: 0.33, packing: "lines", lengthBuckets: "group" },
  ],
  ["one document a block, two batches an update", { packing: "lines", accumulation: 2 }],
];

test.each(recipes)("10 steps = 5 + save + load + 5, bit by bit: %s", async (_, changes) => {
  const recipe: Recipe = {
    ...defaultRecipe(),
    maxSteps: 10,
    batchSize: 4,
    blockLength: 16,
    learningRate: 0.01,
    warmupShare: 0.3,
    evaluateEvery: 3,
    checkpointEvery: 100,
    ...changes,
  };
  const config = modelOf(recipe);
  const weights = initialize(parametersOf(config, headOf(recipe), loraOf(recipe)), config, 3);
  const whole = await run(recipe, { weights, step: 0 }, 10);
  const half = await run(recipe, { weights, step: 0 }, 5);
  const rest = await run(recipe, { weights: half.weights, moments: half.moments, start: weights, step: 5 }, 10);
  for (const [name, values] of whole.weights) expect(rest.weights.get(name), name).toEqual(values);
  for (const [name, values] of whole.moments.second) expect(rest.moments.second.get(name), name).toEqual(values);
  expect([...lossesOf(half.signals), ...lossesOf(rest.signals)]).toEqual(lossesOf(whole.signals));
  const table = parametersOf(config, "none")[0]!.name; // the words
  const learns = recipe.freezeEmbeddings === "no" && recipe.loraTargets === "off";
  expect(whole.weights.get(table)!.some((x, i) => x !== weights.get(table)![i])).toBe(learns);
});

test("what is forgotten of the general text is measured beside the held-out loss", async () => {
  const recipe = { ...defaultRecipe(), maxSteps: 1, batchSize: 2, blockLength: 16, replayShare: 0.5, evaluateEvery: 1 };
  const weights = initialize(parametersOf(config, "mlm"), config, 3);
  const { signals } = await run(recipe, { weights, step: 0 }, 1);
  const evaluations = signals.flatMap((s) => (s.type === "evaluation" ? [s] : []));
  expect(evaluations).toHaveLength(2);
  for (const { loss, measures } of evaluations) {
    const [general] = measures!;
    expect(general!.name).toBe(generalLossName);
    expect(general!.count).toBeGreaterThan(20);
    // Random text of 55 words under random weights: about ln 60 each, but not the same tokens.
    expect(Math.abs(general!.value - Math.log(60))).toBeLessThan(0.3);
    expect(general!.value).not.toBe(loss);
  }
});

test("a run whose held-out loss stands still ends early, saved, and says after how many evaluations", async () => {
  const recipe: Recipe = {
    ...defaultRecipe(),
    maxSteps: 10,
    batchSize: 2,
    blockLength: 16,
    learningRate: 0,
    evaluateEvery: 1,
    checkpointEvery: 100,
    patience: 2,
  };
  const weights = initialize(parametersOf(config, "mlm"), config, 3);
  const { signals } = await run(recipe, { weights, step: 0 }, 10);
  const saved = signals.flatMap((s) => (s.type === "save" ? [[s.kind, s.step, s.sinceBest]] : []));
  expect(saved).toEqual([
    ["best", 1, 0],
    ["last", 3, 2],
  ]);
  // Stopped after the second evaluation and gone on with, it ends at the same step.
  const half = await run(recipe, { weights, step: 0 }, 2);
  const [best, last] = half.signals.flatMap((s) => (s.type === "save" ? [s] : []));
  const { loss: bestLoss } = best!;
  const { sinceBest } = last!;
  const rest = await run(recipe, { ...half, step: 2, bestLoss, sinceBest }, 10);
  expect(rest.signals.at(-1)).toEqual({ type: "done", step: 3, reason: "completed" });
  // Nothing moves: the first evaluation of the run is the best, the two after it are no better.
  expect(signals.filter(({ type }) => type === "early")).toEqual([{ type: "early", step: 3, evaluations: 2 }]);
  expect(signals.at(-2)).toMatchObject({ type: "save", kind: "last", step: 3 });
  expect(signals.at(-1)).toEqual({ type: "done", step: 3, reason: "completed" });
});

test("a model's own way of guessing and no other", () => {
  const text = {
    special,
    train: packBlocks(stream(), defaultRecipe(), special),
    heldOut: packBlocks(stream(), defaultRecipe(), special),
  };
  const open = (config: ModelConfig, objective: Recipe["objective"]) => () =>
    openObjective({ ...text, config, recipe: { ...defaultRecipe(), objective } });
  const refused = expect.objectContaining({ code: "training/other-objective" });
  expect(open(xlnet, "mlm")).toThrow(refused);
  expect(open(config, "permutation")).toThrow(refused);
  expect(open(xlnet, "permutation")().head).toBe("mlm");
});
