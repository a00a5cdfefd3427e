/**
 * The recipe as typed into the form. Drafts are text, so a half-typed number is not lost; `values` holds
 * the last acceptable value of each setting.
 */
import {
  defaultRecipe,
  recipeTable,
  settingApplies,
  settingProblem,
  type NumberSetting,
  type Recipe,
  type Setting,
} from "../contract/index.ts";
import { recipeFromJson } from "./recipe-url.ts";

export type SettingName = keyof Recipe;
export const settingNames = Object.keys(recipeTable) as SettingName[];
export const settingOf = (name: SettingName): Setting => recipeTable[name];

const draftOf = (recipe: Recipe): Record<SettingName, string> =>
  Object.fromEntries(settingNames.map((name) => [name, String(recipe[name])])) as Record<SettingName, string>;

/** A decimal comma is taken as a point where whole numbers are not asked for. */
function parse(setting: Setting, text: string): string | number {
  if (setting.kind !== "number") return text;
  const trimmed = text.trim();
  if (trimmed === "") return NaN;
  return Number((setting as NumberSetting).integer === true ? trimmed : trimmed.replace(",", "."));
}

export class RecipeState {
  values = $state.raw<Recipe>(defaultRecipe());
  drafts = $state<Record<SettingName, string>>(draftOf(defaultRecipe()));

  /** The problem of each setting that has one, in one sentence. */
  readonly problems = $derived.by(() => {
    const found: Partial<Record<SettingName, string>> = {};
    for (const name of settingNames) {
      const setting = settingOf(name);
      const problem = settingProblem(setting, parse(setting, this.drafts[name]));
      if (problem !== undefined) found[name] = problem;
    }
    return found;
  });
  readonly changed = $derived(settingNames.filter((name) => this.values[name] !== recipeTable[name].default));

  get valid(): boolean {
    return Object.keys(this.problems).length === 0;
  }

  /** Whether a setting means anything beside the others' values. */
  applies(name: SettingName): boolean {
    return settingApplies(settingOf(name), this.values);
  }

  type(name: SettingName, text: string): void {
    this.drafts[name] = text;
    const setting = settingOf(name);
    const value = parse(setting, text);
    if (settingProblem(setting, value) === undefined) this.values = { ...this.values, [name]: value };
  }

  set(recipe: Recipe): void {
    this.values = { ...recipe };
    this.drafts = draftOf(recipe);
  }

  reset(): void {
    this.set(defaultRecipe());
  }

  /** @throws state/not-a-recipe, contract/bad-setting, contract/unknown-setting */
  importJson(text: string): void {
    this.set(recipeFromJson(text));
  }
}
