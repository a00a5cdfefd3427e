import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PreTrainedTokenizer } from "@huggingface/transformers";
import { describe, expect, it } from "vitest";
import { createEncoder, type Encoder } from "../../../src/data/index.ts";
import { sharedAbsent, sharedData } from "../../shared-data.ts";
import { corpusLines, realCorpora, realFolders, realTokenizers, type RealTokenizer } from "./real-tokenizers.ts";

const missing = sharedAbsent("tokenizer-golden", ...realFolders, ...realCorpora);
/** A part is enough here: `npm run bench -- tokenize` compares 1 MB of each corpus. */
const BYTES = 200_000;

function open(name: RealTokenizer): { encoder: Encoder; json: object } {
  const json = realTokenizers[name]();
  const encoder = createEncoder(json);
  if ("missing" in encoder) throw new Error(encoder.missing);
  return { encoder, json };
}
const idsOf = (encoder: Encoder, text: string): number[] => [...encoder.encode(text).ids];

type Cases = Record<string, Record<string, { text: string; text_pair?: string | null; ids: number[] }>>;
const goldenCases = (file: string, model: string): { text: string; ids: number[] }[] => {
  const cases = JSON.parse(readFileSync(join(sharedData, `tokenizer-golden/${file}.json`), "utf8")) as Cases;
  return Object.values(cases[model]!).filter(({ text_pair }) => typeof text_pair !== "string");
};

describe.skipIf(missing !== "")(`the real tokenizers${missing}`, () => {
  // Every entry of tokenizer-golden whose vocabulary is there; what stands around a text is the post-processor's.
  it.each([
    ["bert", "Xenova/bert-base-uncased", "bert-base-uncased", 29],
    ["bert", "Xenova/bert-base-cased", "bert-base-cased", 8],
    ["bert", "google-bert/bert-base-cased", "bert-base-cased", 1],
    ["distilbert", "Xenova/distilbert-base-cased-distilled-squad", "bert-base-cased", 25],
    ["distilbert", "Xenova/distilbert-base-uncased-finetuned-sst-2-english", "bert-base-uncased", 12],
    ["roberta", "Xenova/all-distilroberta-v1", "roberta-base", 11],
    ["gpt2", "Xenova/gpt2", "gpt2", 26],
    ["gpt2", "openai-community/gpt2", "gpt2", 26],
  ] as const)("golden %s: %s", (file, model, name, count) => {
    const { encoder } = open(name);
    const cases = goldenCases(file, model);
    expect(cases).toHaveLength(count);
    for (const { text, ids } of cases)
      expect({ text, ids: idsOf(encoder, text) }).toEqual({ text, ids: name === "gpt2" ? ids : ids.slice(1, -1) });
  });

  it("golden: 10,570 questions", () => {
    const { encoder } = open("bert-base-uncased");
    const read = (file: string): unknown =>
      JSON.parse(readFileSync(join(sharedData, "tokenizer-golden", file), "utf8"));
    const questions = read("squad-dev-questions.tokens.json") as { original: string }[];
    const expected = read("squad-dev-questions.ids.json") as number[][];
    expect(questions).toHaveLength(10_570);
    const wrong = questions.filter(({ original }, i) => idsOf(encoder, original).join() !== expected[i]!.join());
    expect(wrong).toEqual([]);
  });

  it.each(Object.keys(realTokenizers) as RealTokenizer[])(
    "%s: the JavaScript library's ids on 200 KB of each corpus",
    (name) => {
      const { encoder, json } = open(name);
      const library = new PreTrainedTokenizer(json, {});
      for (const corpus of realCorpora) {
        let tokens = 0;
        for (const line of corpusLines(corpus, BYTES)) {
          const ids = idsOf(encoder, line);
          const expected = library.encode(line, { add_special_tokens: false });
          tokens += ids.length;
          if (ids.join() !== expected.join()) expect({ corpus, line, ids }).toEqual({ corpus, line, ids: expected });
        }
        expect(tokens).toBeGreaterThan(30_000);
      }
    },
  );
});
