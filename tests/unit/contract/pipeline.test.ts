import { expect, test } from "vitest";
import {
  defaultFineTune,
  defaultRecipe,
  fineTuneNotice,
  fineTuneRecipe,
  pipelinePresets,
  readPipeline,
  stageRecipe,
  withEpochs,
  type PipelinePreset,
} from "../../../src/contract/index.ts";

test.each(Object.entries(pipelinePresets))("the preset %s survives a file", (_, preset: PipelinePreset) => {
  const stages = preset.stages("set-1");
  expect(readPipeline(JSON.parse(JSON.stringify(stages)))).toEqual(stages);
  expect(stages.some(({ data }) => data.kind !== "corpus")).toBe(preset.needsSet);
});

test("a stage's settings stand over the recipe's", () => {
  const [, tapt] = pipelinePresets["dapt-tapt"].stages("x");
  const recipe = stageRecipe({ ...defaultRecipe(), learningRate: 3e-4, maskRate: 0.3 }, tapt!);
  expect([recipe.learningRate, recipe.maskRate]).toEqual([1e-4, 0.3]);
  // 100 passes over 50 blocks in updates of 8 x 2.
  expect(withEpochs({ ...recipe, batchSize: 8, accumulation: 2 }, 100, 50).maxSteps).toBe(313);
  expect(withEpochs(recipe, 0, 50)).toBe(recipe);
});

const stage = { name: "one", data: { kind: "corpus" }, settings: {}, epochs: 0, from: "best" };
test.each([
  ["no list", {}, "contract/bad-pipeline"],
  ["no stage", [], "contract/bad-pipeline"],
  ["a stage without a name", [{ ...stage, name: " " }], "contract/bad-pipeline"],
  ["text of a set without its id", [{ ...stage, data: { kind: "set-text" } }], "contract/bad-pipeline"],
  ["half an epoch", [{ ...stage, epochs: 0.5 }], "contract/bad-pipeline"],
  ["labels before the end", [{ ...stage, data: { kind: "set", setId: "x" } }, stage], "contract/bad-pipeline"],
  ["an unknown setting", [{ ...stage, settings: { speed: 1 } }], "contract/unknown-setting"],
  ["a setting out of its limits", [{ ...stage, settings: { maskRate: 2 } }], "contract/bad-setting"],
])("%s is refused", (_, given, code) => {
  expect(() => readPipeline(given)).toThrow(expect.objectContaining({ code }));
});

test("whoever chose LoRA is told that a fine-tuning trains all weights", () => {
  const recipe = { ...defaultRecipe(), loraTargets: "encoder" as const };
  expect(fineTuneRecipe(defaultFineTune(), recipe, 20, 1).loraTargets).toBe("off");
  expect(fineTuneNotice(recipe)).toContain("LoRA");
  expect(fineTuneNotice(defaultRecipe())).toBeUndefined();
});
