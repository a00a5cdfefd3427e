/** Our rules beside datatrove's answers (tests/oracles/clean.py): the first 640 of the bench's 2,000 texts, all rules. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generatedTexts } from "../../../../bench/clean/texts.ts";
import { compareVerdicts, ourVerdicts, textsChecksum, type Golden } from "../../../../bench/clean/verdicts.ts";
import { cleaningRules } from "../../../../src/contract/index.ts";
import { DocumentView, documentRules } from "../../../../src/data/clean/index.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../../golden/clean/generated.json", import.meta.url), "utf8"),
) as Golden;
const texts = generatedTexts();
/** A third of them, every kind twenty times: the rest is the measurement's (npm run bench -- clean). */
const checked = 640;

const firstOf = (all: Golden, count: number): Golden => ({
  ...all,
  count,
  rules: Object.fromEntries(
    Object.entries(all.rules).map(([id, answers]) => [id, answers.slice(0, (answers.length / all.count) * count)]),
  ),
});

describe("rules beside datatrove", () => {
  it("has answers to these very texts", () => {
    expect(textsChecksum(texts)).toBe(golden.texts);
    expect(golden.count).toBe(2000);
  });

  it("agrees on every rule and text", () => {
    const differing = compareVerdicts(ourVerdicts(texts.slice(0, checked)), firstOf(golden, checked));
    expect([...differing].filter(([, places]) => places.length > 0)).toEqual([]);
    expect(differing.size).toBe(39);
  });

  it("meets texts on both sides of each limit", () => {
    for (const [id, answers] of Object.entries(golden.rules)) {
      if (answers.length !== golden.count) continue;
      const failing = [...answers].filter((bit) => bit === "1").length;
      expect(failing, id).toBeGreaterThan(0);
      expect(failing, id).toBeLessThan(1990);
    }
  });

  it("marks what failed within the text", () => {
    for (const text of texts.slice(0, 64).filter(({ length }) => length < 20_000)) {
      const view = new DocumentView(text);
      for (const { id, spans } of documentRules) {
        const outside = spans(view).filter(({ start, end }) => start < 0 || end <= start || end > text.length);
        expect(outside, id).toEqual([]);
      }
    }
  });

  it("is one table: each measured rule stands in it, with a limit where it has a threshold", () => {
    const ids = cleaningRules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of documentRules) expect(ids).toContain(id);
    for (const rule of cleaningRules)
      expect("limit" in rule && rule.limit !== undefined, rule.id).toBe(
        "threshold" in rule && rule.threshold !== undefined,
      );
  });
});
