/** The pace of a network that is not loaded is measured by real updates. */
import { expect, test } from "vitest";
import { defaultRecipe } from "../../../src/contract/index.ts";
import { parameterCount, parametersOf } from "../../../src/models/index.ts";
import { openDevice } from "../../../src/runtime/index.ts";
import { measureNetwork } from "../../../src/training/index.ts";
import { special, tinyBert } from "../../support/tiny-bert.ts";

const config = tinyBert({ vocab_size: 200, intermediate_size: 64, max_position_embeddings: 64 });

test("a network that is not loaded is trained for a moment, and its moments weigh eight bytes a parameter", async () => {
  const device = await openDevice("wasm-single");
  const recipe = { ...defaultRecipe(), batchSize: 2, blockLength: 32 };
  const { stepMs, momentBytes } = await measureNetwork(device, config, special, recipe);
  expect(stepMs).toBeGreaterThan(0);
  expect(momentBytes).toBe(8 * parameterCount(parametersOf(config, "mlm")));
  await device.dispose();
});
