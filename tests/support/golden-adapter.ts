/** The PEFT adapter of tests/oracles/regularisation.py on its tiny BERT: read, merged, kept apart, and written. */
import type { LoraSettings, StoredWeight } from "../../src/contract/index.ts";
import { buildMlmLogits, mergeAdapters, parametersOf, toTensors } from "../../src/models/index.ts";
import { inMemory, readSafetensors, toFloat32, weightReader } from "../../src/models/index.ts";
import { readAdapter, type Adapter } from "../../src/models/lora/peft.ts";
import type { Arrays, Device, WeightSource } from "../../src/runtime/index.ts";
import { readFixture } from "./fixture.ts";
import { golden, mlmFeeds, relativeError } from "./golden-models.ts";
import { regularisation, regularisationTensor, startWeights } from "./golden-regularisation.ts";

const folder = "fixtures/models/lora-adapter";
export const adapterConfigText = new TextDecoder().decode(readFixture(`${folder}/adapter_config.json`));
export const adapterWeights = readFixture(`${folder}/adapter_model.safetensors`);
/** As adapter_config.json says. */
export const adapterSettings: LoraSettings = { rank: 3, alpha: 5, dropout: 0.1, targets: "all" };
export const goldenAdapter = (): Adapter => readAdapter(adapterConfigText, readSafetensors(adapterWeights).tensors);

const own = parametersOf(regularisation.config, "mlm");
/** The base's tensors by Hugging Face's names. */
export const baseTensors = (): Map<string, StoredWeight> =>
  new Map(
    toTensors(own, startWeights()).map(({ name, shape, data }) => [
      name,
      inMemory({ type: "F32", shape, data: new Uint8Array(data.slice().buffer) }),
    ]),
  );

/** The base with the adapter merged by our loader. */
export function mergedWeights(): WeightSource {
  const { tensors, scaleOf } = goldenAdapter();
  return weightReader(own, mergeAdapters(baseTensors(), tensors, scaleOf)).weights;
}

/** The base and the adapter beside it. */
export function apartWeights(): Arrays {
  const adapters = [...goldenAdapter().tensors].map(([name, tensor]) => [name, toFloat32(tensor)] as const);
  return new Map([...startWeights(), ...adapters]);
}

/** Logits at the masked places of the first batch, against peft's. */
export async function adapterError(
  device: Device,
  weights: WeightSource,
  lora: LoraSettings | undefined,
  expected: Float32Array = peftLogits(),
): Promise<number> {
  const found = await logitsOf(device, weights, lora);
  return relativeError(found, expected);
}

const batch = regularisation.batches[0]!;

export async function logitsOf(device: Device, weights: WeightSource, lora?: LoraSettings): Promise<Float32Array> {
  const { config } = regularisation;
  const graph = buildMlmLogits(config, golden.shape, { padding: false, lora });
  const program = await device.compile(graph.bytes);
  const uploaded = await device.upload(graph.parameters, weights);
  const logits = (await program.run(uploaded, mlmFeeds(batch, config, false), ["logits"])).get("logits")!;
  uploaded.dispose();
  await program.dispose();
  return logits.slice(0, batch.labels.length * config.vocab_size);
}

export function peftLogits(name: "adapter/logits" | "adapter/without" = "adapter/logits"): Float32Array {
  const all = regularisationTensor(name);
  const V = regularisation.config.vocab_size;
  return Float32Array.from(batch.masked_positions.flatMap((place) => [...all.subarray(place * V, (place + 1) * V)]));
}
