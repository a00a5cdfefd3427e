/** The pace of a network that is not loaded is measured by real updates. */
import { expect, test } from "vitest";
import { defaultRecipe, type ModelConfig } from "../../../src/contract/index.ts";
import { parameterCount, parametersOf } from "../../../src/models/index.ts";
import { openDevice } from "../../../src/runtime/index.ts";
import { measureNetwork } from "../../../src/training/index.ts";

const config: ModelConfig = {
  model_type: "bert",
  vocab_size: 200,
  hidden_size: 16,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 64,
  max_position_embeddings: 64,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
  hidden_act: "gelu",
  initializer_range: 0.02,
};
const special = { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 };

test("a network that is not loaded is trained for a moment, and its moments weigh eight bytes a parameter", async () => {
  const device = await openDevice("wasm-single");
  const recipe = { ...defaultRecipe(), batchSize: 2, blockLength: 32 };
  const { stepMs, momentBytes } = await measureNetwork(device, config, special, recipe);
  expect(stepMs).toBeGreaterThan(0);
  expect(momentBytes).toBe(8 * parameterCount(parametersOf(config, "mlm")));
  await device.dispose();
});
