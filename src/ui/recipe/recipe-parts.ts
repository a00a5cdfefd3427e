/**
 * The recipe's settings as parts of the screen: which belong together, and in one line what is not as suggested among
 * them. Also the settings that a search finds. Pure.
 */
import {
  linesOf,
  recipeTable,
  settingApplies,
  settingNames,
  settingOf,
  settingWords,
  type Recipe,
  type Setting,
  type SettingName,
} from "../../contract/index.ts";

/** In the order of the screen; each is a group of the settings table. */
export const recipeParts = [
  { id: "objective", title: "Objective" },
  { id: "rate", title: "Learning rate and optimiser" },
  { id: "batches", title: "Batches" },
  { id: "masking", title: "Masking" },
  { id: "layers", title: "What learns" },
  { id: "regularisation", title: "Regularisation" },
  { id: "memory", title: "Memory and precision" },
  { id: "saving", title: "Measuring and saving" },
] as const;
export type RecipePart = (typeof recipeParts)[number]["id"];

/** The folded settings of a part: those that mean something beside the others and are not on top of the screen. */
export const settingsOf = (title: string, recipe: Recipe): SettingName[] =>
  settingNames.filter(
    (name) =>
      settingOf(name).group === title && settingOf(name).basic !== true && settingApplies(settingOf(name), recipe),
  );

export const changedOf = (names: readonly SettingName[], recipe: Recipe): SettingName[] =>
  names.filter((name) => recipe[name] !== recipeTable[name].default);

function changeWords(setting: Setting, value: unknown): string {
  if (setting.kind === "number")
    return `${setting.label} ${String(value)}${setting.unit === undefined ? "" : ` ${setting.unit}`}`;
  return setting.kind === "list"
    ? `${setting.label}: ${linesOf(String(value)).length}`
    : `${setting.label}: ${settingWords(setting, value)}`;
}

/** "Rate factor a layer 0.9; LoRA adapters: on query and value." */
export function differsLine(names: readonly SettingName[], recipe: Recipe): string {
  const changed = changedOf(names, recipe);
  if (changed.length === 0) return "As usual.";
  return `${changed.map((name) => changeWords(settingOf(name), recipe[name])).join("; ")}.`;
}

export interface Found {
  /** In the order of the table. */
  names: SettingName[];
  /** What the search also means, but which does nothing now, and the setting that it hangs on. */
  idle: { label: string; behind: string }[];
}

/** Settings whose name, group or choices have every word of the query. */
export function findSettings(query: string, recipe: Recipe): Found {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found: Found = { names: [], idle: [] };
  if (words.length === 0) return found;
  for (const name of settingNames) {
    const setting = settingOf(name);
    const choices = setting.kind === "choice" ? setting.choices.map(({ label }) => label) : [];
    const text = [name, setting.label, setting.group, ...choices].join(" ").toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    if (settingApplies(setting, recipe)) found.names.push(name);
    else found.idle.push({ label: setting.label, behind: behindOf(setting, recipe) });
  }
  return found;
}

function behindOf({ onlyIf = {} }: Setting, recipe: Recipe): string {
  const names = Object.keys(onlyIf) as SettingName[];
  const name = names.find((other) => !(onlyIf[other] ?? []).includes(String(recipe[other])));
  return name === undefined ? "" : settingOf(name).label;
}
