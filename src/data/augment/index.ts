/**
 * More training items out of those there are: words guessed by the model, or moved, left out and added (EDA); names kept
 * or exchanged by type. Never touches dev or test items. Knows no model: it drafts gaps and takes guesses.
 */
export { augmentSet, checkAugmentable, type Augmented } from "./augment-set.ts";
export { edaCopy } from "./eda.ts";
export { draftMasked } from "./masked-words.ts";
