/**
 * What learns, layer by layer: the numbers of the picture beside the form. Made from the very plan the run goes by
 * (LayerPlan, LoRA's targets), so that the picture cannot say anything else. Knows no graph and no screen.
 */
import { UnmaskError } from "../base/index.ts";
import { LayerPlan } from "./layer-plan.ts";
import { adapterSize, isTargeted, loraOf, type LinearLayer } from "./lora.ts";
import type { Recipe } from "./recipe/index.ts";
import { idlePlan } from "./unfreezing-plan.ts";

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

/** Sentence objectives draw a head of their own, which learns in any case. */
const drawsHead = ({ objective }: Recipe): boolean => objective === "nsp" || objective === "sop";

/**
 * From below, with the MLM head that the model brought; SimCSE keeps it as it is.
 * @throws training/too-many-frozen, training/bad-unfreezing-plan
 */
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
  const highest = drawsHead(recipe) ? top : sizes.findLastIndex((size) => size > 0);
  const plan = new LayerPlan(recipe, groups.length - 2, highest);
  return groups.map((parameters, group): LayerRow => {
    const learns = sizes[group]! > 0 || (group === top && drawsHead(recipe));
    const firstStep = learns ? plan.firstStep(group) : Infinity;
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

/** Why a recipe's choice of layers cannot be trained on this network, and the remedy; undefined when it can. */
export function layerProblem(recipe: Recipe, layout: NetworkLayout): string | undefined {
  let rows: LayerRow[];
  try {
    rows = layerRows(recipe, layout);
  } catch (error) {
    if (error instanceof UnmaskError) return saying(error);
    throw error;
  }
  if (recipe.loraTargets !== "off" && !rows.some(({ adapters }) => adapters))
    return "This model has no linear layers of the kind that LoRA is to stand beside: choose others, or let the weights learn.";
  const first = Math.min(...rows.map(({ firstStep }) => firstStep));
  if (first === 1) return undefined;
  if (first < Infinity) return saying(idlePlan(first));
  return "Nothing would learn: every part is frozen. Freeze fewer layers, or choose more of them for LoRA.";
}

const saying = ({ message, hint }: UnmaskError): string => `${message} ${hint}`;
