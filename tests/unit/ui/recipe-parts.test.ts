/** The recipe's parts: every setting has a place, a line says what differs, a search finds by name and says what is idle. */
import { expect, test } from "vitest";
import { readRecipe, settingNames, settingOf } from "../../../src/contract/index.ts";
import { changedOf, differsLine, findSettings, recipeParts, settingsOf } from "../../../src/ui/recipe/recipe-parts.ts";

const recipe = readRecipe({});

test("every setting is on top of the screen or in one of the parts", () => {
  const titles = new Set<string>(recipeParts.map(({ title }) => title));
  const lost = settingNames.filter((name) => settingOf(name).basic !== true && !titles.has(settingOf(name).group));
  expect(lost).toEqual([]);
});

test("a part's line names what is not as suggested, with its value", () => {
  const names = settingsOf("What learns", recipe);
  expect(names).not.toContain("loraRank");
  expect(differsLine(names, recipe)).toBe("As usual.");
  const other = readRecipe({ layerRateDecay: 0.9, loraTargets: "query-value", loraRank: 16, freezeLayers: 1 });
  const shown = settingsOf("What learns", other);
  expect(changedOf(shown, other)).toEqual(["layerRateDecay", "freezeLayers", "loraTargets", "loraRank"]);
  expect(differsLine(shown, other)).toBe(
    "Rate factor a layer 0.9; Freeze the lowest layers 1 layers; LoRA adapters: on query and value; LoRA rank 16.",
  );
  const terms = readRecipe({ maskUnit: "term", terms: "pump\nvalve" });
  expect(differsLine(["maskUnit", "terms"], terms)).toBe("Hide by: terms of my list first; Terms to hide first: 2.");
});

test("a search finds settings by name, group and choice; what does nothing now is named with what it hangs on", () => {
  expect(findSettings("  ", recipe)).toEqual({ names: [], idle: [] });
  expect(findSettings("adam beta", recipe).names).toEqual(["adamBeta1", "adamBeta2"]);
  expect(findSettings("whole word", recipe).names).toEqual(["maskUnit"]);
  expect(findSettings("lora rank", recipe)).toEqual({
    names: [],
    idle: [{ label: "LoRA rank", behind: "LoRA adapters" }],
  });
  expect(findSettings("lora rank", readRecipe({ loraTargets: "all" })).names).toEqual(["loraRank"]);
});
