/** The recipe as typed into the form. */
import { recipeTable } from "../contract/index.ts";
import { recipeFromJson } from "./recipe-url.ts";
import { SettingsForm } from "./settings-form.svelte.ts";

export class RecipeState extends SettingsForm<typeof recipeTable> {
  constructor() {
    super(recipeTable);
  }

  /** @throws state/not-a-recipe, contract/bad-setting, contract/unknown-setting */
  importJson(text: string): void {
    this.set(recipeFromJson(text));
  }
}
