/**
 * A settings table: the one place where a setting has its name, default, limits and help. Forms, the
 * URL, recipe files and validation are all made from such a table.
 */
import { UnmaskError } from "../base/index.ts";

/** Other settings, each with the values that it may have. */
type Condition = Readonly<Record<string, readonly string[]>>;

interface SettingText {
  /** Name on the form, in the field's own words. */
  label: string;
  /** One or two plain sentences: what it does and when to change it. */
  help: string;
  /** Where the form shows it. */
  group: string;
  /** Hidden behind "More settings" unless true. */
  basic?: boolean;
  /** Shown only while another setting has one of these values; it means nothing otherwise. */
  onlyIf?: Condition;
  /** Or while these hold. */
  orIf?: Condition;
}
export interface NumberSetting extends SettingText {
  kind: "number";
  default: number;
  min: number;
  max: number;
  /** Whole numbers only. */
  integer?: boolean;
  /** Shown after the number: "tokens", "%"... */
  unit?: string;
}
export interface ChoiceSetting<T extends string = string> extends SettingText {
  kind: "choice";
  default: T;
  /** `about`: shown below the help while it is the one chosen. */
  choices: readonly { value: T; label: string; about?: string }[];
}
/** Lines of the person's own text, kept as one string. It is never written into an address. */
export interface ListSetting extends SettingText {
  kind: "list";
  default: string;
  maxLines: number;
  /** Characters. */
  maxLineLength: number;
}
export type Setting = NumberSetting | ChoiceSetting | ListSetting;
export type SettingsTable = Record<string, Setting>;
export type SettingsOf<Table extends SettingsTable> = {
  -readonly [K in keyof Table]: Table[K] extends { kind: "number" }
    ? number
    : Table[K] extends { kind: "list" }
      ? string
      : Table[K] extends ChoiceSetting<infer T>
        ? T
        : never;
};

export function defaultsOf<Table extends SettingsTable>(table: Table): SettingsOf<Table> {
  return Object.fromEntries(Object.entries(table).map(([name, s]) => [name, s.default])) as SettingsOf<Table>;
}

/** Whether a setting means anything beside the others' values. */
export function settingApplies({ onlyIf = {}, orIf }: Setting, values: Readonly<Record<string, unknown>>): boolean {
  const holds = (condition: Condition): boolean =>
    Object.entries(condition).every(([other, wanted]) => wanted.includes(String(values[other])));
  return holds(onlyIf) || (orIf !== undefined && holds(orIf));
}

/** A value as the form shows it: a choice by its label, a list by how long it is. */
export const settingWords = (setting: Setting, value: unknown): string => {
  if (setting.kind === "choice")
    return setting.choices.find((choice) => choice.value === value)?.label ?? String(value);
  return setting.kind === "number" ? String(value) : `${linesOf(String(value)).length} lines`;
};

/** Why a value is not acceptable, in one sentence, or undefined when it is. */
export function settingProblem(setting: Setting, value: unknown): string | undefined {
  if (setting.kind === "choice") {
    if (setting.choices.some((choice) => choice.value === value)) return undefined;
    return `${setting.label} must be one of ${setting.choices.map((c) => c.value).join(", ")}.`;
  }
  if (setting.kind === "list") return listProblem(setting, value);
  if (typeof value !== "number" || !Number.isFinite(value)) return `${setting.label} must be a number.`;
  if (setting.integer === true && !Number.isInteger(value)) return `${setting.label} must be a whole number.`;
  if (value < setting.min || value > setting.max)
    return `${setting.label} must be between ${setting.min} and ${setting.max}.`;
  return undefined;
}

/** The lines of a list, without blanks around them, empty ones or repetitions. */
export const linesOf = (list: string): string[] => [
  ...new Set(
    list
      .split(/[\r\n]+/)
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  ),
];

function listProblem({ label, maxLines, maxLineLength }: ListSetting, value: unknown): string | undefined {
  if (typeof value !== "string") return `${label} must be text, one entry a line.`;
  // Looked at before it is cut up: a file may hold anything.
  if (value.length > maxLines * (maxLineLength + 2)) return `${label} must be shorter: at most ${maxLines} lines.`;
  const lines = linesOf(value);
  if (lines.length > maxLines) return `${label} must have at most ${maxLines} lines; there are ${lines.length}.`;
  if (lines.some((line) => line.length > maxLineLength))
    return `Each line of ${label.toLowerCase()} must have at most ${maxLineLength} characters.`;
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return /[\0-\x08\x0b\x0c\x0e-\x1f]/.test(value)
    ? `${label} must be plain text, without control characters.`
    : undefined;
}

/**
 * Fills missing values with defaults and checks the rest.
 * @throws contract/bad-setting naming the setting, its limits and the value found; contract/unknown-setting.
 */
export function readSettings<Table extends SettingsTable>(table: Table, given: unknown): SettingsOf<Table> {
  const result: Record<string, unknown> = defaultsOf(table);
  if (given === null || typeof given !== "object")
    throw new UnmaskError("contract/bad-setting", "The settings must be an object of names and values.");
  for (const [name, value] of Object.entries(given)) {
    const setting = Object.hasOwn(table, name) ? table[name] : undefined; // "constructor" is no setting
    if (setting === undefined)
      throw new UnmaskError(
        "contract/unknown-setting",
        `There is no setting "${name.slice(0, 40)}".`,
        `Known settings: ${Object.keys(table).join(", ")}.`,
      );
    const problem = settingProblem(setting, value);
    if (problem !== undefined)
      throw new UnmaskError("contract/bad-setting", problem, "Correct the value and try again.", { setting: name });
    result[name] = value;
  }
  return result as SettingsOf<Table>;
}
