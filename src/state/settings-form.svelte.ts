/** A settings table being filled in: drafts as they are typed, values once they are acceptable. */
import { defaultsOf, settingProblem, type Setting, type SettingsOf, type SettingsTable } from "../contract/index.ts";

export class SettingsForm<Table extends SettingsTable> {
  readonly table: Table;
  drafts = $state<Record<string, string>>({});

  readonly problems: Record<string, string | undefined> = $derived.by(() =>
    Object.fromEntries(
      Object.entries(this.table).map(([name, setting]) => [name, settingProblem(setting, this.#parsed(name, setting))]),
    ),
  );
  readonly valid = $derived.by(() => Object.values(this.problems).every((problem) => problem === undefined));
  /** The last acceptable value of each setting; the default before there was one. */
  readonly values: SettingsOf<Table> = $derived.by(() => {
    const values: Record<string, unknown> = defaultsOf(this.table);
    for (const [name, setting] of Object.entries(this.table))
      if (this.problems[name] === undefined) values[name] = this.#parsed(name, setting);
    return values as SettingsOf<Table>;
  });

  constructor(table: Table) {
    this.table = table;
    for (const [name, setting] of Object.entries(table)) this.drafts[name] = String(setting.default);
  }

  get names(): (keyof Table & string)[] {
    return Object.keys(this.table);
  }

  type(name: keyof Table & string, draft: string): void {
    this.drafts[name] = draft;
  }

  #parsed(name: string, setting: Setting): unknown {
    const draft = (this.drafts[name] ?? "").trim();
    if (setting.kind !== "number") return draft;
    // A decimal comma is taken as a point where whole numbers are not asked for.
    return draft === "" ? NaN : Number(setting.integer === true ? draft : draft.replace(",", "."));
  }
}
