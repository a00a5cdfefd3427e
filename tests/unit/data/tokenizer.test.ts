import { readFileSync } from "node:fs";
import { PreTrainedTokenizer } from "@huggingface/transformers";
import { describe, expect, it } from "vitest";
import { createTokenizer, encodeSentence } from "../../../src/data/index.ts";
import { tokenizerId } from "../../../src/models/index.ts";
import { specialOf, tinyTokenizer, tokenizerJson } from "./tokenizers.ts";

interface Golden {
  texts: { name: string; text: string; ids: number[] }[];
  size: number;
  words: { words: string[]; pieces: number[][] }[];
}
const golden = JSON.parse(readFileSync(new URL("../../golden/tokenizer-ids.json", import.meta.url), "utf8")) as Record<
  "bert" | "roberta",
  Golden
>;

describe.each(["bert", "roberta"] as const)("%s, against Hugging Face's tokenizers in Python", async (name) => {
  const tokenizer = await tinyTokenizer(name);
  it.each(golden[name].texts)("ids of: $name", ({ text, ids }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
  });
  it("vocabulary size", () => expect(tokenizer.vocabularySize).toBe(golden[name].size));
  it.each(golden[name].words)("words $words", ({ words, pieces }) => {
    const starts = pieces.map((_, i) => pieces.slice(0, i).flat().length);
    expect(tokenizer.encodeWords(words)).toEqual({ ids: pieces.flat(), wordStarts: starts });
  });
  it("remembered words and long texts give the same ids as the library on the whole", () => {
    const library = new PreTrainedTokenizer(JSON.parse(tokenizerJson(name)) as object, {});
    const text = golden[name].texts.map((one) => one.text).join(" ");
    const long = `${text} `.repeat(40); // 20,000 characters and more
    expect(tokenizer.encode(long)).toEqual(library.encode(long, { add_special_tokens: false }));
  });
  it("has the fingerprint that the models room gives", () => {
    expect(tokenizer.id).toBe(tokenizerId({ "tokenizer.json": tokenizerJson(name) }));
  });
});

describe("texts for people", () => {
  it("pieces: BERT's ## stays, RoBERTa's Ġ is a blank, half characters stay as they are", async () => {
    const [bert, roberta] = [await tinyTokenizer("bert"), await tinyTokenizer("roberta")];
    expect(bert.encode("pumps").map(bert.tokenText)).toEqual(["pump", "##s"]);
    expect(roberta.encode("The pump").map(roberta.tokenText)).toEqual(["The", " p", "u", "mp"]);
    expect(roberta.tokenText(specialOf.roberta.mask)).toBe("<mask>");
    expect(roberta.encode("☃").map(roberta.tokenText).join("")).toHaveLength(3); // three lone bytes
    expect(bert.decode(bert.encode("The pump leaks."))).toBe("the pump leaks.");
    expect(bert.tokenText(99_999)).toBe("#99999");
  });
});

/** A hundredfold longer text may cost a few hundredfold, not ten thousandfold as quadratic code would. */
it("odd input stays linear: one long run of letters, blanks, line breaks", { timeout: 60_000 }, async () => {
  const cpu = (job: () => void): number => {
    const before = process.cpuUsage();
    job();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  for (const name of ["bert", "roberta"] as const) {
    const tokenizer = await tinyTokenizer(name);
    for (const unit of ["a", " ", "\n", "漢", "ab "]) {
      tokenizer.encode(unit.repeat(9000));
      const small = cpu(() => tokenizer.encode(unit.repeat(20_000)));
      const large = cpu(() => tokenizer.encode(unit.repeat(200_000)));
      const label = `${name} ${JSON.stringify(unit)}: ${small} -> ${large} µs for 10 times the length`;
      expect(large, label).toBeLessThan(60 * Math.max(small, 3000));
    }
  }
});

describe("what cannot be opened", () => {
  it.each([
    ["no tokenizer.json", {}],
    ["not JSON", { "tokenizer.json": "{" }],
    ["no vocabulary", { "tokenizer.json": "{}" }],
    ["an unknown kind", { "tokenizer.json": tokenizerJson("bert").replace("BertPreTokenizer", "FutureTokenizer") }],
  ])("%s", async (_, files) => {
    await expect(createTokenizer(files, specialOf.bert)).rejects.toMatchObject({ code: "data/bad-tokenizer" });
  });
  it("older tokenizer_config.json files with tokens as objects can", async () => {
    const config = JSON.stringify({ mask_token: { content: "[MASK]", lstrip: false }, unk_token: "[UNK]" });
    const files = { "tokenizer.json": tokenizerJson("bert"), "tokenizer_config.json": config };
    const tokenizer = await createTokenizer(files, specialOf.bert);
    expect(tokenizer.encode("[MASK]")).toEqual([specialOf.bert.mask]);
  });
});

describe("a sentence with a gap", () => {
  it.each(["the ___ leaks", "the [MASK] leaks", "the <mask> leaks"])("%s", async (text) => {
    for (const name of ["bert", "roberta"] as const) {
      const tokenizer = await tinyTokenizer(name);
      const { start, end, mask } = tokenizer.special;
      const { ids } = encodeSentence(text, tokenizer, 64);
      expect([ids[0], ids.at(-1)]).toEqual([start, end]);
      expect(ids.filter((id) => id === mask)).toHaveLength(1);
      expect(ids.slice(1, -1)).toEqual(
        tokenizer.encode(text.replace(/___|\[MASK\]|<mask>/, tokenizer.tokenText(mask))),
      );
    }
  });
  it("without a gap, or too long", async () => {
    const tokenizer = await tinyTokenizer("bert");
    expect(() => encodeSentence("the pump leaks", tokenizer, 64)).toThrow(
      expect.objectContaining({ code: "data/no-mask" }),
    );
    expect(() => encodeSentence("the ___ leaks ".repeat(40), tokenizer, 64)).toThrow(
      expect.objectContaining({ code: "data/sentence-too-long" }),
    );
  });
});
