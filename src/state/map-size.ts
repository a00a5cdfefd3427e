/** How many documents a map takes: as many as about a minute allows on this device, at most 2,000. Pure. */
import type { DeviceReport, ModelConfig } from "../contract/index.ts";

/** Tokens of a document that are looked at. */
export const mapTokens = 128;
const mostDocuments = 2000;
const leastDocuments = 100;
const seconds = 60;
/** Sustained products a second, in thousand millions: two cores of WASM, a small GPU (ARCHITECTURE.md, measured). */
const gigaflops = { wasm: 15, webgpu: 300, native: 60 };
/** Share of the tokens whose loss goes through the vocabulary. */
const maskedShare = 0.15;

export function mapDocuments(config: ModelConfig, device: DeviceReport | null): number {
  const { hidden_size: H, intermediate_size: I, num_hidden_layers: L, vocab_size: V } = config;
  const encoder = 2 * L * (4 * H * H + 2 * H * I);
  // Twice through the encoder: once for the place, once for the loss.
  const perDocument = mapTokens * (2 * encoder + maskedShare * 2 * H * V);
  const fits = (gigaflops[device?.kind ?? "wasm"] * 1e9 * seconds) / perDocument;
  return Math.min(mostDocuments, Math.max(leastDocuments, Math.floor(fits / 100) * 100));
}
