/** The recipe's choice of an objective: one line each. */
import type { Recipe } from "../../contract/index.ts";
import type { Head } from "../../models/index.ts";
import type { Objective } from "../objective.ts";
import { mlmObjective, type TextPlan } from "./mlm.ts";

interface ObjectiveKind {
  /** Known without any data: a stored checkpoint is read by it. */
  head(recipe: Recipe): Head;
  open(plan: TextPlan): Objective;
}
const objectives: Record<Recipe["objective"], ObjectiveKind> = {
  mlm: { head: () => "mlm", open: mlmObjective },
};

export const headOf = (recipe: Recipe): Head => objectives[recipe.objective].head(recipe);
export const openObjective = (plan: TextPlan): Objective => objectives[plan.recipe.objective].open(plan);
