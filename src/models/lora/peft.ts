/**
 * PEFT's adapter folder: adapter_config.json and adapter_model.safetensors, written and read.
 * Source: peft's LoraConfig and save_and_load.py, 0.21: tensors are `base_model.model.<module>.lora_A.weight`.
 */
import { UnmaskError } from "../../base/index.ts";
import type { LoraSettings, StoredTensor } from "../../contract/index.ts";
import { storableTensors, type WeightTensor } from "../formats/floats.ts";
import { isObject, parseObject, quoted, type JsonObject } from "../formats/json.ts";
import { writeSafetensors, type RawTensor } from "../formats/safetensors.ts";

export const adapterConfigFile = "adapter_config.json";
export const adapterWeightsFile = "adapter_model.safetensors";
const prefix = "base_model.model.";

export interface Adapter {
  /** By our names: PEFT's without its prefix. */
  tensors: Map<string, WeightTensor>;
  scaleOf: (module: string, rank: number) => number;
}

/** The folder's two files; `adapters` are a checkpoint's tensors, `base` the name that a reader finds the model by. */
export function writeAdapter(
  adapters: readonly StoredTensor[],
  lora: LoraSettings,
  base: string,
): { name: string; bytes: Uint8Array<ArrayBuffer> }[] {
  const modules = [...new Set(adapters.map(({ name }) => name.replace(/\.lora_[AB]\.weight$/, "")))].sort();
  const config = {
    base_model_name_or_path: base,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: lora.alpha,
    lora_dropout: lora.dropout,
    modules_to_save: null,
    peft_type: "LORA",
    r: lora.rank,
    target_modules: modules,
    task_type: null,
    use_dora: false,
    use_rslora: false,
  };
  const named = adapters.map((tensor) => ({ ...tensor, name: prefix + tensor.name }));
  return [
    { name: adapterConfigFile, bytes: new TextEncoder().encode(`${JSON.stringify(config, null, 2)}\n`) },
    { name: adapterWeightsFile, bytes: writeSafetensors(named, { format: "pt" }) },
  ];
}

function refuse(field: string, value: unknown, expected: string): UnmaskError {
  return new UnmaskError(
    "models/unsupported-adapter",
    `${adapterConfigFile}: ${field} must be ${expected}; found ${quoted(value)}.`,
    "Merge the adapter in Python (model.merge_and_unload().save_pretrained(FOLDER)) and drop that folder instead.",
    { field },
  );
}

/** Options that change what an adapter computes and that merging alone does not cover. */
function refuseOptions(config: JsonObject): void {
  const { peft_type: type, bias = "none", init_lora_weights: init = true } = config;
  if (type !== "LORA") throw refuse("peft_type", type, "LORA");
  if (bias !== "none") throw refuse("bias", bias, '"none"');
  // PiSSA, OLoRA and their kin also change the base's weights.
  if (typeof init !== "boolean" && init !== "gaussian" && init !== "orthogonal")
    throw refuse("init_lora_weights", init, "true, false, gaussian or orthogonal");
  for (const field of ["use_dora", "fan_in_fan_out", "lora_bias", "use_qalora", "use_bdlora"])
    if (config[field] === true) throw refuse(field, true, "false");
  for (const field of ["modules_to_save", "layer_replication", "target_parameters", "trainable_token_indices"]) {
    const value = config[field] ?? null;
    if (value !== null && !(Array.isArray(value) && value.length === 0)) throw refuse(field, value, "empty");
  }
}

/** Alpha of a module: `alpha_pattern` names ends of modules, as a regular expression does in PEFT; plain names only here. */
function alphaOf(config: JsonObject): (module: string) => number {
  const alpha = config["lora_alpha"] ?? 8;
  if (typeof alpha !== "number" || !(alpha > 0)) throw refuse("lora_alpha", alpha, "a number above 0");
  const pattern = config["alpha_pattern"] ?? {};
  if (!isObject(pattern)) throw refuse("alpha_pattern", pattern, "an object");
  const rows = Object.entries(pattern).map(([key, value]) => {
    if (typeof value !== "number" || !/^[\w.]+$/.test(key))
      throw refuse("alpha_pattern", key, "plain names with numbers");
    return [key, value] as const;
  });
  return (module) => rows.find(([key]) => module === key || module.endsWith(`.${key}`))?.[1] ?? alpha;
}

/**
 * @throws models/bad-adapter, models/unsupported-adapter
 */
export function readAdapter(configText: string, file: ReadonlyMap<string, RawTensor>): Adapter {
  const config = parseObject(configText, adapterConfigFile, "models/bad-adapter");
  refuseOptions(config);
  const alpha = alphaOf(config);
  const rootScaled = config["use_rslora"] === true;
  const named = new Map(
    [...file].map(([name, tensor]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, tensor]),
  );
  const foreign = [...named.keys()].find((name) => !/\.lora_[AB]\.weight$/.test(name));
  if (foreign !== undefined) throw refuse("tensors", foreign, "lora_A and lora_B of linear layers only");
  return {
    tensors: storableTensors(named),
    scaleOf: (module, rank) => alpha(module) / (rootScaled ? Math.sqrt(rank) : rank),
  };
}
