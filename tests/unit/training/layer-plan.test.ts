/** The picture beside the form and the run go by one plan: what the page draws is what the trainer trains. */
import { expect, test } from "vitest";
import {
  allLearning,
  evenUnfreezing,
  layerProblem,
  layerRows,
  readRecipe,
  type Recipe,
} from "../../../src/contract/index.ts";
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
  ["a plan of one's own", { unfreezing: "plan", unfreezePlan: "Layers 1-2: 5\nembeddings: 0\nhead: 12 steps" }],
  ["LoRA on query and value", { loraTargets: "query-value", loraRank: 3 }],
  ["SimCSE, which keeps the head", { objective: "contrastive", unfreezeEvery: 4 }],
  ["SimCSE, all layers frozen", { objective: "contrastive", freezeLayers: 2, unfreezeEvery: 4 }],
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

test("the head that a sentence objective draws is the first to learn, beside LoRA too", () => {
  const recipe = readRecipe({ objective: "sop", loraTargets: "query-value", unfreezeEvery: 4 });
  const plan = new ParameterPlan(recipe, config, headOf(recipe));
  const begins = plan.parameters.flatMap(({ name }) =>
    plan.firstStep(name) < Infinity ? [`${layerGroup(name, config)}: ${plan.firstStep(name)}`] : [],
  );
  expect([...new Set(begins)].sort()).toEqual(["1: 9", "2: 5", "3: 1"]);
  expect(layerRows(recipe, layout).map(({ firstStep }) => firstStep)).toEqual([Infinity, 9, 5, 1]);
});

test("a plan of unfreezing: what cannot be read or kept is told with its line", () => {
  const problem = (unfreezePlan: string): string | undefined =>
    layerProblem(readRecipe({ unfreezing: "plan", unfreezePlan }), layout);
  expect(problem(evenUnfreezing(2, 50))).toBeUndefined();
  expect(evenUnfreezing(2, 50)).toBe("head: 0\nlayer 2: 50\nlayer 1: 100\nembeddings: 150");
  expect(problem("")).toMatch(/^The plan of unfreezing is empty\. Write one part a line/);
  expect(problem("head: 0\nlayr 2: 5")).toMatch(/^“layr 2: 5” in the plan of unfreezing cannot be read\./);
  expect(problem("layers 2-1: 5")).toMatch(/names layers 2 to 1, but the model has layers 1 to 2/);
  expect(problem("layer 3: 5")).toMatch(/names layers 3 to 3, but the model has layers 1 to 2/);
  expect(problem("layers 1-2: 5\nlayer 1: 9")).toMatch(/^“layer 1: 9” .* names a part that an earlier line names/);
  const late = "head: 20\nlayers 1-2: 30\nembeddings: 40";
  expect(problem(late)).toBe(
    "Nothing would learn in the first 20 steps. Let one part of the plan of unfreezing begin at 0.",
  );
  const recipe = readRecipe({ unfreezing: "plan", unfreezePlan: late });
  expect(() => new ParameterPlan(recipe, config, "mlm")).toThrow(
    expect.objectContaining({ code: "training/nothing-learns" }),
  );
});

test("a choice of layers that leaves nothing to train is told before the run, with the remedy", () => {
  const problem = (settings: Partial<Recipe>): string | undefined => layerProblem(readRecipe(settings), layout);
  const layers = config.num_hidden_layers;
  expect(problem({ freezeLayers: layers, freezeEmbeddings: "yes" })).toBeUndefined(); // the head learns
  expect(problem({ freezeLayers: layers + 1 })).toBe(
    `The recipe freezes ${layers + 1} layers, but the model has ${layers}. Freeze at most ${layers} layers.`,
  );
  const frozen = { freezeLayers: layers, loraTargets: "query-value" } as const;
  expect(problem(frozen)).toMatch(/^Nothing would learn: .* Freeze fewer layers/);
  expect(problem({ ...frozen, objective: "sop" })).toBeUndefined(); // its pair head does
  const bare = readRecipe({ objective: "sop", loraTargets: "query-value" });
  expect(layerProblem(bare, { ...layout, linears: [] })).toMatch(/^This model has no linear layers/);
  expect(problem({ freezeLayers: layers, freezeEmbeddings: "yes", objective: "contrastive" })).toMatch(
    /^Nothing would/,
  );
});
