/** The picture beside the form and the run go by one plan: what the page draws is what the trainer trains. */
import { expect, test } from "vitest";
import { allLearning, layerProblem, layerRows, readRecipe, type Recipe } from "../../../src/contract/index.ts";
import { buildMlmTraining, layerGroup, layoutOf } from "../../../src/models/index.ts";
import { headOf, ParameterPlan, trainingOptions } from "../../../src/training/index.ts";
import { regularisation } from "../../support/golden-regularisation.ts";

const { config } = regularisation;
const layout = layoutOf(config);
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

test.each<[string, Partial<Recipe>]>([
  ["everything", {}],
  ["embeddings and one layer frozen", { freezeEmbeddings: "yes", freezeLayers: 1, layerRateDecay: 0.5 }],
  ["a layer more every 7 updates", { unfreezeEvery: 7 }],
  ["LoRA on query and value", { loraTargets: "query-value", loraRank: 3 }],
  ["SimCSE, which keeps the head", { objective: "contrastive", unfreezeEvery: 4 }],
  ["SimCSE with LoRA everywhere", { objective: "contrastive", loraTargets: "all", layerRateDecay: 0.5 }],
  ["LoRA everywhere, the first layer frozen", { loraTargets: "all", loraRank: 2, freezeLayers: 1, unfreezeEvery: 4 }],
])("rows of the picture = parameters of the run: %s", (_, settings) => {
  const recipe = readRecipe(settings);
  const plan = new ParameterPlan(recipe, config, headOf(recipe));
  const learning = new Array<number>(layout.groups.length).fill(0);
  for (const { name, shape } of plan.parameters)
    if (plan.firstStep(name) < Infinity) learning[layerGroup(name, config)]! += sizeOf(shape);
  const rows = layerRows(recipe, layout);
  expect(rows.map((row) => row.learning)).toEqual(learning);
  for (const { name } of plan.parameters) {
    const row = rows[layerGroup(name, config)]!;
    if (plan.firstStep(name) === Infinity) continue;
    expect(plan.firstStep(name), name).toBe(row.firstStep);
    expect(plan.rateShare(name), name).toBe(row.share);
  }
  expect(rows.map((row) => row.gradientBytes)).toEqual(learning.map((n) => 4 * n));
});

test("what is frozen costs no node and no gradient: fewer nodes with every layer more", () => {
  const nodes = (settings: Partial<Recipe>): number => {
    const recipe = readRecipe(settings);
    const plan = new ParameterPlan(recipe, config, "mlm");
    const graph = buildMlmTraining(
      config,
      { B: 2, T: 8, M: 4 },
      { padding: false, trainable: (name) => plan.trainable(name, 1), ...trainingOptions(recipe) },
    );
    const learning = plan.trained(1).map(({ name }) => name);
    expect([...new Set([...graph.dense.keys(), ...graph.rows.keys()])].sort()).toEqual([...learning].sort());
    return graph.graph.nodes.length;
  };
  const counts = [0, 1, 2].map((freezeLayers) => nodes({ freezeEmbeddings: "yes", freezeLayers }));
  const all = nodes({});
  expect(counts[0]).toBeLessThan(all);
  expect(counts[1]).toBeLessThan(counts[0]!);
  expect(counts[2]).toBeLessThan(counts[1]!);
  // Adapters of the top layer only would need no gradient below; those of all layers need the way down, but no weights'.
  expect(nodes({ loraTargets: "query-value", freezeLayers: 1 })).toBeLessThan(all);
});

test("everything learns again in the recipe that the measurement compares with", () => {
  const recipe = readRecipe({ freezeEmbeddings: "yes", freezeLayers: 1, unfreezeEvery: 3, loraTargets: "all" });
  expect(layerRows(allLearning(recipe), layout).map((row) => row.learning)).toEqual(layout.groups);
});

test("a choice of layers that leaves nothing to train is told before the run, with the remedy", () => {
  const problem = (settings: Partial<Recipe>): string | undefined => layerProblem(readRecipe(settings), layout);
  const layers = config.num_hidden_layers;
  expect(problem({ freezeLayers: layers, freezeEmbeddings: "yes" })).toBeUndefined(); // the head learns
  expect(problem({ freezeLayers: layers + 1 })).toBe(
    `The recipe freezes ${layers + 1} layers, but the model has ${layers}.`,
  );
  const frozen = { freezeLayers: layers, loraTargets: "query-value" } as const;
  expect(problem(frozen)).toMatch(/^Nothing would learn: .* Freeze fewer layers/);
  expect(problem({ ...frozen, objective: "sop" })).toBeUndefined(); // its pair head does
  expect(problem({ freezeLayers: layers, freezeEmbeddings: "yes", objective: "contrastive" })).toMatch(
    /^Nothing would/,
  );
});
