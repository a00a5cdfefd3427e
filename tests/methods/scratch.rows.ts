/** Models that are made here, against PyTorch (tests/oracles/scratch.py): grown, with more pieces, of one's own design. */
import type { Family, Growth, ModelConfig } from "../../src/contract/index.ts";
import {
  extendRows,
  growModel,
  initialize,
  parametersOf,
  readConfig,
  type GrownModel,
} from "../../src/models/index.ts";
import { goldenWeights, relativeError } from "../support/golden-models.ts";
import {
  addedPieces,
  logitsOf,
  scratch,
  scratchDesigns,
  scratchOracle,
  scratchTensor,
  tenStepErrors,
} from "../support/golden-scratch.ts";
import type { MethodRow } from "./row.ts";
import { tenStepsTolerance } from "./ten-steps.rows.ts";
import { native } from "../support/native.ts";

/** Float32 through two to five layers against float64. */
const logitTolerance = 1e-5;

/** The tiny model of the oracle, by its formula. */
export function tiny(family: Family): GrownModel {
  const config: ModelConfig = {
    ...scratch.config,
    model_type: family,
    ...(family === "bert" ? {} : { type_vocab_size: 1, layer_norm_eps: 1e-5, pad_token_id: 1 }),
  };
  return { config, weights: goldenWeights(parametersOf(config, "mlm")) };
}
export const grown = (family: Family, how: Growth["how"], layers = scratch.grownLayers): GrownModel => {
  const { config, weights } = tiny(family);
  return growModel(config, weights, { how, layers });
};
export function designedModel(name: string): GrownModel {
  const config = readConfig(JSON.stringify(scratchDesigns[name]));
  return { config, weights: goldenWeights(parametersOf(config, "mlm")) };
}
export const extendedModel = (): GrownModel => {
  const { config, weights } = tiny("bert");
  return extendRows(config, weights, addedPieces);
};

const off = async (model: GrownModel, tensor: string, ids?: readonly number[]): Promise<number> =>
  relativeError(await logitsOf(native(), model, ids), scratchTensor(tensor));
const worst = async (errors: Promise<number>[]): Promise<number> => Math.max(...(await Promise.all(errors)));

export const scratchRows: MethodRow[] = [
  {
    method: "Embeddings first",
    oracle: `${scratchOracle}: ten AdamW steps, the first ${scratch.embeddingsFirst} with the embeddings alone`,
    tolerance: tenStepsTolerance,
    deviation: () =>
      tenStepErrors(native(), "embeddings-first", tiny("bert"), { embeddingsFirst: scratch.embeddingsFirst }),
    withoutIt: () => tenStepErrors(native(), "embeddings-first", tiny("bert")),
  },
  {
    method: "Growing by identity: the same logits at step 0",
    oracle: "the model before it was grown, BERT and RoBERTa, two layers to five",
    tolerance: logitTolerance,
    deviation: () =>
      worst([
        off(grown("bert", "identity"), "bert/before/logits"),
        off(grown("roberta", "identity"), "roberta/before/logits"),
      ]),
    withoutIt: () => off(grown("bert", "stack"), "bert/before/logits"),
  },
  {
    method: "Growing by identity: learning afterwards",
    oracle: `${scratchOracle}: ten AdamW steps of the grown model`,
    tolerance: tenStepsTolerance,
    deviation: () => tenStepErrors(native(), "grown", grown("bert", "identity")),
    withoutIt: () => tenStepErrors(native(), "grown", grown("bert", "stack")),
  },
  {
    method: "Growing by stacking",
    oracle: `${scratchOracle}: logits of the stacked state dict, BERT and RoBERTa`,
    tolerance: logitTolerance,
    deviation: () =>
      worst([off(grown("bert", "stack"), "bert/stack/logits"), off(grown("roberta", "stack"), "roberta/stack/logits")]),
    withoutIt: () => off(tiny("bert"), "bert/stack/logits"),
  },
  {
    method: "Vocabulary extension: rows and logits",
    oracle: `${scratchOracle}: the extended state dict`,
    tolerance: logitTolerance,
    deviation: () => off(extendedModel(), "extended/logits", scratch.extendedIds),
    withoutIt: () => {
      const { config } = extendedModel();
      const { weights } = extendedModel();
      const drawn = initialize(parametersOf(config, "mlm"), config, 1);
      const words = "bert.embeddings.word_embeddings.weight";
      const table = drawn.get(words)!.slice();
      table.set(tiny("bert").weights.get(words)!);
      return off({ config, weights: new Map([...weights, [words, table]]) }, "extended/logits", scratch.extendedIds);
    },
  },
  {
    method: "An encoder of one's own design",
    oracle: `${scratchOracle}: logits from the written config.json, ${Object.keys(scratchDesigns).join("; ")}`,
    tolerance: logitTolerance,
    deviation: () =>
      worst(Object.keys(scratchDesigns).map((name) => off(designedModel(name), `design/${name}/logits`))),
    withoutIt: () => off(designedModel("post-norm, byte pairs"), "design/pre-norm, byte pairs/logits"),
  },
];
