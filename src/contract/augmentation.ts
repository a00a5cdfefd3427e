/** More training items out of the ones there are: settings, and the values that pass between the two workers. */
import type { DeviceSetting } from "./device.ts";
import type { EncodedText, LabelledSetSummary } from "./evaluation.ts";
import type { ModelRef } from "./model.ts";
import type { SettingsOf } from "./settings.ts";
import type { OnProgress } from "./worker-api.ts";

export const augmentationTable = {
  method: {
    kind: "choice",
    label: "Method",
    default: "masked",
    choices: [
      { value: "masked", label: "Words guessed by the model" },
      { value: "eda", label: "Words moved, left out, added (EDA)" },
      { value: "both", label: "Guessed; where the model has no good guess, EDA" },
    ],
    group: "Augmentation",
    basic: true,
    help: "Guessed: some words are hidden and the model's own guesses stand in their place. EDA (Wei and Zou 2019): random swap, deletion and insertion; our insertions are words of other training items of the same class, because there is no thesaurus here.",
  },
  copies: {
    kind: "number",
    label: "New items for each training item",
    default: 2,
    min: 1,
    max: 16,
    integer: true,
    group: "Augmentation",
    basic: true,
    help: "EDA's authors found 16 best for 500 training items, 4 for 5,000 and more.",
  },
  alpha: {
    kind: "number",
    label: "Share of words changed (alpha)",
    default: 0.1,
    min: 0.01,
    max: 0.5,
    group: "Augmentation",
    basic: true,
    help: "At least one word. 0.05 to 0.1 in the paper; above 0.3 labels begin to be wrong.",
  },
  guesses: {
    kind: "number",
    label: "Guesses to draw from",
    default: 10,
    min: 1,
    max: 50,
    integer: true,
    group: "Augmentation",
    help: "A new word is drawn from so many of the model's best guesses, by their probability.",
  },
  entities: {
    kind: "choice",
    label: "Names in NER sets",
    default: "keep",
    choices: [
      { value: "keep", label: "Stay as they are" },
      { value: "swap", label: "Exchanged for another of the same type" },
    ],
    group: "Augmentation",
    help: "Words with a tag are never guessed, moved or left out. They may be exchanged for another name of the same type from the training items.",
  },
  seed: {
    kind: "number",
    label: "Seed",
    default: 42,
    min: 0,
    max: 2_147_483_647,
    integer: true,
    group: "Augmentation",
    help: "Fixes all chance.",
  },
} as const;
export type AugmentationSettings = SettingsOf<typeof augmentationTable>;

/** A training item with some words hidden: for the model to guess. */
export interface MaskedDraft {
  /** Place in the set. */
  item: number;
  copy: number;
  /** Word numbers hidden, ascending; the text has one mask token for each. */
  words: number[];
  text: EncodedText;
}
/** Of each draft, for each mask token, the model's best guesses. */
export type DraftGuesses = { id: number; probability: number }[][][];
export interface AugmentedSample {
  label: string;
  before: string;
  after: string;
}
export interface AugmentedSet {
  summary: LabelledSetSummary;
  added: number;
  /** Of these, how each came about. */
  guessed: number;
  eda: number;
  /** Copies not made: nothing could be changed, or the outcome is an item of the set already (of any split). */
  without: number;
  samples: AugmentedSample[];
}

export interface AugmentationDoor {
  /** Sentences with gaps for the model; empty unless the method asks for the model. @throws data/cannot-augment */
  draftAugmentation(setId: string, model: ModelRef, settings: AugmentationSettings): Promise<MaskedDraft[]>;
  /** A new set: the old items and the new training items. Dev and test are the old ones, item by item. */
  augmentSet(
    setId: string,
    model: ModelRef,
    settings: AugmentationSettings,
    drafts: MaskedDraft[],
    guesses: DraftGuesses,
  ): Promise<AugmentedSet>;
}

export interface ManyMasksDoor {
  /** Best guesses at every mask token of many texts: per text, per mask. */
  fillManyMasks(
    texts: EncodedText[],
    model: ModelRef,
    device: DeviceSetting,
    top: number,
    onProgress: OnProgress,
  ): Promise<DraftGuesses>;
}
