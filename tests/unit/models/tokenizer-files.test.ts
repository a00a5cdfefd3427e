import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { completeTokenizerFiles, readConfig, readSpecialTokens, tokenizerId } from "../../../src/models/index.ts";
import { sharedAbsent, sharedData } from "../../shared-data.ts";

const folders = new URL("../../fixtures/folders/", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, folders), "utf8");
const golden = JSON.parse(readFileSync(new URL("../../golden/folders.json", import.meta.url), "utf8")) as {
  models: Record<string, { special: object }>;
};
const withVocabulary = (size: number, type = "bert") =>
  readConfig(JSON.stringify({ model_type: type, vocab_size: size }));

type Built = {
  model: Record<string, unknown> & { vocab: Record<string, number>; merges: unknown[] };
  normalizer: Record<string, unknown>;
  pre_tokenizer: object;
  added_tokens: object[];
  decoder: object;
};
const build = (texts: Record<string, string>, family: "bert" | "roberta") =>
  JSON.parse(completeTokenizerFiles(texts, family)["tokenizer.json"]!) as Built;

describe("special tokens", () => {
  test.each(["bert", "roberta"])("%s, as transformers names them, with and without the config", (kind) => {
    const tokenizer = text(`${kind}/tokenizer.json`);
    const config = readConfig(text(`${kind}/config.json`));
    expect(readSpecialTokens(tokenizer, text(`${kind}/tokenizer_config.json`), config)).toEqual(
      golden.models[kind]!.special,
    );
    expect(readSpecialTokens(tokenizer, undefined, config)).toEqual(golden.models[kind]!.special);
  });

  test("own names, given as text or as objects, and a Unigram vocabulary", () => {
    const tokenizer = JSON.stringify({
      model: { type: "Unigram", vocab: ["<start>", "<fill>", "<none>", "<stop>"].map((t) => [t, -1]) },
      added_tokens: [{ id: 9, content: "<gap>" }],
    });
    const names = {
      bos_token: "<start>",
      pad_token: { content: "<fill>" },
      unk_token: "<none>",
      eos_token: "<stop>",
      mask_token: "<gap>",
    };
    expect(readSpecialTokens(tokenizer, JSON.stringify(names), withVocabulary(10))).toEqual({
      start: 0,
      pad: 1,
      unknown: 2,
      end: 3,
      mask: 9,
    });
  });

  const mismatch = expect.objectContaining({ code: "models/tokenizer-mismatch" }) as Error;
  test("an id beyond the model's vocabulary", () => {
    expect(() => readSpecialTokens(text("bert/tokenizer.json"), undefined, withVocabulary(38))).toThrow(mismatch);
    expect(() => readSpecialTokens(text("bert/tokenizer.json"), undefined, withVocabulary(39))).not.toThrow();
  });
  test("no mask token", () => {
    const gpt = JSON.stringify({ model: { vocab: { "<pad>": 0, "<unk>": 1, "<s>": 2, "</s>": 3 } } });
    expect(() => readSpecialTokens(gpt, undefined, withVocabulary(10))).toThrow(mismatch);
  });
  test.each([
    "",
    "[]",
    "{}",
    '{"model":1}',
    '{"model":{"vocab":{}}}',
    '{"model":{"vocab":{"a":"1"}}}',
    '{"__proto__":{}}',
  ])("no tokenizer: %s", (bad) =>
    expect(() => readSpecialTokens(bad, undefined, withVocabulary(10))).toThrow(
      expect.objectContaining({ code: "models/bad-tokenizer" }),
    ),
  );
});

