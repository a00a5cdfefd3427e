import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeCard } from "../../../scripts/pretrain/card.ts";
import { tokensRead } from "../../../scripts/pretrain/published.ts";
import { readSources } from "../../../scripts/pretrain/sources.ts";
import { pretrainRecipe, sizeConfig, sizes } from "../../../scripts/pretrain/sizes.ts";
import { hasCode } from "../../../src/base/index.ts";

const loss = {
  token: { tokens: 20, model: 4, unigram: 7, untrained: 9.4 },
  word: { tokens: 21, model: 5, unigram: 7.5, untrained: 9.5 },
};

const text = `Notes about the whole.

repository: https://example.org/a , https://example.org/b
  commit: a 0123456789abcdef0123456789abcdef01234567 2024-01-02
  paths: *.txt
  licence (as stated): CC BY 4.0 (LICENSE); first | second
  kind: textbook  words: train 1,234,567  held-out 89  documents in train: 10

repository: https://example.org/c
  commit: 89abcdef0123456789abcdef0123456789abcdef 2025-01-02
  licence (as stated): public domain
  kind: essays (pre-1930)  words: train 1,000  held-out 0  documents in train: 1
`;

function folderWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "unmask-sources-"));
  writeFileSync(join(folder, "SOURCE.txt"), content);
  return folder;
}

describe("model card of the bundled model", () => {
  it("credits every source with licence, revision and words", () => {
    const sources = readSources(folderWith(text));
    expect(sources.map(({ kind, words }) => [kind, words])).toEqual([
      ["textbook", 1_234_567],
      ["essays (pre-1930)", 1000],
    ]);
    const card = writeCard({
      ...sizes.tiny,
      config: sizeConfig("tiny", 8192, 512),
      recipe: pretrainRecipe("tiny", 30_000),
      steps: 30_000,
      parameters: 1_500_000,
      corpus: { documents: 11, words: 1_235_567, tokens: 1_800_000 },
      heldOut: { documents: 2, tokens: 130 },
      sources,
      loss,
    });
    expect(card).toContain(
      "| https://example.org/a , https://example.org/b | a 0123456789ab 2024-01-02 | CC BY 4.0 (LICENSE); first \\| second | textbook | 1,234,567 |",
    );
    expect(card).toContain(
      "| https://example.org/c | 89abcdef0123 2025-01-02 | public domain | essays (pre-1930) | 1,000 |",
    );
    expect(card).toContain("| Tokens seen | 30,720,000 in 30,000 steps");
    expect(card).toContain("| This model (as stored, 16 bit) | 4.000 (55) | 5.000 (148) |");
    expect(card).toContain("| Start | random, with position heads");
    expect(card).not.toContain("smaller bundled model");
  });

  it("says of a grown model what it was grown out of, and compares both by piece and by word", () => {
    const card = writeCard({
      ...sizes.mini,
      grownFrom: { name: "tiny", tokens: tokensRead("public/models/base"), maskUnit: "token" },
      config: sizeConfig("mini", 8192, 512),
      recipe: pretrainRecipe("mini", 10_000),
      steps: 10_000,
      parameters: 5_500_000,
      corpus: { documents: 11, words: 1_235_567, tokens: 1_800_000 },
      heldOut: { documents: 2, tokens: 130 },
      sources: [],
      loss: { token: { ...loss.token, tiny: 4.1 }, word: { ...loss.word, tiny: 5.2 } },
    });
    expect(card).toContain(
      "| Tokens seen | 10,240,000 in 10,000 steps (corpus: 1,800,000), after the 30,720,000 that tiny had seen |",
    );
    expect(card).toContain("| The smaller bundled model, tiny | 4.100 (60) | 5.200 (181) |");
    expect(card).toContain("20 % masked, whole words; from step 39,200 on single pieces |");
    expect(card).toContain(
      "| Start | tiny as published (30,720,000 tokens read, single pieces masked), grown to twice its width and layers",
    );
    expect(card).toContain("; then 10,240,000 tokens at this size |");
    expect(card).toContain("| AdamW | learning rate 0.0005, linear, warm-up 2 %");
    expect(card).toContain(`(${sizes.mini.asRun}) |`);
  });

  it("refuses a corpus whose sources are not written down", () => {
    for (const content of ["", text.replace("public domain", "")]) {
      let caught: unknown;
      try {
        readSources(folderWith(content));
      } catch (error) {
        caught = error;
      }
      expect(hasCode(caught, "pretrain/no-sources")).toBe(true);
    }
  });
});
