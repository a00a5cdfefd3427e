import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeCard } from "../../../scripts/pretrain/card.ts";
import { readSources } from "../../../scripts/pretrain/sources.ts";
import { pretrainRecipe, sizeConfig } from "../../../scripts/pretrain/sizes.ts";
import { hasCode } from "../../../src/base/index.ts";

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
      title: "Unmask base",
      config: sizeConfig("tiny", 8192, 512),
      recipe: pretrainRecipe("tiny", 30_000),
      steps: 30_000,
      parameters: 1_500_000,
      corpus: { documents: 11, words: 1_235_567, tokens: 1_800_000 },
      heldOut: { documents: 2, tokens: 130 },
      sources,
      loss: { tokens: 20, model: 4, unigram: 7, untrained: 9.4 },
    });
    expect(card).toContain(
      "| https://example.org/a , https://example.org/b | a 0123456789ab 2024-01-02 | CC BY 4.0 (LICENSE); first \\| second | textbook | 1,234,567 |",
    );
    expect(card).toContain(
      "| https://example.org/c | 89abcdef0123 2025-01-02 | public domain | essays (pre-1930) | 1,000 |",
    );
    expect(card).toContain("| Tokens seen | 30,720,000 in 30,000 steps");
    expect(card).toContain("| This model (as stored, 16 bit) | 4.000 nats a masked token (perplexity 55) |");
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
