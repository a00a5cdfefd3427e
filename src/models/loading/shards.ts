/** Weights that are split over several safetensors files, with an index that says which tensor is where. */
import { UnmaskError } from "../../base/index.ts";
import { isObject, parseObject, quoted } from "../formats/json.ts";
import { weightsIndexFile } from "./loaded-model.ts";

const shardName = /^[\w][\w.-]{0,120}\.safetensors$/;
const maxShards = 1000;

function bad(fact: string): UnmaskError {
  return new UnmaskError(
    "models/bad-safetensors",
    `${weightsIndexFile}: ${fact}`,
    "Take the index and all its parts from the same model again.",
    { file: weightsIndexFile, problem: "index" },
  );
}

export interface ShardIndex {
  /** File names, each once. */
  files: string[];
  /** Tensor to file. */
  places: Map<string, string>;
}

/** @throws models/bad-safetensors */
export function readShardIndex(text: string): ShardIndex {
  const map = parseObject(text, weightsIndexFile, "models/bad-safetensors")["weight_map"];
  if (!isObject(map)) throw bad("it must have a weight_map.");
  const places = new Map<string, string>();
  for (const [tensor, file] of Object.entries(map)) {
    if (typeof file !== "string" || !shardName.test(file))
      throw bad(`every part must be the name of a safetensors file beside it; found ${quoted(file)}.`);
    places.set(tensor, file);
  }
  const files = [...new Set(places.values())].sort();
  if (files.length === 0 || files.length > maxShards)
    throw bad(`it must name between 1 and ${maxShards} parts; found ${files.length}.`);
  return { files, places };
}

/** Joins the parts' tensors; each must be where the index says. @throws models/bad-safetensors */
export function joinShards<T>(
  { places }: ShardIndex,
  shards: ReadonlyMap<string, ReadonlyMap<string, T>>,
): Map<string, T> {
  const tensors = new Map<string, T>();
  for (const [name, file] of places) {
    const tensor = shards.get(file)?.get(name);
    if (tensor === undefined) throw bad(`tensor ${quoted(name)} must be in ${file}; it is not there.`);
    tensors.set(name, tensor);
  }
  return tensors;
}
