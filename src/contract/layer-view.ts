/**
 * What learns, layer by layer: the numbers of the picture beside the form. Made from the very plan the run goes by
 * (LayerPlan, LoRA's targets), so that the picture cannot say anything else. Knows no graph and no screen.
 */
import { LayerPlan } from "./layer-plan.ts";
import { adapterSize, isTargeted, loraOf, type LinearLayer } from "./lora.ts";
import type { Recipe } from "./recipe/index.ts";

/** A network's size, from below: what a recipe's choice of layers is worked out on. */
export interface NetworkLayout {
  /** Parameters of the embeddings, of each layer, of the head. */
  groups: readonly number[];
  linears: readonly LinearLayer[];
}
export interface LayerRow {
  /** 0 the embeddings, 1 to L the layers, L + 1 the head. */
  group: number;
  parameters: number;
  /** How many of them learn once the group does: its adapters' where there is LoRA. */
  learning: number;
  adapters: boolean;
  /** Share of the learning rate. */
  share: number;
  /** The update (from 1) at which it begins to learn; Infinity for a group that never does. */
  firstStep: number;
  /** Of gradients and of AdamW's two moments, while it learns. */
  gradientBytes: number;
  momentBytes: number;
}

const floatBytes = 4;

/** From below, with the MLM head that the model brought; SimCSE keeps it as it is. @throws training/too-many-frozen */
export function layerRows(recipe: Recipe, { groups, linears }: NetworkLayout): LayerRow[] {
  const lora = loraOf(recipe);
  const top = recipe.objective === "contrastive" ? groups.length - 2 : groups.length - 1;
  const adapters = groups.map((_, group) =>
    lora === undefined || group > top ? [] : linears.filter((one) => one.group === group && isTargeted(one, lora)),
  );
  const sizes = groups.map((parameters, group) => {
    if (group > top) return 0;
    return lora === undefined ? parameters : adapters[group]!.reduce((sum, one) => sum + adapterSize(one, lora), 0);
  });
  const plan = new LayerPlan(
    recipe,
    groups.length - 2,
    sizes.findLastIndex((size) => size > 0),
  );
  return groups.map((parameters, group): LayerRow => {
    const firstStep = sizes[group] === 0 ? Infinity : plan.firstStep(group);
    const learning = firstStep === Infinity ? 0 : sizes[group]!;
    return {
      group,
      parameters,
      learning,
      adapters: adapters[group]!.length > 0,
      share: learning === 0 ? 0 : plan.rateShare(group),
      firstStep,
      gradientBytes: floatBytes * learning,
      momentBytes: 2 * floatBytes * learning,
    };
  });
}

/** Why a recipe's choice of layers leaves nothing to train on this network, and the remedy; undefined when it does not. */
export function layerProblem(recipe: Recipe, layout: NetworkLayout): string | undefined {
  const layers = layout.groups.length - 2;
  if (recipe.freezeLayers > layers)
    return `The recipe freezes ${recipe.freezeLayers} layers, but the model has ${layers}.`;
  const rows = layerRows(recipe, layout);
  if (rows.some(({ learning }) => learning > 0)) return undefined;
  if (recipe.loraTargets !== "off" && !rows.some(({ adapters }) => adapters))
    return "This model has no linear layers of the kind that LoRA is to stand beside: choose others, or let the weights learn.";
  // The head of sentence objectives is drawn anew and learns in any case.
  return recipe.objective === "nsp" || recipe.objective === "sop"
    ? undefined
    : "Nothing would learn: every part is frozen. Freeze fewer layers, or choose more of them for LoRA.";
}
