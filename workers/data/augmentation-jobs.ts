/** Stored sets -> drafts for the model to fill, and the augmented sets. */
import type { AugmentationDoor } from "../../src/contract/index.ts";
import { augmentSet, checkAugmentable, draftMasked, summarizeSet } from "../../src/data/index.ts";
import { loadSet, saveSet } from "../../src/storage/index.ts";
import { openTokenizer } from "../shared/open-tokenizer.ts";

export const augmentationJobs: AugmentationDoor = {
  async draftAugmentation(setId, model, settings) {
    const set = await loadSet(setId);
    checkAugmentable(set);
    return settings.method === "eda" ? [] : draftMasked(set, await openTokenizer(model), settings);
  },
  async augmentSet(setId, model, settings, drafts, guesses) {
    const made = augmentSet(await loadSet(setId), await openTokenizer(model), settings, drafts, guesses);
    await saveSet(made.set);
    const { added, guessed, eda, without, samples } = made;
    return { summary: summarizeSet(made.set), added, guessed, eda, without, samples };
  },
};
