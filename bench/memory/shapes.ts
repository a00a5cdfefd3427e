/** What is measured, smallest first; letters as in src/contract/shapes.ts. */
import type { DeviceKind, MemoryLimits, MemoryPlan, ModelConfig, Recipe } from "../../src/contract/index.ts";

export interface MemoryShape {
  config: ModelConfig;
  recipe: Pick<Recipe, "batchSize" | "blockLength" | "accumulation" | "recompute"> &
    Partial<Pick<Recipe, "packing" | "lengthBuckets">>;
}
/** For a plan that refuses nothing. */
export const noLimits = (kind: DeviceKind): MemoryLimits => ({
  kind,
  totalBytes: null,
  totalFrom: "",
  tensorBytes: null,
  heapBytes: null,
  splitsTables: true,
});
type Letters = { L: number; H: number; A: number; I: number; V: number; P: number };

function bert({ L, H, A, I, V, P }: Letters): ModelConfig {
  return {
    model_type: "bert",
    vocab_size: V,
    hidden_size: H,
    num_hidden_layers: L,
    num_attention_heads: A,
    intermediate_size: I,
    max_position_embeddings: P,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    pad_token_id: 0,
    hidden_act: "gelu",
    initializer_range: 0.02,
  };
}
const batch = (batchSize: number, blockLength: number, more: Partial<MemoryShape["recipe"]> = {}) => ({
  batchSize,
  blockLength,
  accumulation: 1,
  recompute: "off" as const,
  ...more,
});
const tiny = bert({ L: 2, H: 128, A: 2, I: 512, V: 8192, P: 128 });
const mini = bert({ L: 4, H: 256, A: 4, I: 1024, V: 8192, P: 512 });
const minilm = bert({ L: 6, H: 384, A: 12, I: 1536, V: 30522, P: 512 });
/** RoBERTa-base's shape: 125M parameters, a word table of 154 MB. */
const roberta: ModelConfig = {
  ...bert({ L: 12, H: 768, A: 12, I: 3072, V: 50265, P: 514 }),
  model_type: "roberta",
  type_vocab_size: 1,
  pad_token_id: 1,
  layer_norm_eps: 1e-5,
};

export const shapes = {
  nano: { config: bert({ L: 2, H: 64, A: 2, I: 256, V: 512, P: 32 }), recipe: batch(4, 32) },
  tiny: { config: tiny, recipe: batch(8, 128) },
  mini: { config: mini, recipe: batch(8, 128) },
  "mini-long": { config: mini, recipe: batch(8, 512) },
  "mini-recompute": { config: mini, recipe: batch(8, 512, { recompute: "layers" }) },
  "mini-accumulate": { config: mini, recipe: batch(4, 128, { accumulation: 2 }) },
  "mini-recompute-short": { config: mini, recipe: batch(2, 64, { recompute: "layers" }) },
  "tiny-cut": { config: tiny, recipe: batch(4, 64, { packing: "lines", lengthBuckets: "cut" }) },
  minilm: { config: minilm, recipe: batch(8, 128) },
  roberta: { config: roberta, recipe: batch(1, 64) },
} as const satisfies Record<string, MemoryShape>;
export type ShapeName = keyof typeof shapes;
export const describe = (name: ShapeName): string => {
  const { config: c, recipe: r } = shapes[name];
  return `L${c.num_hidden_layers} H${c.hidden_size} V${c.vocab_size} B${r.batchSize} T${r.blockLength}`;
};

/** What a child reports, MB of 10^6 bytes. */
export interface Measured {
  plan: MemoryPlan;
  losses: number[];
  times: number[];
  /** Resident above idle once the weights are on the device. */
  openedMb: number;
  processMb: number;
  heapMb: number;
  gpuMb: number;
  idleMb: number;
}
