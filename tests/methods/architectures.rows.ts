/**
 * Every architecture against transformers (tests/oracles/models.py and architectures.py): logits, hidden states, loss,
 * every gradient, heads, ten AdamW steps. Switched off: the same weights computed without what makes the family.
 */
import { families, familyFacts, type Family, type ModelConfig } from "../../src/contract/index.ts";
import { buildMlmLogits, parametersOf, toTensors, fromTensors } from "../../src/models/index.ts";
import {
  architecturesOracle,
  golden,
  goldenTensor,
  goldenWeights,
  mlmFeeds,
  relativeError,
} from "../support/golden-models.ts";
import { forwardErrors, headErrors, onDevice, stepErrors, trainingErrors } from "../support/model-checks.ts";
import type { MethodRow } from "./row.ts";
import { native } from "../support/native.ts";

/** Ten float32 steps of a model this small: the bound of the plain AdamW steps. */
const tolerance = 1e-4;

type Tensors = Map<string, Float32Array>;
interface Off {
  /** Which part of the family this is without. */
  without: string;
  config(config: ModelConfig): ModelConfig;
  weights(own: Tensors): Tensors;
}

const renamed = (own: Tensors, ...pairs: [string | RegExp, string][]): Tensors =>
  new Map([...own].map(([name, data]) => [pairs.reduce((text, [from, to]) => text.replace(from, to), name), data]));
const changed = (own: Tensors, name: string, change: (i: number) => number): Tensors =>
  new Map([...own, [name, Float32Array.from(own.get(name)!, (_, i) => change(i))]]);

const heads: [string, string][] = [
  ["cls.predictions.transform.dense", "lm_head.dense"],
  ["cls.predictions.transform.LayerNorm", "lm_head.layer_norm"],
  ["cls.predictions.bias", "lm_head.bias"],
];
const bertHeads = heads.map(([bert, other]): [string, string] => [other, bert]);
const distilNames: [string | RegExp, string][] = [
  ["distilbert.transformer", "bert.encoder"],
  ["distilbert", "bert"],
  [/attention\.([qkv])_lin/, "attention.self.$1"],
  [/self\.q\b/, "self.query"],
  [/self\.k\b/, "self.key"],
  [/self\.v\b/, "self.value"],
  ["attention.out_lin", "attention.output.dense"],
  ["sa_layer_norm", "attention.output.LayerNorm"],
  ["ffn.lin1", "intermediate.dense"],
  ["ffn.lin2", "output.dense"],
  ["output_layer_norm", "output.LayerNorm"],
  ["vocab_transform", "cls.predictions.transform.dense"],
  ["vocab_layer_norm", "cls.predictions.transform.LayerNorm"],
  ["vocab_projector.bias", "cls.predictions.bias"],
];
const widthOf = { hidden: 8, embeddings: 6 };

/** The rest of a family's weights stays what it was: only the trait is missing. */
const off: Partial<Record<Family, Off>> = {
  bert: {
    without: "places counted from 0, as RoBERTa counts them",
    config: (config) => ({ ...config, model_type: "roberta" }),
    weights: (own) => renamed(own, ["bert.", "roberta."], ...heads),
  },
  roberta: {
    without: "places counted after padding, as BERT counts them",
    config: (config) => ({ ...config, model_type: "bert" }),
    weights: (own) => renamed(own, ["roberta.", "bert."], ...bertHeads),
  },
  distilbert: {
    without: "leaving out token types, as BERT has them",
    config: (config) => ({ ...config, model_type: "bert", type_vocab_size: 2 }),
    weights: (own) => {
      const types = Float32Array.from({ length: 2 * widthOf.hidden }, (_, i) => 0.3 * Math.sin(i + 1));
      return renamed(own, ...distilNames).set("bert.embeddings.token_type_embeddings.weight", types);
    },
  },
  electra: {
    without: "the learned projection of its embeddings, which are filled up with zeros",
    config: (config) => config,
    weights: (own) => {
      const E = widthOf.embeddings;
      const eye = changed(own, "electra.embeddings_project.weight", (i) => (Math.floor(i / E) === i % E ? 1 : 0));
      return changed(eye, "electra.embeddings_project.bias", () => 0);
    },
  },
  mpnet: {
    without: "the bias by relative distance",
    config: (config) => config,
    weights: (own) => changed(own, "mpnet.encoder.relative_attention_bias.weight", () => 0),
  },
  "roberta-prelayernorm": {
    without: "LayerNorm first, as RoBERTa normalises last",
    config: (config) => ({ ...config, model_type: "roberta" }),
    weights: (own) =>
      renamed(
        own,
        ["roberta_prelayernorm", "roberta"],
        ["attention.LayerNorm", "attention.output.LayerNorm"],
        ["intermediate.LayerNorm", "output.LayerNorm"],
      ),
  },
};

const worst = (errors: Record<string, number>): number => Math.max(...Object.values(errors));
const ofFamily = <R extends { config: ModelConfig }>(runs: Record<string, R>, family: Family): [string, R][] =>
  Object.entries(runs).filter(([, { config }]) => config.model_type === family);

async function deviation(family: Family): Promise<number> {
  const run = onDevice(native);
  const errors: number[] = [];
  for (const [key, expected] of ofFamily({ ...golden.runs, ...golden.acts }, family))
    errors.push(worst(await stepErrors(run, key, expected)));
  for (const [key, expected] of ofFamily(golden.heads, family))
    errors.push(worst(await headErrors(run, key, expected)));
  for (const [key, expected] of ofFamily(golden.runs, family)) {
    errors.push(worst(await forwardErrors(run, key, expected)));
    errors.push(worst((await trainingErrors(native(), key, expected)).errors));
  }
  return Math.max(...errors);
}

/** Distance of the masked places' logits from the oracle's, relative to the largest. */
async function withoutIt(family: Family, { config: other, weights }: Off): Promise<number> {
  const [key, { config, padded, batches }] = ofFamily(golden.runs, family).at(-1)!;
  const own = parametersOf(config, "mlm");
  const changedConfig = other(config);
  const graph = buildMlmLogits(changedConfig, golden.shape, { padding: padded });
  const tensors = new Map(toTensors(own, goldenWeights(own)).map(({ name, data }) => [name, data]));
  const given = fromTensors(graph.parameters, weights(tensors)).weights;
  const results = await onDevice(native)(graph, given, mlmFeeds(batches[0]!, changedConfig, padded));
  const expected = goldenTensor(`${key}/logits`);
  return relativeError(results.get("logits")!.subarray(0, expected.length), expected);
}

export const architecturesRows: MethodRow[] = Object.entries(off).map(([name, row]) => {
  const family = name as Family;
  const { also = [] } = familyFacts({ model_type: family });
  return {
    method: `Architecture: ${[families[family].label, ...also].join(", ")}`,
    oracle: `${architecturesOracle}: logits, gradients, heads, ten AdamW steps; off: without ${row.without}`,
    tolerance,
    deviation: () => deviation(family),
    withoutIt: () => withoutIt(family, row),
  };
});
