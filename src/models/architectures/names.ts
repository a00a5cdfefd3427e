/**
 * What a transformer encoder of the usual make calls its modules. Parameters and graph are made from the same names,
 * so that a family is its names and what it does differently. Knows no family.
 */

export interface EmbeddingNames {
  words: string;
  positions: string;
  /** Absent in families without token types. */
  types?: string;
  norm: string;
}
export interface LayerNames {
  /** Our packed parameter, and the linear layers that make it up: query, key, value. */
  packed: string;
  parts: readonly [string, string, string];
  attended: string;
  /** DistilBERT drops nothing there. */
  attendedDropout?: false;
  attentionNorm: string;
  inner: string;
  outer: string;
  outputNorm: string;
}
/** What a layer's two sums add, and its two LayerNorms. */
export type SummedNames = Pick<LayerNames, "attended" | "attentionNorm" | "outer" | "outputNorm">;
export interface EncoderNames {
  embeddings: EmbeddingNames;
  /** A linear layer from the embeddings' width to the hidden one, in models where they differ. */
  projection?: string;
  layer(i: number): LayerNames;
  /** Present in models that normalise before each part of a layer: the last sum's own LayerNorm. */
  finalNorm?: string;
}

/** A module's weight under its name. */
export const weightName = (module: string): string => `${module}.weight`;

/** BERT's own names below a prefix; RoBERTa and ELECTRA have the same. */
export function bertNames(prefix: string): EncoderNames {
  const embeddings = `${prefix}.embeddings`;
  return {
    embeddings: {
      words: `${embeddings}.word_embeddings`,
      positions: `${embeddings}.position_embeddings`,
      types: `${embeddings}.token_type_embeddings`,
      norm: `${embeddings}.LayerNorm`,
    },
    layer: (i) => {
      const layer = `${prefix}.encoder.layer.${i}`;
      const self = `${layer}.attention.self`;
      return {
        packed: `${self}.qkv`,
        parts: [`${self}.query`, `${self}.key`, `${self}.value`],
        attended: `${layer}.attention.output.dense`,
        attentionNorm: `${layer}.attention.output.LayerNorm`,
        inner: `${layer}.intermediate.dense`,
        outer: `${layer}.output.dense`,
        outputNorm: `${layer}.output.LayerNorm`,
      };
    },
  };
}
