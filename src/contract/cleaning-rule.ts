/** How a row of the table of cleaning rules is written. The table itself: cleaning-rules.ts. */
import type { NumberSetting } from "./settings.ts";

export interface Rule<Id extends string> {
  id: Id;
  group: string;
  /** repair and mask change characters, lines takes lines or sentences out, the others whole documents. */
  action: "repair" | "mask" | "lines" | "document" | "duplicate";
  source: string;
  /** Whether the suggested plan has it on, for each profile. Nothing is removed before the person says so. */
  on: { long: boolean; short: boolean };
  label: string;
  help: string;
  /** Fails below ("min") or above ("max") the threshold. */
  limit?: "min" | "max";
  threshold?: Pick<NumberSetting, "default" | "min" | "max" | "integer" | "unit">;
}
type Limit = Pick<Rule<string>, "limit" | "threshold">;

export const always = { long: true, short: true };
export const long = { long: true, short: false };
export const off = { long: false, short: false };

const limit =
  (kind: "min" | "max") =>
  (value: number, min: number, max: number, unit = "", integer = false): Limit => ({
    limit: kind,
    threshold: { default: value, min, max, integer, ...(unit === "" ? {} : { unit }) },
  });
export const atLeast = limit("min");
export const atMost = limit("max");

export const rule = <Id extends string>(
  id: Id,
  group: string,
  action: Rule<string>["action"],
  source: string,
  on: Rule<string>["on"],
  label: string,
  help: string,
  limits: Limit = {},
): Rule<Id> => ({ id, group, action, source, on, label, help, ...limits });
