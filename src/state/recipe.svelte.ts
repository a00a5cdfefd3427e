/** The recipe as typed into the form. */
import { recipeTable, type Recipe, type Setting } from "../contract/index.ts";
import { recipeFromJson } from "./recipe-url.ts";
import { SettingsForm } from "./settings-form.svelte.ts";

export type SettingName = keyof Recipe;
export const settingNames = Object.keys(recipeTable) as SettingName[];
export const settingOf = (name: SettingName): Setting => recipeTable[name];

export class RecipeState extends SettingsForm<typeof recipeTable> {
  constructor() {
    super(recipeTable);
  }

  /** @throws state/not-a-recipe, contract/bad-setting, contract/unknown-setting */
  importJson(text: string): void {
    this.set(recipeFromJson(text));
  }
}
