/**
 * A PEFT adapter among dropped files, beside its base model or in a folder of its own: found, read, merged into the
 * model's tensors. Pickled adapters are never opened.
 */
import { UnmaskError } from "../../base/index.ts";
import type { StoredWeight } from "../../contract/index.ts";
import { readSafetensors } from "../formats/safetensors.ts";
import { mergeAdapters } from "../lora/merge.ts";
import { adapterConfigFile, adapterWeightsFile, readAdapter } from "../lora/peft.ts";

/** An adapter is small; one larger than this is no adapter. */
const maxBytes = 1_000_000_000;

/** A file's path within what was dropped, and its folder. */
export const pathOf = (file: File): string => (file.webkitRelativePath || file.name).replaceAll("\\", "/");
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export interface DroppedAdapter {
  config: File;
  weights: File;
}

/** @throws models/several-adapters, models/missing-part */
export function findAdapter(files: readonly File[]): DroppedAdapter | undefined {
  const configs = files.filter((file) => nameOf(pathOf(file)) === adapterConfigFile);
  const [config, second] = configs;
  if (config === undefined) return undefined;
  if (second !== undefined)
    throw new UnmaskError(
      "models/several-adapters",
      `One adapter is expected; found ${configs.length} folders with ${adapterConfigFile}.`,
      "Drop the base model and one adapter only.",
      { adapters: configs.length },
    );
  const weights = files.find((file) => pathOf(file) === folderOf(pathOf(config)) + adapterWeightsFile);
  if (weights === undefined || weights.size > maxBytes)
    throw new UnmaskError(
      "models/missing-part",
      `An adapter must have ${adapterWeightsFile} of at most ${maxBytes} bytes beside ${adapterConfigFile}; found ${weights === undefined ? "none" : `${weights.size} bytes`}.`,
      "Save it in Python with model.save_pretrained(FOLDER), then drop FOLDER with the base model's folder.",
      { part: adapterWeightsFile },
    );
  return { config, weights };
}

/** @throws models/bad-adapter, models/unsupported-adapter, models/adapter-mismatch, models/bad-safetensors */
export async function mergeDropped(
  { config, weights }: DroppedAdapter,
  tensors: ReadonlyMap<string, StoredWeight>,
): Promise<Map<string, StoredWeight>> {
  const file = readSafetensors(new Uint8Array(await weights.arrayBuffer()), adapterWeightsFile);
  const adapter = readAdapter(await config.text(), file.tensors);
  return mergeAdapters(tensors, adapter.tensors, adapter.scaleOf);
}
