/** A network of twice the width and depth answers as the small one did. */
import { expect, test } from "vitest";
import { growStart } from "../../../scripts/pretrain/grow-start.ts";
import type { ModelConfig } from "../../../src/contract/index.ts";
import { buildMlmForward, initialize, parametersOf } from "../../../src/models/index.ts";
import { type Arrays, type Feed } from "../../../src/runtime/index.ts";
import { openNative } from "../../support/native.ts";
import { tinyBert } from "../../support/tiny-bert.ts";

const small = tinyBert({ vocab_size: 50, num_hidden_layers: 2, max_position_embeddings: 16, initializer_range: 0.3 });
const large = { ...small, hidden_size: 32, num_hidden_layers: 4, num_attention_heads: 4, intermediate_size: 64 };
/** float32 sums in another order. */
const tolerance = 1e-5;

async function losses(config: ModelConfig, weights: Arrays): Promise<Float32Array> {
  const device = openNative();
  const shape = { B: 2, T: 8, M: 6 };
  const ints = (name: string, length: number, of: (i: number) => number): [string, Feed] => [
    name,
    { type: "int32", shape: [length], data: Int32Array.from({ length }, (_, i) => of(i)) },
  ];
  const feeds = new Map<string, Feed>([
    ints("input_ids", 16, (i) => 5 + ((7 * i) % 45)),
    ints("position_ids", 16, (i) => i % 8),
    ints("token_type_ids", 16, () => 0),
    ints("masked_positions", 6, (i) => 2 * i + 1),
    ints("labels", 6, (i) => 5 + ((11 * i) % 45)),
    ["loss_weights", { type: "float32", shape: [6], data: new Float32Array(6).fill(1) }],
  ]);
  const program = await device.compile(buildMlmForward(config, shape, { padding: false }).bytes);
  const uploaded = await device.upload(parametersOf(config, "mlm"), weights);
  const nll = (await program.run(uploaded, feeds, ["nll"])).get("nll")!;
  await device.dispose();
  return nll;
}

test("mini's start computes what tiny computes", async () => {
  // Scales and shifts that differ from place to place: LayerNorms of a fresh network would hide a mistake.
  const weights = initialize(parametersOf(small, "mlm"), small, 3);
  for (const [name, data] of weights)
    if (/norm/i.test(name)) data.forEach((x, i) => (data[i] = x + 0.2 * Math.sin(i + name.length)));
  const before = await losses(small, weights);
  const after = await losses(large, growStart(weights, small, 1));
  before.forEach((loss, i) => expect(Math.abs(after[i]! - loss) / loss).toBeLessThan(tolerance));
  expect(Math.max(...before) - Math.min(...before)).toBeGreaterThan(0.1); // they do say something
});
