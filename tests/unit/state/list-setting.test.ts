/** A list of terms in the recipe: in the file, never in the address; hostile lists are refused before they are read. */
import { expect, test } from "vitest";
import { linesOf, readRecipe, recipeTable, settingProblem } from "../../../src/contract/index.ts";
import { readAddress, recipeFromJson, recipeToJson, writeAddress } from "../../../src/state/recipe-url.ts";

const recipe = readRecipe({ maskUnit: "term", terms: "heart attack\r\n  stent \n\nstent\n" });

test("lines are trimmed, empty and repeated ones dropped", () => {
  expect(linesOf(recipe.terms)).toEqual(["heart attack", "stent"]);
});

test("the file holds the list, the address does not", () => {
  expect(recipeFromJson(recipeToJson(recipe))).toEqual(recipe);
  const address = writeAddress("recipe", recipe);
  expect(address).toBe("#/recipe?maskUnit=term");
  expect(readAddress(address).recipe?.terms).toBe("");
});

test.each([
  ["not text", 5],
  ["many lines", Array.from({ length: 1001 }, (_, i) => `t${i}`).join("\n")],
  ["a long line", "x".repeat(101)],
  ["a flood", "x\n".repeat(1_000_000)],
  ["control characters", "a\0b"],
])("%s is refused", (_, terms) => {
  expect(settingProblem(recipeTable.terms, terms)).toMatch(/^(Terms to hide first|Each line of terms)/);
  expect(() => readRecipe({ terms })).toThrow(expect.objectContaining({ code: "contract/bad-setting" }) as Error);
});
