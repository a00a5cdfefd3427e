/**
 * The families of encoders that the page computes, as far as everyone must know them: what people call them, and how
 * they count places. What the workers know beside this is a record each in src/models/architectures.
 */
import type { ModelConfig } from "./model.ts";

export interface FamilyFacts {
  /** As people call it. */
  label: string;
  /** Models under other names that are the same network. */
  also?: readonly string[];
  /**
   * How places are counted: from 0; from padding_idx + 1, padding being padding_idx itself; not at all (places are
   * relative, and the graph has no `position_ids` input).
   */
  places: "from-zero" | "after-padding" | "relative";
  /** End tokens between two segments of a text: one unless told. */
  separators?: 1 | 2;
  /** How hidden tokens are guessed: at mask tokens (absent), or in a random order by a query stream, as XLNet does. */
  guesses?: "permuted";
}

/** In the order in which they are listed to people. */
export const families = {
  bert: { label: "BERT", places: "from-zero" },
  roberta: {
    label: "RoBERTa",
    also: ["DistilRoBERTa", "XLM-RoBERTa", "CamemBERT"],
    places: "after-padding",
    separators: 2,
  },
  distilbert: { label: "DistilBERT", places: "from-zero" },
  electra: { label: "ELECTRA", places: "from-zero" },
  mpnet: { label: "MPNet", places: "after-padding", separators: 2 },
  "roberta-prelayernorm": { label: "RoBERTa-PreLayerNorm", places: "after-padding", separators: 2 },
  modernbert: { label: "ModernBERT", places: "relative" },
  xlnet: { label: "XLNet", places: "relative", guesses: "permuted" },
} as const satisfies Record<string, FamilyFacts>;

export type Family = keyof typeof families;

export const familyFacts = ({ model_type }: Pick<ModelConfig, "model_type">): FamilyFacts => families[model_type];

/** "BERT, RoBERTa (DistilRoBERTa, ...)" */
export const familiesText: string = Object.values<FamilyFacts>(families)
  .map(({ label, also }) => (also === undefined ? label : `${label} (also ${also.join(", ")})`))
  .join(", ");

/** The longest block that the model takes, in tokens: the first padding_idx + 1 rows of a position table may be no places. */
export const longestBlock = (config: ModelConfig): number =>
  config.max_position_embeddings - (familyFacts(config).places === "after-padding" ? config.pad_token_id + 1 : 0);
