/** What a batch of each objective is, in sentences. Pure. */
import { formatCount, formatNumber } from "../../base/index.ts";
import type { BatchPreview, PreviewRow, Recipe, TokenizedSummary } from "../../contract/index.ts";

export const percent = (share: number): string => `${formatNumber(share * 100, 2)} %`;

const units: Record<Recipe["maskUnit"], string> = {
  token: "each token by its own draw",
  word: "whole words together",
  span: "runs of words together",
  term: "the terms of your list first, then whole words",
};

/** How the model is asked, before any batch is drawn. */
export function howItAsks(recipe: Recipe): string {
  const hidden = `About ${percent(recipe.maskRate)} of the tokens are chosen by chance (the masking rate), ${units[recipe.maskUnit]}; the model must guess each of them from the words around it.`;
  const fixed = "The choice is new in every pass, but fixed by the seed.";
  switch (recipe.objective) {
    case "mlm":
      return `${hidden} ${fixed}`;
    case "nsp":
      return `Each block holds two passages, and the model is asked whether the second follows the first. ${hidden} ${fixed}`;
    case "sop":
      return `Each block holds two passages of one document, and the model is asked which comes first. ${hidden} ${fixed}`;
    case "permutation":
      return `About one token in ${recipe.permuteOneIn} is guessed, in a random order: each sees the text that is not guessed, and those guessed before it. The order is new in every pass, but fixed by the seed.`;
    case "contrastive":
      return recipe.positives === "pairs"
        ? "Nothing is hidden. The two texts of a row belong together: their vectors are drawn together, those of other rows apart. Rows that share a text are not told apart."
        : "Nothing is hidden. Each sentence is read twice under different dropout; its two vectors are drawn together, those of other sentences apart.";
  }
}

/** The same in one line. */
export function whatIsSeen(tokenized: TokenizedSummary | null, values: Recipe): string {
  if (tokenized === null) return "Not cut into tokens yet.";
  const { objective } = values;
  if (objective === "contrastive") return "Sentences beside each other, to be told apart; nothing is hidden.";
  if (objective === "permutation")
    return `Blocks of ${formatCount(values.blockLength)} tokens, one in ${values.permuteOneIn} of them to be guessed in a random order.`;
  const two = objective === "mlm" ? "" : " in two passages";
  return `Blocks of ${formatCount(values.blockLength)} tokens${two}, with about ${percent(values.maskRate)} of them hidden for the model to guess.`;
}

/** What the drawn batch holds. */
export function batchLine({ count, general, chosenShare }: BatchPreview, { objective }: Recipe): string {
  const what = objective === "contrastive" ? "rows" : "blocks";
  return [
    `${formatCount(count)} ${what}`,
    ...(general > 0 ? [`${formatCount(general)} of them replayed general text`] : []),
    ...(chosenShare > 0 ? [`${percent(chosenShare)} of the tokens to guess`] : []),
  ].join(", ");
}

/** The right answer about a block of two passages. */
export function pairAnswer(pair: NonNullable<PreviewRow["pair"]>, objective: Recipe["objective"]): string {
  if (objective === "sop") return pair === 0 ? "in their order" : "swapped";
  return pair === 0 ? "the second follows the first" : "the second is from another document";
}
