/**
 * The journey's address: the screen and every setting that differs from its default, readable and
 * short: `#/recipe?maxSteps=300&maskRate=0.3`. Never any text of the person's, so no lists.
 */
import { UnmaskError } from "../base/index.ts";
import {
  defaultRecipe,
  readPipeline,
  readPlan,
  readRecipe,
  recipeTable,
  type CleaningPlan,
  type Recipe,
  type Setting,
  type Stage,
} from "../contract/index.ts";

export interface Address {
  screen: string;
  /** Undefined when the address names no setting. */
  recipe: Recipe | undefined;
}

export function writeAddress(screen: string, recipe: Recipe): string {
  const defaults = defaultRecipe();
  const query = new URLSearchParams();
  for (const name of Object.keys(recipeTable) as (keyof Recipe)[])
    if (recipe[name] !== defaults[name] && recipeTable[name].kind !== "list") query.set(name, String(recipe[name]));
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

/** A recipe file, as downloaded: settings, sorted as in the table, the rules by which the text was cleaned, the stages. */
export function recipeToJson(
  recipe: Recipe,
  cleaning: CleaningPlan | null = null,
  stages: readonly Stage[] = [],
): string {
  const rest = { ...(cleaning === null ? {} : { cleaning }), ...(stages.length === 0 ? {} : { stages }) };
  return `${JSON.stringify({ ...recipe, ...rest }, null, 2)}\n`;
}

/** @throws state/not-a-recipe, contract/bad-setting, contract/unknown-setting */
export function recipeFromJson(text: string): Recipe {
  const parsed = parse(text);
  if (typeof parsed !== "object" || parsed === null) return readRecipe(parsed);
  const settings = Object.entries(parsed).filter(([name]) => name !== "cleaning" && name !== "stages");
  return readRecipe(Object.fromEntries(settings));
}

/** The stages of a recipe file; none for a plain run. @throws state/not-a-recipe, contract/bad-pipeline */
export function stagesFromJson(text: string): Stage[] {
  const stages = (parse(text) as { stages?: unknown } | null)?.stages;
  return stages === undefined ? [] : readPipeline(stages);
}

/** The cleaning rules of a recipe file; null when it has none. @throws state/not-a-recipe, contract/bad-cleaning */
export function cleaningFromJson(text: string): CleaningPlan | null {
  const cleaning = (parse(text) as { cleaning?: unknown } | null)?.cleaning;
  return cleaning === undefined || cleaning === null ? null : readPlan(cleaning);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnmaskError(
      "state/not-a-recipe",
      "The file is not a recipe: a recipe is JSON, and this is not.",
      "Choose a file that was downloaded with “Save recipe”.",
      {},
      error,
    );
  }
}
