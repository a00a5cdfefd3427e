/** The training recipe: every knob of a run in one table, a file per group; the form shows them in this order. */
import { defaultsOf, readSettings, settingApplies, type Setting, type SettingsOf } from "../settings.ts";
import { batchSettings } from "./batches.ts";
import { layerSettings } from "./layers.ts";
import { objectiveSettings } from "./objective.ts";
import { loraSettings } from "./lora.ts";
import { maskingSettings } from "./masking.ts";
import { memorySettings } from "./memory.ts";
import { optimiserSettings } from "./optimiser.ts";
import { regularisationSettings } from "./regularisation.ts";
import { runLengthSettings } from "./run-length.ts";

export const recipeTable = {
  ...objectiveSettings,
  ...runLengthSettings,
  ...optimiserSettings,
  ...batchSettings,
  ...maskingSettings,
  ...layerSettings,
  ...loraSettings,
  ...regularisationSettings,
  ...memorySettings,
} as const;

export type Recipe = SettingsOf<typeof recipeTable>;
export type SettingName = keyof Recipe;
export const settingNames = Object.keys(recipeTable) as SettingName[];
export const settingOf = (name: SettingName): Setting => recipeTable[name];
export const defaultRecipe = (): Recipe => defaultsOf(recipeTable);
/** @throws contract/bad-setting, contract/unknown-setting */
export const readRecipe = (given: unknown): Recipe => readSettings(recipeTable, given);
/** A stored recipe: settings that came after it was saved have their defaults. */
export const completeRecipe = (stored: Partial<Recipe>): Recipe => ({ ...defaultRecipe(), ...stored });
/** The recipe as it is run: what means nothing beside the other settings, and so is not shown, has its default. */
export const inForce = (recipe: Recipe): Recipe =>
  settingNames.reduce(
    (values, name) =>
      settingApplies(settingOf(name), values) ? values : { ...values, [name]: settingOf(name).default },
    recipe,
  );
