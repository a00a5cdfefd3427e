/** How the report's numbers are written. Pure. */
import { formatNumber } from "../../../base/index.ts";

/** "12 %", "0.4 %", "under 0.1 %", "0 %" */
export function share(value: number): string {
  const percent = value * 100;
  if (percent === 0 || !Number.isFinite(percent)) return "0 %";
  if (percent < 0.1) return "under 0.1 %";
  if (percent > 99.9 && percent < 100) return "over 99.9 %";
  return `${formatNumber(percent, percent < 10 ? 2 : 3)} %`;
}

const names = new Intl.DisplayNames("en", { type: "language", fallback: "code" });

/** "German" for "de" or "deu"; codes without a name stay. */
export function languageName(code: string): string {
  if (code === "" || code === "und" || code === "unsure") return "Unsure";
  if (!/^[a-z]{2,3}(-[A-Za-z]+)*$/.test(code)) return code;
  return names.of(code) ?? code;
}

/** Occurrences a million words: "1,240", "3.1", "rare". */
export function perMillion(value: number): string {
  if (value === 0) return "rare";
  return value >= 100 ? Math.round(value).toLocaleString("en-GB") : formatNumber(value, 2);
}