describe("made from the older files", () => {
  test("word pieces: as transformers makes them", () => {
    const ours = build({ "vocab.txt": text("bert/vocab.txt") }, "bert");
    const theirs = JSON.parse(text("bert/tokenizer.json")) as Built;
    for (const part of ["model", "normalizer", "pre_tokenizer", "added_tokens"] as const)
      expect(ours[part]).toEqual(theirs[part]);
  });

  test("a cased model stays cased, and Windows line ends do no harm", () => {
    const config = '{"do_lower_case":false,"strip_accents":false,"tokenize_chinese_chars":false}';
    const vocab = text("bert/vocab.txt").replaceAll("\n", "\r\n");
    const ours = build({ "vocab.txt": vocab, "tokenizer_config.json": config }, "bert");
    expect(ours.normalizer).toMatchObject({ lowercase: false, strip_accents: false, handle_chinese_chars: false });
    expect(ours.model.vocab["river"]).toBe(6);
  });

  test("byte-level pairs: as transformers makes them", () => {
    const texts = { "vocab.json": text("roberta/vocab.json"), "merges.txt": text("roberta/merges.txt") };
    const ours = build(texts, "roberta");
    const theirs = JSON.parse(text("roberta/tokenizer.json")) as Built;
    expect(ours.model.vocab).toEqual(theirs.model.vocab);
    expect(ours.model.merges).toEqual(theirs.model.merges.map((pair) => (pair as string[]).join(" ")));
    expect(ours.pre_tokenizer).toEqual(theirs.pre_tokenizer);
    expect(ours.decoder).toEqual(theirs.decoder);
    expect(ours.added_tokens).toEqual(theirs.added_tokens);
  });

  test("tokenizer.json that came alone gets a config with its class and normalisation; with one, both stay as they are", () => {
    const alone = completeTokenizerFiles({ "tokenizer.json": text("bert/tokenizer.json") }, "bert");
    expect(alone["tokenizer.json"]).toBe(text("bert/tokenizer.json"));
    expect(JSON.parse(alone["tokenizer_config.json"]!)).toMatchObject({
      tokenizer_class: "BertTokenizer",
      do_lower_case: true,
      mask_token: "[MASK]",
    });
    const both = { "tokenizer.json": text("bert/tokenizer.json"), "tokenizer_config.json": '{"model_max_length":512}' };
    expect(completeTokenizerFiles(both, "bert")).toEqual(both);
    const unigram = completeTokenizerFiles({ "tokenizer.json": '{"model":{"type":"Unigram","vocab":[]}}' }, "roberta");
    expect(unigram["tokenizer_config.json"]).toContain("PreTrainedTokenizerFast");
  });

  test("missing and broken files", () => {
    const code = (c: string): Error => expect.objectContaining({ code: c }) as Error;
    expect(() => completeTokenizerFiles({}, "bert")).toThrow(code("models/no-tokenizer"));
    expect(() => completeTokenizerFiles({ "vocab.txt": "x" }, "roberta")).toThrow(code("models/no-tokenizer"));
    expect(() => completeTokenizerFiles({ "vocab.json": "{}" }, "roberta")).toThrow(code("models/no-tokenizer"));
    expect(() => completeTokenizerFiles({ "vocab.txt": "a\nb\n" }, "bert")).toThrow(code("models/bad-tokenizer"));
    const pairs = { "vocab.json": text("roberta/vocab.json"), "merges.txt": "a b c\n" };
    expect(() => completeTokenizerFiles(pairs, "roberta")).toThrow(code("models/bad-tokenizer"));
  });
});

test("the fingerprint follows tokenizer.json and nothing else", () => {
  expect(tokenizerId({ "tokenizer.json": "a" })).toBe(
    tokenizerId({ "tokenizer.json": "a", "tokenizer_config.json": "b" }),
  );
  expect(tokenizerId({ "tokenizer.json": "a" })).not.toBe(tokenizerId({ "tokenizer.json": "b" }));
});

const missing = sharedAbsent("tok-roberta-base");
test.skipIf(missing !== "")(`roberta-base from vocab.json and merges.txt${missing}`, () => {
  const file = (name: string): string => readFileSync(`${sharedData}/tok-roberta-base/${name}`, "utf8");
  const ours = build({ "vocab.json": file("vocab.json"), "merges.txt": file("merges.txt") }, "roberta");
  const theirs = JSON.parse(file("tokenizer.json")) as Built;
  expect(ours.model.merges).toEqual(theirs.model.merges);
  expect(ours.model.vocab).toEqual(theirs.model.vocab);
  expect(ours.added_tokens).toHaveLength(5);
  expect(
    readSpecialTokens(file("tokenizer.json"), file("tokenizer_config.json"), withVocabulary(50265, "roberta")),
  ).toEqual({ pad: 1, unknown: 3, start: 0, end: 2, mask: 50264 });
});
