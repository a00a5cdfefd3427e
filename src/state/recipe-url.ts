/**
 * The journey's address: the screen and every setting that differs from its default, readable and
 * short: `#/recipe?maxSteps=300&maskRate=0.3`. Never any text of the person's.
 */
import { UnmaskError } from "../base/index.ts";
import { defaultRecipe, readRecipe, recipeTable, type Recipe, type Setting } from "../contract/index.ts";

export interface Address {
  screen: string;
  /** Undefined when the address names no setting. */
  recipe: Recipe | undefined;
}

export function writeAddress(screen: string, recipe: Recipe): string {
  const defaults = defaultRecipe();
  const query = new URLSearchParams();
  for (const name of Object.keys(recipeTable) as (keyof Recipe)[])
    if (recipe[name] !== defaults[name]) query.set(name, String(recipe[name]));
  const settings = query.toString();
  return `#/${screen}${settings === "" ? "" : `?${settings}`}`;
}

/** @throws contract/bad-setting, contract/unknown-setting */
export function readAddress(hash: string): Address {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const given = [...new URLSearchParams(query)].map(([name, value]) => {
    const setting = (recipeTable as Record<string, Setting>)[name];
    return [name, setting?.kind === "number" ? Number(value) : value] as const;
  });
  return { screen: path, recipe: given.length === 0 ? undefined : readRecipe(Object.fromEntries(given)) };
}

/** A recipe file, as downloaded: settings only, sorted as in the table. */
export const recipeToJson = (recipe: Recipe): string => `${JSON.stringify(recipe, null, 2)}\n`;

/** @throws state/not-a-recipe, contract/bad-setting, contract/unknown-setting */
export function recipeFromJson(text: string): Recipe {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new UnmaskError(
      "state/not-a-recipe",
      "The file is not a recipe: a recipe is JSON, and this is not.",
      "Choose a file that was downloaded with “Save recipe”.",
      {},
      error,
    );
  }
  return readRecipe(parsed);
}
