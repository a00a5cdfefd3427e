import { readFileSync } from "node:fs";
import { PreTrainedTokenizer } from "@huggingface/transformers";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../../src/base/index.ts";
import { createEncoder, type Encoder } from "../../../src/data/index.ts";
import { flags, LETTER, NUMBER, PUNCTUATION, REMOVED, WHITE } from "../../../src/data/tokenize/encoder/unicode.ts";
import { RandomText } from "./random-text.ts";
import { createTokenizer, tokenizeDocuments } from "../../../src/data/index.ts";
import { specialOf, tokenizerJson } from "./tokenizers.ts";

/** What Python's `tokenizers` gave: tests/oracles/encoder.py. */
interface Places {
  ids: number[];
  starts: number[];
  ends: number[];
  words: number[];
}
interface Golden {
  seed: number;
  strings: number;
  group: number;
  pools: [number, number][];
  bits: string[];
  tokenizers: Record<
    string,
    { base: "bert" | "roberta" | "unigram"; changes: object; hard: (Places & { text: string })[]; checksums: string }
  >;
  differences: { json: object; text: string; why: string; ids: number[] }[];
}
const golden = JSON.parse(readFileSync(new URL("../../golden/encoder.json", import.meta.url), "utf8")) as Golden;
const names = Object.keys(golden.tokenizers);
const jsonOf = (name: string): object => {
  const { base, changes } = golden.tokenizers[name]!;
  return { ...(JSON.parse(tokenizerJson(base)) as object), ...changes };
};
function open(name: string): Encoder {
  const encoder = createEncoder(jsonOf(name));
  if ("missing" in encoder) throw new Error(encoder.missing);
  return encoder;
}
const places = (encoder: Encoder, text: string): Places => {
  const { ids, starts, ends, words } = encoder.encode(text);
  return { ids: [...ids], starts: [...starts], ends: [...ends], words: [...words] };
};
const draw = new RandomText(golden.seed, golden.pools, golden.bits);
const strings = Array.from({ length: golden.strings }, () => draw.string());

describe.each(names)("%s, against Hugging Face's tokenizers in Python", (name) => {
  const encoder = open(name);
  it.each(golden.tokenizers[name]!.hard)("ids, offsets, word numbers of $text", ({ text, ...expected }) => {
    expect(places(encoder, text)).toEqual(expected);
    expect(places(encoder, text)).toEqual(expected); // now from the memory of words
  });
  it(`${golden.strings} random Unicode strings, seed ${golden.seed}`, () => {
    const { group } = golden;
    const { checksums } = golden.tokenizers[name]!;
    const wrong: number[] = [];
    for (let at = 0; at < strings.length; at += group) {
      const lines = strings.slice(at, at + group).map((text) => {
        const { ids, starts, ends, words } = encoder.encode(text);
        return `${ids.join()};${starts.join()};${ends.join()};${words.join()}\n`;
      });
      const sum = crc32(new TextEncoder().encode(lines.join("")))
        .toString(16)
        .padStart(8, "0");
      if (sum !== checksums.slice((at / group) * 8, (at / group) * 8 + 8)) wrong.push(at);
    }
    expect(wrong).toEqual([]);
  });
});

