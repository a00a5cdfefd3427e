/**
 * `npm run bench -- learning`: what an update costs with each choice of what learns and what is dropped, at the tiny
 * model's shape on WASM with one thread, beside an update of everything: milliseconds (median of five) and the bytes
 * of AdamW's moments as read back. Every choice is timed in turn, twice, so that a busy minute hits all alike.
 */
import { readRecipe, loraOf, type ModelConfig, type Recipe } from "../../src/contract/index.ts";
import { packBlocks } from "../../src/data/index.ts";
import { initialize, parametersOf } from "../../src/models/index.ts";
import { openDevice } from "../../src/runtime/index.ts";
import { measureStep, openObjective } from "../../src/training/index.ts";
import { printTable, round } from "../support/print.ts";

export const needs = {};

const config: ModelConfig = {
  model_type: "bert",
  vocab_size: 8000,
  hidden_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 512,
  max_position_embeddings: 512,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
  hidden_act: "gelu",
  initializer_range: 0.02,
};
const special = { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 };
const tokens = Int32Array.from({ length: 40_000 }, (_, i) => 5 + ((i * 7919) % 7990));
const stream = { tokens, documents: Uint32Array.from([0, tokens.length]) };

const choices: [string, Partial<Recipe>][] = [
  ["everything", {}],
  ["embeddings frozen", { freezeEmbeddings: "yes" }],
  ["embeddings and first layer frozen", { freezeEmbeddings: "yes", freezeLayers: 1 }],
  ["head only", { freezeEmbeddings: "yes", freezeLayers: 2 }],
  ["LoRA on query and value", { loraTargets: "query-value" }],
  ["LoRA on every layer", { loraTargets: "all" }],
  ["dropout 0.1", { dropout: 0.1 }],
  ["dropout 0.1, attention too", { dropout: 0.1, attentionDropout: 0.1 }],
  ["pull to the start", { pullToStart: 10 }],
];
const rounds = 2;

export async function run(): Promise<Record<string, number>> {
  const device = await openDevice("wasm-single");
  const best = choices.map(() => ({ stepMs: Infinity, momentBytes: 0 }));
  for (let turn = 0; turn < rounds; turn++)
    for (const [i, [, settings]] of choices.entries()) {
      const recipe = readRecipe(settings);
      const blocks = packBlocks(stream, recipe, special);
      const cost = await measureStep({
        ...{ device, config, recipe },
        weights: initialize(parametersOf(config, "mlm", loraOf(recipe)), config, 1),
        objective: openObjective({ config, special, recipe, train: blocks, heldOut: blocks }),
      });
      best[i] = { ...cost, stepMs: Math.min(best[i]!.stepMs, cost.stepMs) };
    }
  const [all] = best;
  const share = (i: number): number => round(best[i]!.stepMs / all!.stepMs, 3);
  printTable(
    `An update at the tiny shape, ${device.report.runtime}, one thread`,
    ["what learns, what is dropped", "ms an update", "of everything's", "moments, MB"],
    best.map(({ stepMs, momentBytes }, i) => [
      choices[i]![0],
      String(round(stepMs)),
      String(share(i)),
      String(round(momentBytes / 1e6)),
    ]),
  );
  await device.dispose();
  return {
    head_only_of_all_ms: share(3),
    lora_of_all_ms: share(4),
    dropout_of_plain_ms: share(7),
    pull_of_plain_ms: share(8),
  };
}
