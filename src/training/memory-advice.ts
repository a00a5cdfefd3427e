/**
 * Plans a recipe's run and, when it does not fit, tries what is known to take less: each change planned in full, so
 * that its number is as good as the plan's. Knows no device: its limits are given.
 */
import { UnmaskError } from "../base/index.ts";
import type { MemoryAdvice, MemoryLimits, MemoryPlan, MemoryRemedy, ModelConfig, Recipe } from "../contract/index.ts";
import { bucketLengths, bucketsOf, type BlockIndex } from "../data/index.ts";
import { buildMlmForward, type StepGraph } from "../models/index.ts";
import { scoringOptions } from "./graph-options.ts";
import { planRun } from "./memory-plan.ts";
import { headOf } from "./objectives/index.ts";
import { mlmNetwork, runShape } from "./objectives/mlm.ts";
import { ParameterPlan } from "./parameter-plan.ts";
import { onDevice } from "./precision.ts";
import { stepGraph } from "./recipe-trainer.ts";

/**
 * The run at its largest: when everything that ever learns does, on batches of every length that the recipe may cut
 * them to. Other objectives' heads are small beside MLM's.
 */
export function planRecipe(config: ModelConfig, asked: Recipe, limits: MemoryLimits): MemoryPlan {
  const recipe = onDevice(asked, limits);
  const shape = runShape(recipe, config);
  const parameters = new ParameterPlan(recipe, config, headOf(recipe));
  const padding = paddingOf(recipe);
  const objective = mlmNetwork(config, recipe, shape, padding);
  const graph = (name?: string): StepGraph =>
    stepGraph({ recipe, objective }, limits.kind, (one) => parameters.trainable(one, Number.MAX_SAFE_INTEGER), name);
  const cut = bucketsOf(recipe) === "no" ? [] : bucketLengths(shape.T).filter((T) => T < shape.T);
  const heldOut = buildMlmForward(config, shape, { padding, ...scoringOptions(recipe) });
  const shorter = cut.map((T) => graph(String(T)));
  return planRun({ step: graph(), shorter, heldOut, accumulation: recipe.accumulation }, limits);
}

/** What packing will say of its blocks, as far as the recipe alone tells: joined documents fill theirs. */
export function paddingOf({ objective, packing, documentBorders }: Recipe): BlockIndex["padded"] {
  if (objective !== "mlm" && objective !== "permutation") return true;
  if (packing === "lines") return true;
  return documentBorders === "open" ? false : "documents";
}

/** Changes worth a try, the one that costs least first. */
function changes(recipe: Recipe, { float16 }: MemoryLimits): Omit<MemoryRemedy, "totalBytes" | "fits">[] {
  const { batchSize, accumulation, blockLength } = recipe;
  const list: Omit<MemoryRemedy, "totalBytes" | "fits">[] = [];
  const smaller = (B: number): Partial<Recipe> => ({
    batchSize: B,
    accumulation: Math.round((accumulation * batchSize) / B),
  });
  for (const B of [batchSize >> 1, batchSize >> 2, 1].filter((n, i, all) => n >= 1 && all.indexOf(n) === i))
    if (B < batchSize)
      list.push({ label: `Batches of ${B}, ${smaller(B).accumulation} added up`, settings: smaller(B) });
  if (float16 === true && recipe.precision === "f32")
    list.push({ label: "Compute in float16", settings: { precision: "f16" } });
  const remade: Partial<Recipe> = { recompute: "layers" };
  if (recipe.recompute === "off") {
    list.push({ label: "Recompute activations", settings: remade });
    if (batchSize > 1) list.push({ label: "Batches of 1, recomputed", settings: { ...remade, ...smaller(1) } });
  }
  if (blockLength >= 64)
    list.push({ label: `Blocks of ${blockLength >> 1} tokens`, settings: { blockLength: blockLength >> 1 } });
  if (recipe.freezeEmbeddings === "no")
    list.push({ label: "Freeze the embeddings", settings: { freezeEmbeddings: "yes" } });
  if (recipe.loraTargets === "off") {
    list.push({ label: "LoRA adapters only", settings: { loraTargets: "encoder" } });
    list.push({
      label: "LoRA, batches of 1, recomputed",
      settings: { loraTargets: "encoder", recompute: "layers", ...(batchSize > 1 ? smaller(1) : {}) },
    });
  }
  return list;
}

/** @param plan of this very recipe, where there is one already */
export function adviseMemory(
  config: ModelConfig,
  recipe: Recipe,
  limits: MemoryLimits,
  plan = planRecipe(config, recipe, limits),
): MemoryAdvice {
  if (plan.problems.length === 0) return { plan, remedies: [] };
  const remedies = changes(recipe, limits).map((change): MemoryRemedy => {
    const { totalBytes, problems } = planRecipe(config, { ...recipe, ...change.settings }, limits);
    return { ...change, totalBytes, fits: problems.length === 0 };
  });
  return { plan, remedies: remedies.filter(({ totalBytes }) => totalBytes < plan.totalBytes) };
}

/** training/does-not-fit, with what would fit as its hint. */
export function doesNotFit({ plan, remedies }: MemoryAdvice): UnmaskError {
  const fits = remedies.filter((one) => one.fits).map(({ label }) => label.toLowerCase());
  return new UnmaskError(
    "training/does-not-fit",
    `This run does not fit into memory. ${plan.problems.join(" ")}`,
    fits.length > 0
      ? `In the Recipe step any of these makes it fit: ${fits.slice(0, 4).join("; ")}.`
      : "Choose a smaller model, or a machine with more memory.",
    { totalBytes: plan.totalBytes },
  );
}
