/** A checkpoint's LoRA adapters as a folder that PEFT loads. */
import { UnmaskError } from "../../src/base/index.ts";
import type { ComputeWorker } from "../../src/contract/index.ts";
import { adaptersAmong, writeAdapter } from "../../src/models/index.ts";
import { loadCheckpoint } from "../../src/storage/index.ts";

export const adapterFolder: ComputeWorker["exportAdapter"] = async (checkpoint) => {
  const { meta, weights } = await loadCheckpoint(checkpoint);
  if (meta.lora === undefined)
    throw new UnmaskError(
      "training/no-adapter",
      "Only a checkpoint with LoRA has an adapter to save; in this one the weights themselves learned.",
      "Export the whole model instead.",
    );
  return writeAdapter(adaptersAmong(weights).adapters, meta.lora, meta.lora.base);
};
