/** Masked language modelling: blocks of text with hidden tokens, a function of (seed, step) and the blocks alone. */
import {
  familyFacts,
  generalLossName,
  type ModelConfig,
  type Recipe,
  type SpecialTokens,
  type StepShape,
} from "../../contract/index.ts";
import {
  bucketsOf,
  collateSettings,
  guessedShare,
  maskedRoom,
  maskedStep,
  type BlockIndex,
  type MlmBatch,
  type TermFinder,
} from "../../data/index.ts";
import { buildMlmTraining } from "../../models/index.ts";
import { firstGraph } from "../../runtime/index.ts";
import { mlmFeeds } from "../feeds.ts";
import type { Network, Objective, Scorer, StepBatches } from "../objective.ts";
import { scoringOptions, trainingOptions } from "../graph-options.ts";
import { HeldOutScorer } from "./mlm-scorer.ts";

/** What an objective that learns from running text is opened with. */
export interface TextPlan {
  config: ModelConfig;
  special: SpecialTokens;
  recipe: Recipe;
  train: BlockIndex;
  heldOut: BlockIndex;
  /** Held-out general text, where some is replayed: how much is forgotten is measured on it. */
  general?: BlockIndex;
  /** Where the recipe hides terms of a list first. */
  terms?: TermFinder;
}

/** Masked tokens measured at each evaluation during a run; the before/after answer uses more. */
const evaluationTokens = 3000;

/** @param T places a row, where a batch is cut shorter than the recipe's blocks */
export function runShape(recipe: Recipe, config: ModelConfig, T = recipe.blockLength): StepShape {
  const B = recipe.batchSize;
  return { B, T, M: maskedRoom(B, T, guessedShare({ recipe, permuted: isPermuted(config) })) };
}

const isPermuted = (config: ModelConfig): boolean => familyFacts(config).guesses === "permuted";

/** @param padding blocks may hold padding, or documents that must not look at each other */
export function mlmNetwork(
  config: ModelConfig,
  recipe: Recipe,
  shape: StepShape,
  padding: BlockIndex["padded"],
): Network {
  return {
    head: "mlm",
    trainingGraph: (trainable, graph = firstGraph, form) => {
      const { labelSmoothing } = recipe;
      const cut = graph === firstGraph ? shape : runShape(recipe, config, Number(graph));
      return buildMlmTraining(config, cut, {
        padding,
        labelSmoothing,
        trainable,
        ...trainingOptions(recipe, form),
      });
    },
  };
}

export function mlmObjective(plan: TextPlan): Objective {
  const { config, recipe, train, heldOut, general } = plan;
  const shape = runShape(recipe, config);
  return {
    ...mlmNetwork(config, recipe, shape, train.padded),
    batches: (step) => mlmBatches(plan, shape, step),
    async openScorer(device) {
      const { lora } = scoringOptions(recipe);
      const open = (blocks: BlockIndex): Promise<HeldOutScorer> =>
        HeldOutScorer.open(device, config, blocks, collateSettings(plan), shape, evaluationTokens, lora);
      const own = await open(heldOut);
      return general === undefined ? own : scoreBeside(own, await open(general));
    },
  };
}

/** The run goes by its own text; how it does on the general one is measured beside. */
const scoreBeside = (own: Scorer, general: Scorer): Scorer => ({
  async score(weights) {
    const { loss, tokens } = await own.score(weights);
    const beside = await general.score(weights);
    return { loss, tokens, measures: [{ name: generalLossName, value: beside.loss, count: beside.tokens }] };
  },
  async dispose() {
    await own.dispose();
    await general.dispose();
  },
});

function mlmBatches(plan: TextPlan, shape: StepShape, step: number): StepBatches {
  const { recipe, train, config } = plan;
  const { batches, epoch } = maskedStep(train, collateSettings(plan), step);
  const masked = batches.reduce((sum, batch) => sum + batch.count, 0);
  return {
    feeds: batches.map((batch) => mlmFeeds(batch, shapeOf(batch), config, masked, train.padded)),
    ...graphsOf(bucketsOf(recipe), batches, shape.T),
    tokens: batches.reduce((sum, batch) => sum + batch.tokens, 0),
    epoch,
  };
}

export const shapeOf = ({ B, T, labels }: MlmBatch): StepShape => ({ B, T, M: labels.length });

/** Which graph each batch is for, where they are cut to several lengths; the whole length's is the first. */
export const graphsOf = (
  buckets: Recipe["lengthBuckets"],
  batches: readonly { T: number }[],
  whole: number,
): Pick<StepBatches, "graphs"> =>
  buckets === "no" ? {} : { graphs: batches.map(({ T }) => (T === whole ? firstGraph : String(T))) };
