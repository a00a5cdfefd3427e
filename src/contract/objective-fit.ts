/** Which of the recipe's objectives a model can learn by: a query stream guesses in any order, and only so. */
import { familyFacts } from "./families.ts";
import type { ModelConfig } from "./model.ts";
import type { Recipe } from "./recipe/index.ts";

type Fitted = Pick<ModelConfig, "model_type">;
const isPermuted = (config: Fitted): boolean => familyFacts(config).guesses === "permuted";

/** The objective, or the one that takes its place for this model. */
export function fittingObjective(config: Fitted, objective: Recipe["objective"]): Recipe["objective"] {
  if (isPermuted(config)) return "permutation";
  return objective === "permutation" ? "mlm" : objective;
}

/** Why the model cannot learn this way, and the remedy; undefined when it can. */
export function objectiveProblem(
  config: Fitted,
  objective: Recipe["objective"],
): { message: string; hint: string } | undefined {
  if (fittingObjective(config, objective) === objective) return undefined;
  const { label } = familyFacts(config);
  return isPermuted(config)
    ? {
        message: `${label} learns from text by permutation language modelling, and by nothing else here.`,
        hint: "Set the objective to \u201cguess in any order (permutation LM)\u201d.",
      }
    : {
        message: `Permutation language modelling needs XLNet's two streams of attention, which ${label} has not.`,
        hint: "Set the objective to \u201cguess hidden words (MLM)\u201d.",
      };
}
