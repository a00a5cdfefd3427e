/** A checkpoint as a Hugging Face folder: transformers loads it, and the page opens it again. */
import type { CheckpointMeta, StoredTensor } from "../contract/index.ts";
import { writeConfig, type ConfigKind } from "./formats/config.ts";
import { writeModelCard, type CardFacts } from "./formats/model-card.ts";
import { writeSafetensors } from "./formats/safetensors.ts";
import { parametersOf } from "./parameters.ts";
import { missingTensors } from "./state-dict.ts";

export interface ExportedFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Tensors must have Hugging Face's names and shapes, tied ones once: see `toTensors`. Without the MLM head's it is an
 * encoder that is exported, and its configuration and card say so.
 */
export function exportFolder(
  meta: CheckpointMeta,
  weights: readonly StoredTensor[],
  facts: CardFacts = {},
): ExportedFile[] {
  const text = (name: string, content: string): ExportedFile => ({ name, bytes: new TextEncoder().encode(content) });
  const kind = kindOf(meta, weights);
  const own = new Set(["config.json", "README.md", "model.safetensors"]);
  const travelling = Object.entries(meta.files).filter(([name]) => !own.has(name) && /^[\w.-]+$/.test(name));
  return [
    text("README.md", writeModelCard(meta, kind, facts)),
    text("config.json", writeConfig(meta.config, kind, meta.special)),
    ...travelling.map(([name, content]) => text(name, content)),
    // The metadata is what transformers looks for: tensors in PyTorch's layout.
    { name: "model.safetensors", bytes: writeSafetensors(weights, { format: "pt" }) },
  ];
}

/** Which of transformers' classes the tensors fill whole. */
function kindOf({ config, task }: CheckpointMeta, weights: readonly StoredTensor[]): ConfigKind {
  if (task !== undefined) return task;
  const names = weights.map(({ name }) => name);
  if (names.includes("cls.seq_relationship.weight")) return "pretraining";
  return missingTensors(parametersOf(config, "mlm"), names).length === 0 ? "masked-lm" : "encoder";
}
