/**
 * tokenizer.json and tokenizer_config.json for models that only have the older files: vocab.txt (BERT's
 * word pieces) or vocab.json with merges.txt (RoBERTa's byte-level pairs). Which of them, its family's record says.
 * Source: transformers' BertTokenizer and RobertaTokenizer (4.x and 5.x), whose defaults are taken.
 */
import { UnmaskError } from "../../base/index.ts";
import type { Family, ModelFiles } from "../../contract/index.ts";
import { architectures, type UsualTokenizer } from "../architectures/index.ts";
import { isObject, parseObject, type JsonObject } from "./json.ts";

function bad(file: string, fact: string): UnmaskError {
  return new UnmaskError("models/bad-tokenizer", `${file}: ${fact}`, "Take the file from the model again.", { file });
}

function missing(file: string): UnmaskError {
  return new UnmaskError(
    "models/no-tokenizer",
    `The model must have tokenizer.json, or the older vocabulary files; ${file} was not found.`,
    "Add tokenizer.json from the model, or vocab.txt (BERT), or vocab.json and merges.txt (RoBERTa).",
    { file },
  );
}

type Names = UsualTokenizer["tokens"];
const fields: Record<keyof Names, string> = {
  pad: "pad_token",
  unknown: "unk_token",
  start: "cls_token",
  end: "sep_token",
  mask: "mask_token",
};

function namesOf(config: JsonObject, usual: UsualTokenizer): Names {
  const names = { ...usual.tokens };
  for (const role of Object.keys(fields) as (keyof Names)[]) {
    const value = config[fields[role]];
    const text = isObject(value) ? value["content"] : value;
    if (typeof text === "string") names[role] = text;
  }
  return names;
}

/** Special tokens are found in text before anything else; `<mask>` takes the space before it along. */
function addedTokens(names: Names, vocabulary: ReadonlyMap<string, number>, file: string): unknown[] {
  return Object.values(names)
    .map((content: string) => {
      const id = vocabulary.get(content);
      if (id === undefined) throw bad(file, `it must hold the special token ${JSON.stringify(content)}.`);
      const leftStrip = content === names.mask && content === "<mask>";
      return { id, content, single_word: false, lstrip: leftStrip, rstrip: false, normalized: false, special: true };
    })
    .sort((a, b) => a.id - b.id);
}

const yes = (value: unknown, fallback: boolean): boolean => (typeof value === "boolean" ? value : fallback);

function wordPieces(vocabText: string, config: JsonObject, names: Names): JsonObject {
  const lines = vocabText.split("\n").map((line) => line.replace(/\r$/, ""));
  if (lines.at(-1) === "") lines.pop();
  const vocabulary = new Map(lines.map((token, id) => [token, id]));
  const ids = (token: string): number => vocabulary.get(token)!; // addedTokens has looked
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(names, vocabulary, "vocab.txt"),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: yes(config["tokenize_chinese_chars"], true),
      strip_accents: typeof config["strip_accents"] === "boolean" ? config["strip_accents"] : null,
      lowercase: yes(config["do_lower_case"], true),
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: { type: "BertProcessing", sep: [names.end, ids(names.end)], cls: [names.start, ids(names.start)] },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: names.unknown,
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary),
    },
  };
}

function bytePairs(vocabText: string, mergesText: string, config: JsonObject, names: Names): JsonObject {
  const vocabulary = new Map<string, number>();
  for (const [token, id] of Object.entries(parseObject(vocabText, "vocab.json", "models/bad-tokenizer"))) {
    if (!Number.isSafeInteger(id)) throw bad("vocab.json", "every token must have a whole number as its id.");
    vocabulary.set(token, id as number);
  }
  const merges = mergesText
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line, i) => line !== "" && !(i === 0 && line.startsWith("#version")));
  if (merges.some((line) => line.split(" ").length !== 2))
    throw bad("merges.txt", "every line must hold two parts with a space between them.");
  const ids = (token: string): number => vocabulary.get(token)!; // addedTokens has looked
  const prefixSpace = yes(config["add_prefix_space"], false);
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(names, vocabulary, "vocab.json"),
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: prefixSpace, trim_offsets: true, use_regex: true },
    post_processor: {
      type: "RobertaProcessing",
      sep: [names.end, ids(names.end)],
      cls: [names.start, ids(names.start)],
      trim_offsets: true,
      add_prefix_space: prefixSpace,
    },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(vocabulary),
      merges,
    },
  };
}

