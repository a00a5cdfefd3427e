/**
 * What the page must know of a tokenizer before any text is tokenized: the ids of its special tokens,
 * and that its vocabulary fits the model. Does not tokenize: see the data room.
 * Source: tokenizer.json of Hugging Face's tokenizers library; tokenizer_config.json of transformers.
 */
import { crc32, hashString, UnmaskError } from "../../base/index.ts";
import type { ModelConfig, ModelFiles, SpecialTokens } from "../../contract/index.ts";
import { architectureOf, type UsualTokenizer } from "../architectures/index.ts";
import { isObject, parseObject, type JsonObject } from "./json.ts";

type Role = keyof UsualTokenizer["tokens"];
/** Field names in tokenizer_config.json, best first, and the names that tokens usually have. */
const roles: Record<Role, { fields: string[]; usual: string[] }> = {
  pad: { fields: ["pad_token"], usual: ["[PAD]", "<pad>"] },
  unknown: { fields: ["unk_token"], usual: ["[UNK]", "<unk>"] },
  start: { fields: ["cls_token", "bos_token"], usual: ["[CLS]", "<s>"] },
  end: { fields: ["sep_token", "eos_token"], usual: ["[SEP]", "</s>"] },
  mask: { fields: ["mask_token"], usual: ["[MASK]", "<mask>"] },
};

function mismatch(message: string, hint: string, details: Record<string, string | number> = {}): UnmaskError {
  return new UnmaskError("models/tokenizer-mismatch", message, hint, details);
}

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Token to id: the model's vocabulary (an object, or a list for Unigram) and the tokens added to it. */
function vocabularyOf(tokenizer: JsonObject): Map<string, number> {
  const model = tokenizer["model"];
  const vocabulary = isObject(model) ? model["vocab"] : undefined;
  const ids = new Map<string, number>();
  if (isObject(vocabulary)) {
    for (const [token, id] of Object.entries(vocabulary)) if (isId(id)) ids.set(token, id);
  } else if (Array.isArray(vocabulary)) {
    vocabulary.forEach((entry: unknown, id) => {
      if (Array.isArray(entry) && typeof entry[0] === "string") ids.set(entry[0], id);
    });
  }
  const added = Array.isArray(tokenizer["added_tokens"]) ? tokenizer["added_tokens"] : [];
  for (const token of added as unknown[])
    if (isObject(token) && typeof token["content"] === "string" && isId(token["id"]))
      ids.set(token["content"], token["id"]);
  return ids;
}

/** Token contents stand as a text or as an object with `content`. */
function tokenText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return isObject(value) && typeof value["content"] === "string" ? value["content"] : undefined;
}

/**
 * Ids of the special tokens, named by tokenizer_config.json where there is one, else by their usual
 * names; and a check that every id of the tokenizer is below the model's vocabulary size.
 * @throws models/bad-tokenizer for a file that is no tokenizer; models/tokenizer-mismatch.
 */
export function readSpecialTokens(
  tokenizerJson: string,
  tokenizerConfig: string | undefined,
  config: ModelConfig,
): SpecialTokens {
  const ids = vocabularyOf(parseObject(tokenizerJson, "tokenizer.json", "models/bad-tokenizer"));
  if (ids.size === 0)
    throw new UnmaskError(
      "models/bad-tokenizer",
      "tokenizer.json must hold a vocabulary; none was found.",
      "Take tokenizer.json from the model again.",
    );
  let largest = 0;
  for (const id of ids.values()) if (id > largest) largest = id;
  if (largest >= config.vocab_size)
    throw mismatch(
      `The tokenizer's ids must be below the model's vocabulary size of ${config.vocab_size}; found id ${largest}.`,
      "Take the tokenizer and the weights from the same model.",
      { vocabularySize: config.vocab_size, largestId: largest },
    );
  const names =
    tokenizerConfig === undefined ? {} : parseObject(tokenizerConfig, "tokenizer_config.json", "models/bad-tokenizer");
  const { tokens, behind } = architectureOf(config).tokenizer;
  const find = (role: Role): number => {
    const named = roles[role].fields.map((field) => tokenText(names[field]));
    for (const token of [...named, tokens[role], ...roles[role].usual]) {
      const id = token === undefined ? undefined : ids.get(token);
      if (id !== undefined) return id;
    }
    throw mismatch(
      `The tokenizer must have a ${role} token; none was found under the names ${roles[role].usual.join(", ")}.`,
      role === "mask"
        ? "A model without a mask token was not trained to fill masks: choose a masked language model."
        : "Add tokenizer_config.json, which names the special tokens, to the folder.",
      { role },
    );
  };
  return {
    pad: find("pad"),
    unknown: find("unknown"),
    start: find("start"),
    end: find("end"),
    mask: find("mask"),
    ...(behind === true ? { behind } : {}),
  };
}

/** Fingerprint of tokenizer.json: token streams are only valid for the tokenizer that made them. Not for security. */
export function tokenizerId(files: ModelFiles): string {
  const text = files["tokenizer.json"] ?? "";
  const checksum = crc32(new TextEncoder().encode(text)).toString(16).padStart(8, "0");
  return `${checksum}${hashString(text).toString(16).padStart(8, "0")}-${text.length}`;
}
