/**
 * Choosing documents of a corpus: towards a target by hashed words (DSIR) or by embeddings, or away from what the model
 * finds odd. Takes texts and scores, gives a choice; where the scores come from, and where the corpus lies, it does
 * not know.
 */
export { drawAny, drawBest } from "./draw.ts";
export { GramCounts, logRatios, logWeight } from "./importance.ts";
export { nearness, normalizeRows } from "./neighbours.ts";
export { selectDocuments, type SelectionInput } from "./select-documents.ts";
export { scoreHistogram } from "./selection-view.ts";
export { targetOfSet, type TargetTexts } from "./target-texts.ts";
