/** Tables for people, and the numbers in them. Knows no benchmark. */

/** Text columns on the left, numbers right-aligned; a row may be shorter than the head. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const numeric = head.map(
    (_, i) => rows.length > 0 && rows.every((row) => /^[-+]?[\d.,]*( ?%|x)?$|^-$/.test(row[i] ?? "")),
  );
  const line = (row: readonly string[]): string =>
    widths
      .map((width, i) => (numeric[i] === true ? (row[i] ?? "").padStart(width) : (row[i] ?? "").padEnd(width)))
      .join("  ");
  console.log(`\n${title}`);
  console.log([head, widths.map((width) => "-".repeat(width)), ...rows].map((row) => line(row).trimEnd()).join("\n"));
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Three significant digits, as figures are reported. */
export function round(value: number, digits = 3): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}

export const shown = (value: number, digits = 3): string =>
  Number.isFinite(value) ? (Math.abs(value) >= 100 ? value.toFixed(0) : String(round(value, digits))) : "-";
