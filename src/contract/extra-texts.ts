/** What a run reads beside its own text: a general text that is replayed, a labelled set whose pairs belong together. */
import type { Recipe } from "./recipe/index.ts";

/** Token streams of a general text, made with the model's tokenizer, and its name for when it is gone. */
export interface ReplayText {
  tokenizedId: string;
  name: string;
}
/** A labelled set, and its name for when it is gone. */
export interface PairSet {
  setId: string;
  name: string;
}
export interface ExtraTexts {
  replay?: ReplayText;
  pairs?: PairSet;
}

/** Whether the recipe mixes general text in: where the training text is plain blocks. */
export const replays = ({ replayShare, objective }: Recipe): boolean =>
  replayShare > 0 && (objective === "mlm" || objective === "permutation");

/** Whether the recipe learns from the pairs of a labelled set. */
export const learnsPairs = ({ objective, positives }: Recipe): boolean =>
  objective === "contrastive" && positives === "pairs";

/** Of the texts that were chosen, those that this recipe reads. */
export const textsFor = (recipe: Recipe, { replay, pairs }: ExtraTexts): ExtraTexts => ({
  ...(replay !== undefined && replays(recipe) ? { replay } : {}),
  ...(pairs !== undefined && learnsPairs(recipe) ? { pairs } : {}),
});
