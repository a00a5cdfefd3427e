/**
 * ModernBERT, XLNet's encoder and permutation language modelling against transformers (tests/oracles/architectures2.py).
 * Switched off: the same weights and inputs, computed without what makes the method; the nearest miss counts.
 */
import type { ModelConfig } from "../../src/contract/index.ts";
import { buildEncoder, buildMlmLogits } from "../../src/models/index.ts";
import type { Arrays, Feed } from "../../src/runtime/index.ts";
import { encoders, permuted, versions } from "../support/golden-permuted.ts";
import {
  encoderFeeds,
  golden,
  goldenTensor,
  goldenWeights,
  mlmFeeds,
  relativeError,
} from "../support/golden-models.ts";
import { forwardErrors, headErrors, onDevice, stepErrors, trainingErrors } from "../support/model-checks.ts";
import { encoderErrors, permutedConfig, permutedErrors, permutedTrainingErrors } from "../support/permuted-checks.ts";
import { native } from "../support/native.ts";
import type { MethodRow } from "./row.ts";

/** Ten float32 steps of a model this small: the bound of the plain AdamW steps. */
const tolerance = 1e-4;
const oracle = `PyTorch ${versions["torch"]!}, transformers ${versions["transformers"]!}`;
const run = onDevice(native);
const worst = (errors: Record<string, number>): number => Math.max(...Object.values(errors));

async function modernBert(): Promise<number> {
  const errors: number[] = [];
  for (const [key, expected] of Object.entries(golden.runs).filter(([key]) => key.startsWith("modernbert"))) {
    errors.push(worst(await stepErrors(run, key, expected)), worst(await forwardErrors(run, key, expected)));
    if (expected.batches.length > 1) errors.push(worst((await trainingErrors(native(), key, expected)).errors));
  }
  for (const [key, head] of Object.entries(golden.heads).filter(([key]) => key.startsWith("modernbert")))
    errors.push(worst(await headErrors(run, key, head)));
  return Math.max(...errors);
}

/** Logits of the masked places when one of ModernBERT's own fields is another. */
async function modernBertWith(change: Partial<NonNullable<ModelConfig["modernbert"]>>): Promise<number> {
  const key = "modernbert-padded";
  const { config, batches } = golden.runs[key]!;
  const other: ModelConfig = { ...config, modernbert: { ...config.modernbert!, ...change } };
  const graph = buildMlmLogits(other, golden.shape, { padding: true });
  const found = await run(graph, goldenWeights(graph.parameters), mlmFeeds(batches[0]!, other, true));
  const expected = goldenTensor(`${key}/logits`);
  return relativeError(found.get("logits")!.subarray(0, expected.length), expected);
}

async function xlnetEncoder(): Promise<number> {
  const heads = Object.entries(golden.heads).filter(([key]) => key.startsWith("xlnet"));
  const errors = await Promise.all(heads.map(async ([key, head]) => worst(await headErrors(run, key, head))));
  for (const key of Object.keys(encoders)) errors.push(worst(await encoderErrors(run, key)));
  return Math.max(...errors);
}

/** Hidden states of the real tokens with other weights or inputs. */
async function xlnetEncoderWith(change: (weights: Arrays, feeds: Map<string, Feed>) => void): Promise<number> {
  const key = "xlnet-encoder";
  const { config: given, batch } = encoders[key]!;
  const config = permutedConfig({ config: given });
  const graph = buildEncoder(config, golden.shape, { padding: true });
  const weights = goldenWeights(graph.parameters);
  const feeds = encoderFeeds(batch, config, true);
  change(weights, feeds);
  const found = (await run(graph, weights, feeds)).get("last_hidden_state")!;
  const real = (x: Float32Array | Float64Array): Float64Array =>
    Float64Array.from(x).filter((_, i) => batch.attention_mask[Math.floor(i / config.hidden_size)] === 1);
  return relativeError(real(found), real(goldenTensor(`${key}/hidden`)));
}

async function permutation(): Promise<number> {
  const errors: number[] = [];
  for (const [key, expected] of Object.entries(permuted.runs))
    errors.push(worst(await permutedErrors(run, key, expected)));
  const key = "xlnet-permuted";
  const steps = await permutedTrainingErrors(native(), key, permuted.runs[key]!);
  // Slow angles' columns of the distances are rounding in float32: tests/golden/models.test.ts says why, and has them in float64.
  return Math.max(
    ...errors,
    worst(Object.fromEntries(Object.entries(steps).filter(([name]) => !name.endsWith("rel_attn.r")))),
  );
}

export const architectures2Rows: MethodRow[] = [
  {
    method: "Architecture: ModernBERT",
    oracle: `${oracle}: logits, gradients, heads, ten AdamW steps; off: without the local window, without its own rotary angles`,
    tolerance,
    deviation: modernBert,
    withoutIt: async () => {
      const { local_rope_theta, global_rope_theta } = golden.runs["modernbert-padded"]!.config.modernbert!;
      const swapped = { local_rope_theta: global_rope_theta, global_rope_theta: local_rope_theta };
      return Math.min(await modernBertWith({ local_attention: 64 }), await modernBertWith(swapped));
    },
  },
  {
    method: "Architecture: XLNet",
    oracle: `${oracle}: hidden states, heads and their gradients; off: without distances, without segments`,
    tolerance,
    deviation: xlnetEncoder,
    withoutIt: async () => {
      const distances = await xlnetEncoderWith((weights) => {
        for (const [name, data] of weights) if (name.endsWith("rel_attn.r")) data.fill(0);
      });
      const segments = await xlnetEncoderWith((_, feeds) => {
        const types = feeds.get("token_type_ids")!;
        feeds.set("token_type_ids", { type: "int32", shape: types.shape, data: new Int32Array(types.data.length) });
      });
      return Math.min(distances, segments);
    },
  },
  {
    method: "Permutation language modelling (XLNet)",
    oracle: `${oracle}: both streams' logits, gradients, ten AdamW steps, batches of its collator; off: without the permutation mask`,
    tolerance,
    deviation: permutation,
    withoutIt: async () => {
      const [key, expected] = Object.entries(permuted.runs)[0]!;
      return worst(await permutedErrors(run, key, expected, true));
    },
  },
];
