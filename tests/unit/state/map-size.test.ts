/** How many documents a map takes on which device. */
import { expect, test } from "vitest";
import type { DeviceReport, ModelConfig } from "../../../src/contract/index.ts";
import { mapDocuments } from "../../../src/state/map-size.ts";

const shape = (H: number, L: number, V: number): ModelConfig =>
  ({ hidden_size: H, intermediate_size: 4 * H, num_hidden_layers: L, vocab_size: V }) as ModelConfig;
const device = (kind: DeviceReport["kind"]): DeviceReport => ({ kind }) as DeviceReport;

test("the bundled model reads 2,000 documents on any device, a base model on WASM only the least", () => {
  expect(mapDocuments(shape(128, 2, 8192), null)).toBe(2000);
  expect(mapDocuments(shape(128, 2, 8192), device("webgpu"))).toBe(2000);
  expect(mapDocuments(shape(768, 12, 30_522), device("wasm"))).toBe(100);
  // 300e9 x 60 s / (128 x (2 x 170e6 + 0.3 x 768 x 30,522)) = 405
  expect(mapDocuments(shape(768, 12, 30_522), device("webgpu"))).toBe(400);
});
