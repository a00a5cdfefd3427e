/**
 * What every loader gives: a model whole and checked, wherever it came from; or, for whoever only
 * tokenizes, the same without weights. Knows no network and no file system.
 */
import { UnmaskError } from "../../base/index.ts";
import type { ModelConfig, ModelFiles, Progress, SpecialTokens, StoredWeight } from "../../contract/index.ts";
import { readConfig } from "../formats/config.ts";
import { completeTokenizerFiles } from "../formats/tokenizer-build.ts";
import { readSpecialTokens } from "../formats/tokenizer-files.ts";

/** A model without its weights. */
export interface TokenizerFiles {
  name: string;
  config: ModelConfig;
  special: SpecialTokens;
  /** tokenizer.json, tokenizer_config.json, and special_tokens_map.json where there is one. */
  files: ModelFiles;
  /** Source and licence in one line, for the model card. */
  origin: string;
  /** The Hub's commit: pin it to get the same model again. */
  commit?: string;
  /** Plain sentences on what did not go as hoped but does not matter for the model itself. */
  warnings?: string[];
}
export interface LoadedModel extends TokenizerFiles {
  /** By Hugging Face name, as in the file; weights only. They stay where they lie until one is read. */
  tensors: Map<string, StoredWeight>;
  sizeBytes: number;
}
export type OnProgress = (progress: Progress) => void;

/** Small files that a model may have; the tokenizer is among them in one of its forms. */
export const tokenizerFileNames = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "vocab.txt",
  "vocab.json",
  "merges.txt",
] as const;

/** Which of the older vocabulary files are needed: none where tokenizer.json is present. */
export function neededTokenizerFiles(present: ReadonlySet<string>): string[] {
  const older = ["vocab.txt", "vocab.json", "merges.txt"];
  return tokenizerFileNames.filter(
    (name) => present.has(name) && !(present.has("tokenizer.json") && older.includes(name)),
  );
}

export const weightsFile = "model.safetensors";
export const weightsIndexFile = "model.safetensors.index.json";
const pickles = /\.(bin|pt|pth|ckpt|pkl|pickle)$/i;

/** The refusal when a model has no safetensors: pickled weights can run code when they are opened. */
export function noWeights(where: string, names: readonly string[]): UnmaskError {
  const pickle = names.find((name) => pickles.test(name));
  const convert =
    "In Python: AutoModelForMaskedLM.from_pretrained(NAME).save_pretrained(FOLDER, safe_serialization=True), then drop FOLDER here.";
  return pickle === undefined
    ? new UnmaskError(
        "models/no-safetensors",
        `${where} must have ${weightsFile}; it was not found.`,
        `Choose a model that has ${weightsFile}, or make it. ${convert}`,
      )
    : new UnmaskError(
        "models/pickle-refused",
        `${where} must have ${weightsFile}; it only has pickled weights, which can run code when opened.`,
        `Convert them where you trust them. ${convert}`,
        { file: pickle.slice(0, 80) },
      );
}

export interface ModelTexts {
  name: string;
  origin: string;
  /** config.json and the tokenizer's files, by name. */
  texts: Readonly<Record<string, string>>;
  commit?: string;
  warnings?: string[];
}

/** @throws models/unsupported-architecture, models/bad-config, models/no-tokenizer, models/tokenizer-mismatch, ... */
export function assembleTokenizer({ name, origin, texts, commit, warnings = [] }: ModelTexts): TokenizerFiles {
  const configText = texts["config.json"];
  if (configText === undefined)
    throw new UnmaskError(
      "models/no-config",
      "A model must have config.json; it was not found.",
      "Drop the whole folder of the model: config.json, the tokenizer's files and model.safetensors.",
    );
  const config = readConfig(configText);
  const files = completeTokenizerFiles(texts, config.model_type);
  const special = readSpecialTokens(files["tokenizer.json"]!, files["tokenizer_config.json"], config);
  return { name, config, special, files, origin, ...(commit === undefined ? {} : { commit }), warnings };
}

/** @throws base/aborted */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new UnmaskError("base/aborted", "Loading was stopped.", "Start it again when you like.");
}
