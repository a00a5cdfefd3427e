/**
 * LoRA as everyone must know it: which linear layers get an adapter, and how large it is. Beside a layer y = x W' + b
 * stand A (rank, in) and B (out, rank): y = x W' + b + (alpha / rank) x A' B'. Source: Hu et al. 2021; names as PEFT.
 */
import type { Recipe } from "./recipe/index.ts";

export interface LoraSettings {
  rank: number;
  alpha: number;
  dropout: number;
  targets: Exclude<Recipe["loraTargets"], "off">;
}

/** What a linear layer does in its network. `projections` is query, key and value in one tensor. */
export type LinearRole = "query" | "key" | "value" | "projections" | "attended" | "feed-forward" | "head";

/** A linear layer as Hugging Face names it. */
export interface LinearLayer {
  module: string;
  inputs: number;
  outputs: number;
  role: LinearRole;
  /** 0 the embeddings, 1 to L the layers, L + 1 the head. */
  group: number;
}

const attention: readonly LinearRole[] = ["query", "key", "value", "projections", "attended"];
const targeted: Readonly<Record<LoraSettings["targets"], readonly LinearRole[]>> = {
  "query-value": ["query", "value", "projections"],
  attention,
  encoder: [...attention, "feed-forward"],
  all: [...attention, "feed-forward", "head"],
};

export function loraOf({ loraTargets, loraRank, loraAlpha, loraDropout }: Recipe): LoraSettings | undefined {
  if (loraTargets === "off") return undefined;
  return { rank: loraRank, alpha: loraAlpha, dropout: loraDropout, targets: loraTargets };
}

export const isTargeted = ({ role }: Pick<LinearLayer, "role">, { targets }: Pick<LoraSettings, "targets">): boolean =>
  targeted[targets].includes(role);

/** Numbers that an adapter of this layer has. */
export const adapterSize = ({ inputs, outputs }: LinearLayer, { rank }: Pick<LoraSettings, "rank">): number =>
  rank * (inputs + outputs);
