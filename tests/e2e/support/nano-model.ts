/**
 * A model of the smallest useful size, as the Hugging Face folder that a person would drop: one layer,
 * 32 wide, with a vocabulary learned from the journeys' own texts. Written with the product's writers.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelConfig } from "../../../src/contract/index.ts";
import {
  bertSpecialTokens,
  bertTokenizerConfigJson,
  bertTokenizerJson,
  countWords,
  runTrainer,
  trainWordPiece,
} from "../../../src/data/index.ts";
import { initialize, parametersOf, toTensors, writeConfig, writeSafetensors } from "../../../src/models/index.ts";
import { logLines } from "./texts.ts";

const seed = 7;
const positions = 64;

/** File name to content. */
export function nanoModel(): Record<string, string | Uint8Array> {
  const counts = countWords(logLines(400), JSON.parse(bertTokenizerJson(bertSpecialTokens, false)) as object);
  const specialTokens = bertSpecialTokens;
  const vocabulary = runTrainer(
    trainWordPiece(counts, { vocabularySize: 200, minFrequency: 2, limitAlphabet: 60, specialTokens }),
  );
  const config: ModelConfig = {
    model_type: "bert",
    vocab_size: vocabulary.length,
    hidden_size: 32,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 64,
    max_position_embeddings: positions,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    pad_token_id: 0,
    hidden_act: "gelu",
    initializer_range: 0.02,
  };
  const parameters = parametersOf(config, "mlm");
  const tensors = toTensors(parameters, initialize(parameters, config, seed)).map(({ name, shape, data }) => ({
    name,
    shape,
    type: "F32" as const,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
  return {
    "config.json": writeConfig(config, "masked-lm"),
    "tokenizer.json": bertTokenizerJson(vocabulary),
    "tokenizer_config.json": bertTokenizerConfigJson(positions),
    "model.safetensors": writeSafetensors(tensors, { format: "pt" }),
  };
}

/** Writes the files into a folder of that name; gives its path. */
export function writeFolder(parent: string, name: string, files: Record<string, string | Uint8Array>): string {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  return folder;
}
