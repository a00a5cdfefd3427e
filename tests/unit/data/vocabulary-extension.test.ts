import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  createTokenizer,
  extendTokenizer,
  openOwnEncoder,
  specialOf,
  tokensOf,
  trainedFiles,
} from "../../../src/data/index.ts";
import { goldenTrainers } from "../../methods/tokenizer-training.rows.ts";
import {
  extendedTokenizer,
  extensionLines,
  extensionWords,
  learnt,
  settingsOf,
  trainedKinds,
  type TrainedKind,
} from "../../support/trained-tokenizers.ts";

async function extended(kind: TrainedKind) {
  const special = specialOf(kind);
  const before = await createTokenizer(trainedFiles(learnt(kind), settingsOf(kind)), special);
  const made = extendedTokenizer(kind);
  const after = await createTokenizer(made.extension.files, special);
  return { ...made, words: made.proposal.candidates.map(({ word }) => word), before, after };
}

describe.each(trainedKinds)("a %s vocabulary with more pieces", (kind) => {
  it("proposes the words that save most, with what they save", async () => {
    const { proposal, counts, before } = await extended(kind);
    expect(proposal.candidates).toHaveLength(extensionWords);
    const saves = proposal.candidates.map((one) => one.saves);
    expect(saves).toEqual(saves.toSorted((a, b) => b - a));
    for (const { count, pieces, saves } of proposal.candidates) expect(saves).toBe(count * (pieces.length - 1));
    const tokens = extensionLines.reduce((sum, line) => sum + before.encode(line).length, 0);
    expect(proposal.tokens).toBe(tokens);
    expect(proposal.words).toBe(counts.total);
  });

  it("cuts each new word as one piece, and the corpus into exactly the number of tokens promised", async () => {
    const { words, extension, counts, proposal, before, after } = await extended(kind);
    const encoder = openOwnEncoder(JSON.parse(extension.files["tokenizer.json"]!) as object);
    const pieceOf = new Map(extension.added.map(({ piece, id }) => [piece, id]));
    expect(extension.size).toBe(700 + extension.added.length);
    for (const word of words) {
      const ids = encoder.cutWord(Int32Array.from([...word], (sign) => sign.codePointAt(0)!));
      expect(ids).toHaveLength(1);
      expect([...pieceOf.values()]).toContain(ids[0]);
    }
    const promised = tokensOf(counts, encoder);
    expect(extensionLines.reduce((sum, line) => sum + after.encode(line).length, 0)).toBe(promised);
    expect(promised).toBeLessThanOrEqual(
      proposal.tokens - proposal.candidates.reduce((sum, one) => sum + one.saves, 0),
    );
    // The old pieces of a new one are how the old tokenizer cut it.
    for (const { oldIds } of extension.added) for (const id of oldIds) expect(id).toBeLessThan(700);
    const longest = extension.added.find(({ piece }) => words.includes(piece));
    if (longest) expect(before.encode(longest.piece.replace("▁", ""))).toEqual(longest.oldIds);
  });

  it("gives Python's ids", async () => {
    const { extension, after } = await extended(kind);
    const fixture = readFileSync(`tests/fixtures/data/tokenizers/extended-${kind}.json`, "utf8");
    expect(JSON.parse(extension.files["tokenizer.json"]!)).toEqual(JSON.parse(fixture));
    for (const { text, ids } of goldenTrainers["extended ids"][kind]) expect(after.encode(text)).toEqual(ids);
  });
});

it("a list of pieces with added tokens behind it keeps their ids", () => {
  const json = {
    added_tokens: [{ id: 4, content: "<mask>", special: true, normalized: false }],
    pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
    model: {
      type: "Unigram",
      unk_id: 0,
      vocab: [
        ["<unk>", 0],
        ["▁", -2],
        ["a", -2],
        ["b", -2],
      ],
    },
  };
  const { files, added } = extendTokenizer({ "tokenizer.json": JSON.stringify(json) }, ["▁ab"]);
  expect(added).toEqual([{ piece: "▁ab", id: 5, oldIds: [1, 2, 3] }]);
  const { model } = JSON.parse(files["tokenizer.json"]!) as { model: { vocab: [string, number][] } };
  expect(model.vocab.map(([piece]) => piece)).toEqual(["<unk>", "▁", "a", "b", "<mask>", "▁ab"]);
});
