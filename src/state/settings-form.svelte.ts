/** A settings table being filled in. Drafts are text as typed, so that a half-typed number is not lost. */
import {
  defaultsOf,
  settingApplies,
  settingProblem,
  type Setting,
  type SettingsOf,
  type SettingsTable,
} from "../contract/index.ts";

const draftsOf = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

/** A decimal comma is taken as a point where whole numbers are not asked for. */
function parse(setting: Setting, text: string): string | number {
  if (setting.kind !== "number") return text;
  const trimmed = text.trim();
  if (trimmed === "") return NaN;
  return Number(setting.integer === true ? trimmed : trimmed.replace(",", "."));
}

export class SettingsForm<Table extends SettingsTable> {
  readonly table: Table;
  readonly names: readonly (keyof Table & string)[];
  drafts = $state<Record<string, string>>({});
  /** The last acceptable value of each setting. */
  values: SettingsOf<Table>;
  /** What is usual: the table's defaults, or what suits the model that is open. */
  suggested: SettingsOf<Table>;

  /** The problem of each setting that has one, in one sentence. */
  readonly problems: Partial<Record<keyof Table & string, string>> = $derived.by(() => {
    const found: Partial<Record<keyof Table & string, string>> = {};
    for (const name of this.names) {
      const setting = this.table[name]!;
      const problem = settingProblem(setting, parse(setting, this.drafts[name] ?? ""));
      if (problem !== undefined) found[name] = problem;
    }
    return found;
  });
  readonly changed = $derived.by(() => this.names.filter((name) => this.values[name] !== this.suggested[name]));

  constructor(table: Table) {
    this.table = table;
    this.names = Object.keys(table);
    this.suggested = $state.raw(defaultsOf(table));
    this.values = $state.raw(defaultsOf(table));
    this.drafts = draftsOf(this.values);
  }

  get valid(): boolean {
    return Object.keys(this.problems).length === 0;
  }

  /** Whether a setting means anything beside the others' values. */
  applies(name: keyof Table & string): boolean {
    return settingApplies(this.table[name]!, this.values);
  }

  type(name: keyof Table & string, text: string): void {
    this.drafts[name] = text;
    const setting = this.table[name]!;
    const value = parse(setting, text);
    if (settingProblem(setting, value) === undefined) this.values = { ...this.values, [name]: value };
  }

  set(values: SettingsOf<Table>): void {
    this.values = { ...values };
    this.drafts = draftsOf(this.values);
  }

  /** Other values are usual now; they take the place of suggestions that nobody has changed. */
  suggest(values: Partial<SettingsOf<Table>>): void {
    const before = this.suggested;
    this.suggested = { ...before, ...values };
    for (const [name, value] of Object.entries(values))
      if (this.drafts[name] === String(before[name])) this.type(name, String(value));
  }

  reset(): void {
    this.set(this.suggested);
  }
}
