/**
 * The two models that come with the page: networks and recipes of their pretraining. `tiny` is for slow machines, `mini`
 * for the others; both read with one vocabulary, so that a corpus is cut the same way for both.
 */
import { defaultRecipe, type ModelConfig, type Recipe, type SpecialTokens } from "../../src/contract/index.ts";

export const special: SpecialTokens = { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 };

export interface PretrainSize {
  /** The model's name on its card. */
  title: string;
  /** What it is there for: goes into the card's first sentence. */
  role: string;
  /** Folder under public/models. */
  folder: string;
  layers: number;
  width: number;
  heads: number;
  /** Standard deviation of the random start: falls with the root of the width. */
  initializerRange: number;
  recipe: Partial<Recipe>;
  /** The run's last part, trained with --mask-unit. */
  lastly?: { fromStep: number; maskUnit: Recipe["maskUnit"] };
  /** How the run that was published differs from one run of that recipe: goes onto the card, beside the schedule. */
  asRun?: string;
}

export const sizes = {
  tiny: {
    title: "Unmask base",
    role: "the default starting point of the Unmask page, pretrained from scratch",
    folder: "base",
    layers: 2,
    width: 128,
    heads: 2,
    initializerRange: 0.08,
    recipe: { learningRate: 1.5e-3, warmupShare: 0.02 },
  },
  // Whole words: with 8,192 pieces half of the rarer words are cut, and a hidden piece beside its rest teaches little. Single
  // pieces at the end: a recipe that hides by token, as the page's does at first, would find it worse than tiny (4.36 against 4.29).
  mini: {
    title: "Unmask mini",
    role: "the larger of the two that come with the Unmask page, grown out of the smaller one and pretrained further",
    folder: "mini",
    layers: 4,
    width: 256,
    heads: 4,
    initializerRange: 0.057,
    recipe: { learningRate: 5e-4, warmupShare: 0.02, maskUnit: "word", maskRate: 0.2 },
    lastly: { fromStep: 39_200, maskUnit: "token" },
    asRun:
      "resumed seven times with a schedule for another number of steps, moments kept, the last times at steps 22,600, 39,200 and 41,555; at steps 5,000, 22,600 and 39,200 the rate had fallen to zero",
  },
} as const satisfies Record<string, PretrainSize>;
export type SizeName = keyof typeof sizes;

export const sizeConfig = (size: SizeName, vocabularySize: number, positions: number): ModelConfig => ({
  model_type: "bert",
  vocab_size: vocabularySize,
  hidden_size: sizes[size].width,
  num_hidden_layers: sizes[size].layers,
  num_attention_heads: sizes[size].heads,
  intermediate_size: 4 * sizes[size].width,
  max_position_embeddings: positions,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  pad_token_id: special.pad,
  hidden_act: "gelu",
  initializer_range: sizes[size].initializerRange,
});

/** @param decaySteps the last steps, in which the rate falls to zero; 0: it falls from the warm-up to the end */
export const pretrainRecipe = (size: SizeName, steps: number, decaySteps = 0, seed = 2026): Recipe => ({
  ...defaultRecipe(),
  ...sizes[size].recipe,
  maxSteps: steps,
  ...(decaySteps > 0 ? { schedule: "stable", decayShare: decaySteps / steps } : { schedule: "linear" }),
  batchSize: 8,
  blockLength: 128,
  adamBeta2: 0.98,
  adamEpsilon: 1e-6,
  evaluateEvery: 1000,
  checkpointEvery: 500,
  seed,
});
