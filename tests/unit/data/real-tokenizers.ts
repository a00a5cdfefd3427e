/** The real tokenizers beside the repository, as tokenizer.json files: BERT's and GPT-2's are put together here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bertTokenizerJson } from "../../../src/data/index.ts";
import { sharedData } from "../../shared-data.ts";

const read = (path: string): string => readFileSync(join(sharedData, path), "utf8");

function bert(file: string, lowercase: boolean): object {
  const vocabulary = read(`tok-bert-base/${file}`).split("\n");
  const json = JSON.parse(bertTokenizerJson(vocabulary.filter((piece) => piece !== ""))) as { normalizer: object };
  return { ...json, normalizer: { ...json.normalizer, lowercase } };
}

function gpt2(): object {
  const merges = read("tok-gpt2/merges.txt").split("\n").slice(1);
  const added = { special: true, normalized: false, single_word: false, lstrip: false, rstrip: false };
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true };
  return {
    added_tokens: [{ ...added, id: 50256, content: "<|endoftext|>" }],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: byteLevel,
    decoder: byteLevel,
    model: {
      type: "BPE",
      vocab: JSON.parse(read("tok-gpt2/vocab.json")) as object,
      merges: merges.filter((merge) => merge !== ""),
    },
  };
}

/** By the names that tokenizer-golden's files use. */
export const realTokenizers = {
  "bert-base-uncased": () => bert("bert-base-uncased-vocab.txt", true),
  "bert-base-cased": () => bert("bert-base-cased-vocab.txt", false),
  "roberta-base": () => JSON.parse(read("tok-roberta-base/tokenizer.json")) as object,
  gpt2,
  ours: () => JSON.parse(readFileSync("public/models/base/tokenizer.json", "utf8")) as object,
};
export type RealTokenizer = keyof typeof realTokenizers;
export const realFolders = ["tok-bert-base", "tok-roberta-base", "tok-gpt2"];

/** A file of every real corpus. */
export const realCorpora = [
  "corpus-general-large/heldout.txt",
  "corpus-general-pd/train.txt",
  "corpus-owasp/train.txt",
  "corpus-pubmed/train.txt",
  "corpus-wikitext2/test.txt",
];

/** The filled lines of its first `bytes`. */
export function corpusLines(path: string, bytes: number): string[] {
  const lines = read(path).slice(0, bytes).split("\n");
  return lines.slice(0, -1).filter((line) => line.trim() !== "");
}