/** A tokenizer_config.json for a tokenizer.json that came alone: its class, names, and BERT's normalisation. */
function configFor(tokenizer: JsonObject, usual: UsualTokenizer, names: Names): JsonObject {
  const normalizer = isObject(tokenizer["normalizer"]) ? tokenizer["normalizer"] : {};
  const bert = normalizer["type"] === "BertNormalizer";
  const usualKind = { "word-pieces": "WordPiece", "byte-pairs": "BPE", unigram: "Unigram" }[usual.kind];
  const kind = (isObject(tokenizer["model"]) ? tokenizer["model"]["type"] : undefined) ?? usualKind; // old files lack it
  return {
    // Python rebuilds a named class from the vocabulary; the general one takes tokenizer.json as it is.
    tokenizer_class: kind === usualKind ? usual.class : "PreTrainedTokenizerFast",
    ...(bert
      ? {
          do_lower_case: normalizer["lowercase"],
          strip_accents: normalizer["strip_accents"],
          tokenize_chinese_chars: normalizer["handle_chinese_chars"],
        }
      : {}),
    ...(names.start === "<s>" ? { bos_token: names.start, eos_token: names.end } : {}),
    ...Object.fromEntries(Object.entries(fields).map(([role, field]) => [field, names[role as keyof Names]])),
  };
}

/**
 * The tokenizer files that travel with a model (tokenizer.json, tokenizer_config.json), made from the
 * older ones where they are absent. `texts` holds any of these by name.
 * @throws models/no-tokenizer, models/bad-tokenizer
 */
export function completeTokenizerFiles(texts: Readonly<Record<string, string>>, family: Family): ModelFiles {
  const usual = architectures[family].tokenizer;
  const { "tokenizer.json": ready, "tokenizer_config.json": configText } = texts;
  const parse = (file: string): JsonObject =>
    texts[file] === undefined ? {} : parseObject(texts[file], file, "models/bad-tokenizer");
  const given = parse("tokenizer_config.json");
  const names = namesOf({ ...parse("special_tokens_map.json"), ...given }, usual);
  const tokenizer = ready === undefined ? buildTokenizer(texts, usual, given, names) : parse("tokenizer.json");
  const files: ModelFiles = {
    "tokenizer.json": ready ?? JSON.stringify(tokenizer),
    "tokenizer_config.json": configText ?? "",
  };
  const named = configFor(tokenizer, usual, names);
  if (configText === undefined) files["tokenizer_config.json"] = `${JSON.stringify(named, null, 2)}\n`;
  else if (ready === undefined) files["tokenizer_config.json"] = `${JSON.stringify({ ...named, ...given }, null, 2)}\n`;
  const map = texts["special_tokens_map.json"];
  if (map !== undefined) files["special_tokens_map.json"] = map;
  return files;
}

function buildTokenizer(
  texts: Readonly<Record<string, string>>,
  usual: UsualTokenizer,
  config: JsonObject,
  names: Names,
): JsonObject {
  const { "vocab.txt": pieces, "vocab.json": vocabulary, "merges.txt": merges } = texts;
  if (usual.kind === "unigram") throw missing("tokenizer.json");
  if (usual.kind === "word-pieces") {
    if (pieces === undefined) throw missing("vocab.txt");
    return wordPieces(pieces, config, names);
  }
  if (vocabulary === undefined) throw missing("vocab.json");
  if (merges === undefined) throw missing("merges.txt");
  return bytePairs(vocabulary, merges, config, names);
}
