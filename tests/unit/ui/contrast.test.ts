/**
 * WCAG 2.2 contrast of every pair of tokens that the design puts together, in light and in dark: 4.5 for
 * text (criterion 1.4.3), 3 for borders of controls, focus rings and chart marks (1.4.11).
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../../../src/ui/design/tokens.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }] as const,
  ),
);

const textPairs: [string, string[]][] = [
  ["ink", ["paper", "surface", "sunken"]],
  ["ink-muted", ["paper", "surface", "sunken"]],
  ["accent", ["paper", "surface", "sunken"]],
  ["on-accent", ["accent", "accent-hover"]],
  ["accent-ink", ["accent-soft"]],
  ["danger", ["surface"]],
  ["on-danger", ["danger", "danger-hover"]],
  ["info-ink", ["info-soft"]],
  ["good-ink", ["good-soft", "surface"]],
  ["warn-ink", ["warn-soft"]],
  ["bad-ink", ["bad-soft", "surface"]],
  ["masked-ink", ["masked-soft"]],
  ["random-ink", ["random-soft"]],
  ["kept-ink", ["kept-soft"]],
];
const shapePairs: [string, string[]][] = [
  ["line-strong", ["surface", "paper", "sunken"]],
  ["focus", ["paper", "surface", "sunken"]],
  ["accent", ["accent-soft"]],
  ["series-train", ["surface"]],
  ["series-held-out", ["surface"]],
  ["series-base", ["surface"]],
  ["series-tuned", ["surface"]],
  ["series-tfidf", ["surface"]],
  ["series-majority", ["surface"]],
  ["ramp-1", ["surface"]],
  ["ramp-2", ["surface"]],
  ["ramp-3", ["surface"]],
  ["ramp-4", ["surface"]],
  ["ramp-5", ["surface"]],
];

/** Relative luminance of an sRGB colour, WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe("contrast of the design tokens", () => {
  it("is computed as WCAG does", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 6);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });

  for (const [pairs, least, what] of [
    [textPairs, 4.5, "text"],
    [shapePairs, 3, "shapes"],
  ] as const)
    for (const mode of ["light", "dark"] as const)
      it(`reaches ${least} for ${what} in ${mode}`, () => {
        const failed = pairs.flatMap(([front, backs]) =>
          backs.flatMap((back) => {
            const ratio = contrast(tokens.get(front)![mode], tokens.get(back)![mode]);
            return ratio >= least ? [] : [`${front} on ${back}: ${ratio.toFixed(2)}`];
          }),
        );
        expect(failed).toEqual([]);
      });

  it("knows every colour there is", () => {
    const used = new Set([...textPairs, ...shapePairs].flatMap(([front, backs]) => [front, ...backs]));
    expect([...tokens.keys()].filter((name) => !used.has(name) && name !== "line")).toEqual([]); // line: decoration
  });
});
