/**
 * What a recipe will do to this corpus, in plain sentences, and what speaks against it. Rules of thumb
 * only: nothing here changes a setting. Pure.
 */
import { formatCount, formatNumber } from "../base/index.ts";
import {
  layerProblem,
  linesOf,
  longestBlock,
  objectiveProblem,
  replays,
  type ModelConfig,
  type NetworkLayout,
  type Recipe,
  type TokenizedSummary,
} from "../contract/index.ts";

export interface RecipeAdvice {
  /** Always there: how much text the run sees. */
  estimate: string;
  tokensSeen: number;
  /** Times through the training text; NaN while no corpus is tokenized. */
  epochs: number;
  /** Allowed, but worth a thought. */
  warnings: string[];
  /** The run cannot start like this. */
  problems: string[];
}

/** Beyond this many passes small corpora are learned by heart rather than learned from. */
const manyEpochs = 20;
/** Fewer documents than this make a shaky held-out loss. */
const fewHeldOut = 5;

/**
 * @param layout of the model, where it is known
 * @param textProblems why texts beside the run's own are not there
 */
export function adviseRecipe(
  recipe: Recipe,
  tokenized: TokenizedSummary | null,
  config: ModelConfig | null,
  layout?: NetworkLayout,
  textProblems: readonly string[] = [],
): RecipeAdvice {
  const blocksPerStep = recipe.batchSize * recipe.accumulation;
  const tokensPerStep = blocksPerStep * recipe.blockLength;
  const tokensSeen = recipe.maxSteps * tokensPerStep;
  const replayed = replays(recipe) ? recipe.replayShare : 0;
  const told = recipe.objective === "contrastive";
  const epochs = tokenized === null || told ? NaN : ((1 - replayed) * tokensSeen) / Math.max(1, tokenized.train.tokens);
  const permuted = recipe.objective === "permutation";
  const hidden = Math.round(permuted ? tokensPerStep / recipe.permuteOneIn : tokensPerStep * recipe.maskRate);
  const through = Number.isFinite(epochs) ? `: ${passes(epochs)}` : "";
  const sentences =
    `${formatCount(recipe.maxSteps)} steps of ${formatCount(blocksPerStep)} ${recipe.positives === "pairs" ? "pairs" : "sentences"}, ` +
    `cut at ${recipe.blockLength} tokens. Nothing is hidden: each is told apart from ${recipe.batchSize === 2 ? "the other" : `the ${formatCount(recipe.batchSize - 1)} others`} of its batch.`;
  const blocks =
    `${formatCount(recipe.maxSteps)} steps of ${formatCount(blocksPerStep)} blocks of ${recipe.blockLength} tokens ` +
    `show the model about ${formatCount(tokensSeen)} tokens${through}. ` +
    `In each step about ${formatCount(hidden)} tokens are hidden for it to guess.` +
    (replayed > 0 ? ` ${formatNumber(100 * replayed, 3)} % of the blocks are general text, replayed.` : "");
  const estimate = told ? sentences : blocks;
  const { warnings, problems } = judge(recipe, tokenized, config, epochs);
  const nothingLearns = layout === undefined ? undefined : layerProblem(recipe, layout);
  if (nothingLearns !== undefined) problems.push(nothingLearns);
  return { estimate, tokensSeen, epochs, warnings, problems: [...problems, ...textProblems] };
}

function judge(
  recipe: Recipe,
  tokenized: TokenizedSummary | null,
  config: ModelConfig | null,
  epochs: number,
): Pick<RecipeAdvice, "warnings" | "problems"> {
  const warnings: string[] = [];
  const problems: string[] = [];
  if (recipe.maskTokenShare + recipe.randomTokenShare > 1)
    problems.push(
      `“Shown as [MASK]” and “Shown as a random token” add up to ${formatNumber(recipe.maskTokenShare + recipe.randomTokenShare)}, but together they cannot be more than 1.`,
    );
  if (recipe.objective === "contrastive") {
    if (recipe.positives === "dropout" && recipe.dropout === 0 && recipe.attentionDropout === 0)
      problems.push(
        "SimCSE learns from two dropout masks of one sentence, but dropout is 0: set “Dropout”, under Regularisation, to 0.1.",
      );
    if (recipe.batchSize < 2) problems.push("SimCSE tells the sentences of a batch apart: it needs at least two.");
  }
  if (recipe.maskUnit === "term" && linesOf(recipe.terms).length === 0)
    problems.push("“Hide by” asks for the terms of your list, but the list is empty.");
  if (recipe.objective === "permutation" && recipe.blockLength % 2 !== 0)
    problems.push(`Permutation language modelling needs an even block length; it is ${recipe.blockLength}.`);
  if (config !== null) {
    const other = objectiveProblem(config, recipe.objective);
    if (other !== undefined) problems.push(`${other.message} ${other.hint}`);
    const positions = longestBlock(config);
    if (recipe.blockLength > positions)
      problems.push(`The model reads at most ${positions} tokens at once; the block length is ${recipe.blockLength}.`);
  }
  if (tokenized !== null) {
    if (tokenized.train.tokens < recipe.blockLength)
      problems.push(
        `The training text has ${formatCount(tokenized.train.tokens)} tokens: less than one block of ${recipe.blockLength}.`,
      );
    else if (epochs > manyEpochs)
      warnings.push(
        `The model would see the text ${formatCount(epochs)} times. After about ${manyEpochs} it tends to learn it by heart: watch the held-out loss, or use fewer steps.`,
      );
    if (tokenized.heldOut.documents < fewHeldOut)
      warnings.push(
        `Only ${formatCount(tokenized.heldOut.documents)} documents are held out: the held-out loss will be a rough guess. A larger held-out share or more documents help.`,
      );
  }
  if (recipe.maskUnit !== "token" && tokenized?.wordMarks === false)
    warnings.push("This tokenizer does not say where words begin: every token counts as a word of its own.");
  if (recipe.evaluateEvery > recipe.maxSteps)
    warnings.push("The held-out loss is measured less often than the run is long: only its end will show it.");
  return { warnings, problems };
}

function passes(epochs: number): string {
  if (epochs < 0.995) return `about ${formatNumber(epochs * 100, 2)} % of the training text`;
  return `${formatNumber(epochs, 2)} times through the training text`;
}
