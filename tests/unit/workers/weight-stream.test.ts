/**
 * Weights go from their file to the device one tensor after another: what lies in JavaScript's memory meanwhile is
 * counted. The file is made up as it is read, so that nothing but the readers holds its bytes.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { ModelConfig } from "../../../src/contract/index.ts";
import { loadFolder, parametersOf, readConfig, toTensors, type LoadedModel } from "../../../src/models/index.ts";
import type { WeightSource } from "../../../src/runtime/index.ts";
import { weightSources } from "../../../src/training/index.ts";
import { allWeights, modelWeights } from "../../../workers/compute/model-weights.ts";
import { readFixture } from "../../support/fixture.ts";
import { native } from "../../support/native.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
/** Bytes of all array buffers that are still in use. */
function held(): number {
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
}

const fixture = JSON.parse(new TextDecoder().decode(readFixture("fixtures/folders/bert/config.json"))) as object;
const text = (name: string): string => new TextDecoder().decode(readFixture(`fixtures/folders/bert/${name}`));
/** The fixture's tokenizer on 33 MB of weights: 24 layers, the largest tensor an eightieth of the whole. */
const size = { num_hidden_layers: 24, hidden_size: 160, num_attention_heads: 2, intermediate_size: 640 };
const configText = JSON.stringify({ ...fixture, ...size });

/** A safetensors file whose every value is its place modulo 251, over 1000. */
function madeUp(config: ModelConfig): { file: File; bytes: number; largest: number } {
  const header: Record<string, unknown> = {};
  let [end, largest] = [0, 0];
  const parameters = parametersOf(config, "mlm");
  const empty = new Map(
    parameters.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
  );
  for (const { name, shape } of toTensors(parameters, empty)) {
    const bytes = shape.reduce((a, b) => a * b, 4);
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + bytes] };
    end += bytes;
    largest = Math.max(largest, bytes);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padding = (8 - (json.length % 8)) % 8;
  const head = new Uint8Array(8 + json.length + padding).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(json.length + padding), true);
  head.set(json, 8);
  const read = (from: number, to: number): ArrayBuffer => {
    if (to <= head.length) return head.slice(from, to).buffer;
    const first = (from - head.length) / 4;
    return Float32Array.from({ length: (to - from) / 4 }, (_, i) => ((first + i) % 251) / 1000).buffer;
  };
  const file = {
    name: "model.safetensors",
    size: head.length + end,
    slice: (from: number, to: number) => ({ arrayBuffer: () => Promise.resolve(read(from, to)) }),
  };
  return { file: file as unknown as File, bytes: end, largest };
}

async function opened(): Promise<{ model: LoadedModel; bytes: number; largest: number }> {
  const small = [new File([configText], "config.json")];
  for (const name of ["tokenizer.json", "tokenizer_config.json"]) small.push(new File([text(name)], name));
  const { file, bytes, largest } = madeUp(readConfig(configText));
  return { model: await loadFolder([...small, file], () => {}), bytes, largest };
}

/** More than the tensor that is read, and its copy: what the garbage collector has not looked at. */
const TENSORS_AT_ONCE = 4;

/** Notes at every so many looks how much more is held than at the beginning: collecting garbage takes its time. */
class Watch {
  most = 0;
  readonly #before = held();
  #looks = 0;
  look(every = 24): void {
    if (this.#looks++ % every === 0) this.most = Math.max(this.most, held() - this.#before);
  }
}
const watched = (source: WeightSource, watch: Watch): WeightSource => ({
  has: (name) => source.has(name),
  get: async (name) => {
    const data = await source.get(name);
    watch.look();
    return data;
  },
});

test("opened, uploaded and saved, a model lies in memory once: on the device", async () => {
  const { model, bytes, largest } = await opened();
  const once = bytes + TENSORS_AT_ONCE * largest;
  expect(once).toBeLessThan(1.5 * bytes); // else a second copy would not show
  const parameters = parametersOf(model.config, "mlm");
  const uploading = new Watch();
  const weights = await native().upload(parameters, watched(modelWeights(model, 1), uploading));
  uploading.look(1);
  expect(uploading.most).toBeGreaterThan(0.9 * bytes);
  expect(uploading.most).toBeLessThan(once);

  const saving = new Watch();
  const run = {
    parameters,
    weight: async (name: string) => (await weights.read([name])).get(name)!,
    learns: () => false,
    moments: () => Promise.reject(new Error("none learns")),
  };
  let saved = 0;
  for (const tensor of weightSources(run)) {
    saved += (await tensor.read()).byteLength;
    saving.look();
  }
  expect(saved).toBe(bytes);
  expect(saving.most).toBeLessThan(TENSORS_AT_ONCE * largest);
  weights.dispose();

  const twice = new Watch();
  const whole = await allWeights(model, 1);
  const copy = await native().upload(parameters, watched(whole, twice));
  twice.look(1);
  expect(twice.most).toBeGreaterThan(1.9 * bytes); // so the watch sees what it is for
  copy.dispose();
});
