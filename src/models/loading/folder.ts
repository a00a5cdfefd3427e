/**
 * A Hugging Face folder that was dropped or picked. Weights stay in their files until each tensor is read. Pickled
 * weights are never opened: unpickling can run code.
 */
import { UnmaskError } from "../../base/index.ts";
import { storableWeights } from "../formats/floats.ts";
import { openSafetensors, type RandomAccess, type RawSource } from "../formats/safetensors.ts";
import {
  assembleTokenizer,
  neededTokenizerFiles,
  noWeights,
  stopIfAborted,
  weightsFile,
  weightsIndexFile,
  type LoadedModel,
  type OnProgress,
} from "./loaded-model.ts";
import { findAdapter, folderOf, mergeDropped, pathOf } from "./folder-adapter.ts";
import { joinShards, readShardIndex } from "./shards.ts";

/** Larger than any tokenizer.json or index in use. */
const maxTextBytes = 64_000_000;

/** The files beside the one config.json that lies highest, by name. */
function modelFolder(files: readonly File[]): { folder: string; byName: Map<string, File> } {
  const configs = files
    .map(pathOf)
    .filter((path) => path === "config.json" || path.endsWith("/config.json"))
    .sort((a, b) => a.split("/").length - b.split("/").length);
  const first = configs[0];
  if (first === undefined)
    throw new UnmaskError(
      "models/no-config",
      "A model's folder must have config.json; it was not found among the files.",
      findAdapter(files) === undefined
        ? "Drop the whole folder of the model: config.json, the tokenizer's files and model.safetensors."
        : "This is an adapter: drop it together with the folder of the model that it was trained on.",
      { files: files.length },
    );
  const second = configs[1];
  if (second !== undefined && second.split("/").length === first.split("/").length)
    throw new UnmaskError(
      "models/several-models",
      `One model is expected; found ${configs.length} folders with a config.json.`,
      "Drop the folder of one model only.",
      { folders: configs.length },
    );
  const folder = folderOf(first);
  const byName = new Map(
    files.filter((file) => folderOf(pathOf(file)) === folder).map((file) => [pathOf(file).slice(folder.length), file]),
  );
  return { folder, byName };
}

async function readText(file: File): Promise<string> {
  if (file.size > maxTextBytes)
    throw new UnmaskError(
      "models/file-too-large",
      `${file.name.slice(0, 80)} must be at most ${maxTextBytes} bytes; it has ${file.size}.`,
      "This is no tokenizer or configuration file: take it from the model again.",
      { sizeBytes: file.size },
    );
  return file.text();
}

function randomAccess(file: File, onBytes: (bytes: number) => void): RandomAccess {
  return {
    sizeBytes: file.size,
    async read(start, end) {
      onBytes(end - start);
      try {
        return new Uint8Array(await file.slice(start, end).arrayBuffer());
      } catch (cause) {
        throw new UnmaskError(
          "models/unreadable-file",
          `${file.name.slice(0, 80)} must be readable; the browser could not read bytes ${start} to ${end}.`,
          "The file may have been moved or changed since it was dropped, or memory has run out: drop it again.",
          { start, end },
          cause,
        );
      }
    },
  };
}

/**
 * Opens a dropped model folder. Its tensors are read from the files whenever they are asked for; `onProgress` then
 * hears how many bytes have been read, and `signal` stops that. A PEFT adapter dropped with it is merged into the weights.
 * @throws models/no-config, models/several-models, models/pickle-refused, models/no-safetensors,
 * models/bad-safetensors, and what `readConfig` and the tokenizer checks throw; base/aborted
 */
export async function loadFolder(
  files: readonly File[],
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<LoadedModel> {
  const { folder, byName } = modelFolder(files);
  const adapter = findAdapter(files);
  const present = new Set(byName.keys());
  const texts: Record<string, string> = {};
  for (const name of ["config.json", ...neededTokenizerFiles(present)]) texts[name] = await readText(byName.get(name)!);
  const name = folder === "" ? "Imported model" : folder.split("/").at(-2)!;
  const tokenizer = assembleTokenizer({
    name,
    origin: `imported folder "${name}", licence as its source states`,
    texts,
  });

  const single = byName.get(weightsFile);
  const indexFile = byName.get(weightsIndexFile);
  if (single === undefined && indexFile === undefined) throw noWeights("The folder", [...present]);
  const index = single === undefined ? readShardIndex(await readText(indexFile!)) : undefined;
  const names = index?.files ?? [weightsFile];
  const parts = names.map((part) => byName.get(part) ?? missingPart(part));
  const total = parts.reduce((sum, part) => sum + part.size, 0);
  const shards = new Map<string, ReadonlyMap<string, RawSource>>();
  let done = 0;
  const onBytes = (bytes: number): void => {
    stopIfAborted(signal);
    done = Math.min(total, done + bytes);
    onProgress({ phase: "Reading the model", done, total, unit: "bytes" });
  };
  for (const [i, part] of parts.entries())
    shards.set(names[i]!, (await openSafetensors(randomAccess(part, onBytes), names[i]!)).tensors);
  const tensors = index === undefined ? new Map(shards.get(weightsFile)!) : joinShards(index, shards);
  const plain = storableWeights(tensors);
  return {
    ...tokenizer,
    tensors: adapter === undefined ? plain : await mergeDropped(adapter, plain),
    sizeBytes: total,
    ...(adapter === undefined ? {} : { origin: `${tokenizer.origin}, with a LoRA adapter merged in` }),
  };
}

function missingPart(name: string): never {
  throw new UnmaskError(
    "models/missing-part",
    `The weights must be complete; the part ${name} was not found.`,
    "Drop the folder with all parts of the weights.",
    { part: name },
  );
}