/** Characters on which the JavaScript library's patterns and Python's tables disagree. */
function disagreed(char: string): boolean {
  const found = flags[char.codePointAt(0)!]!;
  const is = (flag: number): boolean => (found & flag) !== 0;
  return (
    is(LETTER) !== /\p{L}/u.test(char) ||
    is(NUMBER) !== /\p{N}/u.test(char) ||
    is(WHITE) !== /\s/.test(char) ||
    is(REMOVED) !== (/[\p{Cc}\p{Cf}\p{Co}\ufffd]/u.test(char) && !/[\t\n\r]/.test(char)) ||
    is(PUNCTUATION) !== /[\p{P}!-/:-@[-`{-~]/u.test(char) ||
    /\p{Mn}/u.test(char) !== is(32) ||
    char === "Σ" ||
    (char.codePointAt(0)! >= 0x20000 && char.codePointAt(0)! < 0x30000)
  );
}

describe("against the JavaScript library", () => {
  it.each(["bert", "roberta", "unigram"])("%s: the same ids on random strings, where their tables agree", (name) => {
    const encoder = open(name);
    const library = new PreTrainedTokenizer(jsonOf(name), {});
    let compared = 0;
    for (const text of strings) {
      if ([...text].some(disagreed)) continue;
      compared++;
      expect({ text, ids: places(encoder, text).ids }).toEqual({
        text,
        ids: library.encode(text, { add_special_tokens: false }),
      });
    }
    expect(compared).toBeGreaterThan(4000);
  });
  it.each(golden.differences)("differs from Python: $why", ({ json, text, ids }) => {
    const encoder = createEncoder(json);
    expect(encoder).not.toHaveProperty("missing");
    expect(places(encoder as Encoder, text).ids).toEqual(ids);
    const library = new PreTrainedTokenizer(json, {});
    expect(library.encode(text, { add_special_tokens: false })).not.toEqual(ids);
  });
});

describe("odd input", () => {
  it("half a surrogate pair counts as the replacement character", () => {
    const encoder = open("roberta");
    expect(places(encoder, "a\ud83d b\ude00")).toEqual(places(encoder, "a\ufffd b\ufffd"));
  });
  it("added tokens: whole words only, white space taken along", () => {
    const json = JSON.parse(tokenizerJson("bert")) as { added_tokens: object[] };
    const token = { normalized: false, special: false, lstrip: false, rstrip: false, single_word: true };
    json.added_tokens.push(
      { ...token, id: 299, content: "pump" },
      { ...token, id: 298, content: "pumps", rstrip: true },
    );
    const encoder = createEncoder(json);
    if ("missing" in encoder) throw new Error(encoder.missing);
    const alone = places(encoder, "pump, pumps  , pumpx");
    expect(alone.ids.filter((id) => id >= 298)).toEqual([299, 298]);
    expect([alone.starts[2], alone.ends[2]]).toEqual([6, 13]);
  });
});

describe("a kind that is not accelerated", () => {
  const punctuation = { type: "Sequence", pretokenizers: [{ type: "Whitespace" }] };
  const json = JSON.stringify({ ...(JSON.parse(tokenizerJson("bert")) as object), pre_tokenizer: punctuation });
  it("is left to the library, and the corpus says so", async () => {
    const tokenizer = await createTokenizer({ "tokenizer.json": json }, specialOf.bert);
    const library = new PreTrainedTokenizer(JSON.parse(json) as object, {});
    const text = "The pump leaks.";
    expect(tokenizer.encode(text)).toEqual(library.encode(text, { add_special_tokens: false }));
    expect(tokenizer.encodeWithPlaces(text)).toBeUndefined();
    const { notices } = await tokenizeDocuments(
      [text, "x"],
      tokenizer,
      { heldOutShare: 0.5, seed: 1 },
      () => undefined,
    );
    expect(notices[0]).toContain("pre-tokenizer Whitespace");
  });
  it.each([
    ["added token", { added_tokens: [{ id: 1, content: "pump", normalized: true }] }],
    ["normaliser Nmt", { normalizer: { type: "Nmt" } }],
    ["model WordLevel", { model: { type: "WordLevel", vocab: {} } }],
    [
      "model BPE with dropout",
      { pre_tokenizer: { type: "ByteLevel" }, model: { type: "BPE", vocab: {}, dropout: 0.1 } },
    ],
    ["model BPE without all 256 bytes", { pre_tokenizer: { type: "ByteLevel" }, model: { type: "BPE", vocab: {} } }],
  ])("%s", (missing, changes) => {
    const encoder = createEncoder({ ...(JSON.parse(tokenizerJson("bert")) as object), ...changes });
    expect(encoder).toMatchObject({ missing: expect.stringContaining(missing) as string });
  });
});
