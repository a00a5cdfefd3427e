/** The recipe's choice of an objective: one line each. */
import { UnmaskError } from "../../base/index.ts";
import { objectiveProblem, type Recipe } from "../../contract/index.ts";
import type { Head } from "../../models/index.ts";
import type { Objective } from "../objective.ts";
import { contrastiveObjective, type ContrastivePlan } from "./contrastive.ts";
import { mlmObjective, type TextPlan } from "./mlm.ts";
import { pairObjective, type PairPlan } from "./pairs.ts";

/** Text, packed in every way that the recipe's objective asks for. */
export type ObjectivePlan = TextPlan & Partial<Pick<PairPlan, "pairs"> & Pick<ContrastivePlan, "sentences">>;
interface ObjectiveKind {
  /** Known without any data: a stored checkpoint is read by it. */
  head(recipe: Recipe): Head;
  open(plan: ObjectivePlan): Objective;
}

const sentencePairs: ObjectiveKind = {
  head: () => "mlm+pairs",
  open(plan) {
    const { pairs } = plan;
    if (pairs === undefined) throw new UnmaskError("training/internal", "This objective needs text in pairs.");
    return pairObjective({ ...plan, pairs });
  },
};
const objectives: Record<Recipe["objective"], ObjectiveKind> = {
  mlm: { head: () => "mlm", open: mlmObjective },
  nsp: sentencePairs,
  sop: sentencePairs,
  contrastive: {
    head: () => "kept-mlm",
    open(plan) {
      const { sentences } = plan;
      if (sentences === undefined) throw new UnmaskError("training/internal", "This objective needs sentences.");
      return contrastiveObjective({ ...plan, sentences });
    },
  },
  permutation: { head: () => "mlm", open: mlmObjective },
};

export const headOf = (recipe: Recipe): Head => objectives[recipe.objective].head(recipe);

/** @throws training/other-objective */
export function openObjective(plan: ObjectivePlan): Objective {
  const { config, recipe } = plan;
  const problem = objectiveProblem(config, recipe.objective);
  if (problem !== undefined)
    throw new UnmaskError("training/other-objective", problem.message, problem.hint, { objective: recipe.objective });
  return objectives[recipe.objective].open(plan);
}
