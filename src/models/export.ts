/** A checkpoint as a Hugging Face folder: transformers loads it, and the page opens it again. */
import type { CheckpointMeta, StoredTensor } from "../contract/index.ts";
import { writeConfig } from "./formats/config.ts";
import { writeModelCard, type CardFacts } from "./formats/model-card.ts";
import { writeSafetensors } from "./formats/safetensors.ts";

export interface ExportedFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Tensors must have Hugging Face's names and shapes, tied ones once: see `toTensors`. */
export function exportFolder(
  meta: CheckpointMeta,
  weights: readonly StoredTensor[],
  facts: CardFacts = {},
): ExportedFile[] {
  const text = (name: string, content: string): ExportedFile => ({ name, bytes: new TextEncoder().encode(content) });
  const sentences = weights.some(({ name }) => name === "cls.seq_relationship.weight");
  const own = new Set(["config.json", "README.md", "model.safetensors"]);
  const travelling = Object.entries(meta.files).filter(([name]) => !own.has(name) && /^[\w.-]+$/.test(name));
  return [
    text("README.md", writeModelCard(meta, facts)),
    text("config.json", writeConfig(meta.config, meta.task ?? (sentences ? "pretraining" : "masked-lm"), meta.special)),
    ...travelling.map(([name, content]) => text(name, content)),
    // The metadata is what transformers looks for: tensors in PyTorch's layout.
    { name: "model.safetensors", bytes: writeSafetensors(weights, { format: "pt" }) },
  ];
}
