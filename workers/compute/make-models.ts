/** Models that are made here: from nothing, grown, with more pieces. Each is stored, and opened like an imported one. */
import { UnmaskError } from "../../src/base/index.ts";
import {
  configOf,
  designProblem,
  type ModelConfig,
  type ModelFiles,
  type ModelMakingDoor,
  type ModelSummary,
  type OnProgress,
  type SpecialTokens,
  type TokenizerChoice,
} from "../../src/contract/index.ts";
import { readTokenizerFiles } from "../../src/data/index.ts";
import { extendRows, growModel, initialize, parametersOf, readConfig, writeConfig } from "../../src/models/index.ts";
import { loadTokenizer, saveCheckpoint } from "../../src/storage/index.ts";
import { storeTensors } from "../../src/training/index.ts";
import { openModel, summarize } from "../shared/open-model.ts";
import { tokenizerFiles } from "../shared/open-tokenizer.ts";
import { allWeights } from "./model-weights.ts";

/** A head that a loaded model lacks is drawn by this seed. */
const headSeed = 42;

interface Made {
  name: string;
  config: ModelConfig;
  special: SpecialTokens;
  files: ModelFiles;
  origin: string;
  weights: ReadonlyMap<string, Float32Array>;
}

async function keep(made: Made): Promise<ModelSummary> {
  const { weights, ...meta } = made;
  const tensors = storeTensors(parametersOf(made.config, "mlm"), weights as Map<string, Float32Array>);
  const { id } = await saveCheckpoint({
    meta: { ...meta, project: "", kind: "model" },
    weights: tensors,
    firstMoment: [],
    secondMoment: [],
  });
  const ref = { kind: "stored" as const, id };
  return summarize(ref, await openModel(ref, () => {}));
}

async function chosenTokenizer(choice: TokenizerChoice): Promise<{ files: ModelFiles; special: SpecialTokens }> {
  return choice.kind === "trained" ? loadTokenizer(choice.id) : tokenizerFiles(choice.model);
}

/** tokenizer_config.json with the new model's length. */
function withLength(files: ModelFiles, positions: number): ModelFiles {
  const config = JSON.parse(files["tokenizer_config.json"] ?? "{}") as Record<string, unknown>;
  const text = `${JSON.stringify({ ...config, model_max_length: positions }, null, 2)}\n`;
  return { ...files, "tokenizer_config.json": text };
}

const at = (onProgress: OnProgress, phase: string): void => onProgress({ phase, done: 0, total: 0, unit: "items" });

export const modelMaking: ModelMakingDoor = {
  async createModel(design, tokenizer, name, onProgress) {
    at(onProgress, "opening the tokenizer");
    const { files, special } = await chosenTokenizer(tokenizer);
    const { size, json } = readTokenizerFiles(files);
    const wordPieces = (json as { model?: { type?: unknown } }).model?.type === "WordPiece";
    const vocabulary = { size, pad: special.pad, wordPieces };
    const problem = designProblem(design, vocabulary);
    if (problem !== undefined)
      throw new UnmaskError("models/bad-design", problem, "Correct the design and build it again.");
    // Through the reader of config.json: what it refuses from others it refuses from us.
    const config = readConfig(writeConfig(configOf(design, vocabulary), "masked-lm", special));
    at(onProgress, "drawing the first weights");
    return keep({
      name,
      config,
      special,
      files: withLength(files, design.positions),
      origin: `Built in this browser with random weights (seed ${design.seed}); not trained on anything before.`,
      weights: initialize(parametersOf(config, "mlm"), config, design.seed),
    });
  },
  async growModel(ref, growth, onProgress) {
    at(onProgress, "opening the model");
    const model = await openModel(ref, onProgress);
    const { config, weights } = growModel(model.config, await allWeights(model, headSeed), growth);
    at(onProgress, "keeping the grown model");
    const from = model.config.num_hidden_layers;
    return keep({
      name: `${model.name}, ${config.num_hidden_layers} layers`,
      config,
      special: model.special,
      files: model.files,
      origin: `${model.origin} Grown from ${from} to ${config.num_hidden_layers} layers (${growth.how}).`.trim(),
      weights,
    });
  },
  async extendModel(ref, extension, onProgress) {
    at(onProgress, "opening the model");
    const model = await openModel(ref, onProgress);
    const { config, weights } = extendRows(model.config, await allWeights(model, headSeed), extension.added);
    at(onProgress, "keeping the larger vocabulary");
    return keep({
      name: `${model.name}, ${extension.added.length} pieces more`,
      config,
      special: model.special,
      files: extension.files,
      origin: `${model.origin} Its vocabulary was extended by ${extension.added.length} pieces.`.trim(),
      weights,
    });
  },
};
