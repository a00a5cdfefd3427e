/** README.md of the bundled model: what it is, what it read, how good it is, what it cannot do. */
import { formatCount } from "../../src/base/index.ts";
import type { ModelConfig, Recipe } from "../../src/contract/index.ts";
import { perplexityFall, type Adaptation } from "./adaptation.ts";
import type { CorpusSource } from "./sources.ts";
import type { Measured, Yardsticks } from "./yardsticks.ts";

export interface CardInput {
  title: string;
  /** What it is there for: goes into the first sentence. */
  role: string;
  /** The smaller model that it was grown out of, what that had read and how; undefined: it began at random. */
  grownFrom?: { name: string; tokens: number; maskUnit: Recipe["maskUnit"] };
  /** Where the run's last part hid something else. */
  lastly?: { fromStep: number; maskUnit: Recipe["maskUnit"] };
  /** What the schedule does not tell of the run as it was. */
  asRun?: string;
  config: ModelConfig;
  recipe: Recipe;
  steps: number;
  parameters: number;
  corpus: { documents: number; words: number; tokens: number };
  heldOut: { documents: number; tokens: number };
  sources: CorpusSource[];
  loss: Measured;
  adaptation?: Adaptation;
}

export function writeCard(input: CardInput): string {
  const { title, role, grownFrom, config, recipe, steps, parameters, corpus, heldOut, sources } = input;
  const { loss, adaptation, asRun, lastly } = input;
  const seen = steps * recipe.batchSize * recipe.blockLength;
  const row = (name: string, value: string): string => `| ${name} | ${value} |`;
  const nats = (value: number): string =>
    `${value.toFixed(3)} nats a masked token (perplexity ${formatCount(Math.exp(value))})`;
  return [
    "---",
    "language: en",
    "library_name: transformers",
    "pipeline_tag: fill-mask",
    "tags: [unmask, bert]",
    "---",
    "",
    `# ${title}`,
    "",
    `A very small English masked language model: ${role}`,
    "by this project's own training engine (`npm run pretrain`). Made to be adapted in a browser in minutes.",
    "",
    "| | |",
    "| --- | --- |",
    row(
      "Architecture",
      `BERT: ${config.num_hidden_layers} layers, width ${config.hidden_size}, ${config.num_attention_heads} heads, feed-forward ${config.intermediate_size}`,
    ),
    row("Parameters", `${formatCount(parameters)}, stored as 16-bit floats`),
    row("Vocabulary", `${formatCount(config.vocab_size)} word pieces of its own, lower-case, accents removed`),
    row("Positions", `${config.max_position_embeddings}; those beyond ${recipe.blockLength} were never trained`),
    row(
      "Tokens seen",
      `${formatCount(seen)} in ${formatCount(steps)} steps (corpus: ${formatCount(corpus.tokens)})` +
        (grownFrom === undefined ? "" : `, after the ${formatCount(grownFrom.tokens)} that ${grownFrom.name} had seen`),
    ),
    row(
      "Batch",
      `${recipe.batchSize} blocks of ${recipe.blockLength} tokens, ${recipe.maskRate * 100} % masked, ${hides(recipe.maskUnit)}` +
        (lastly === undefined ? "" : `; from step ${formatCount(lastly.fromStep)} on ${hides(lastly.maskUnit)}`),
    ),
    row(
      "AdamW",
      `learning rate ${recipe.learningRate}, ${recipe.schedule}, warm-up ${recipe.warmupShare * 100} %, betas ${recipe.adamBeta1} and ${recipe.adamBeta2}, weight decay ${recipe.weightDecay}${asRun === undefined ? "" : ` (${asRun})`}`,
    ),
    row(
      "Start",
      grownFrom === undefined
        ? "random, with position heads turned to the neighbouring tokens (scripts/pretrain/neighbour-start.ts)"
        : `${grownFrom.name} as published (${formatCount(grownFrom.tokens)} tokens read, ${hides(grownFrom.maskUnit)} masked), grown to twice its width and layers so that it computes the same at first (scripts/pretrain/grow-start.ts); then ${formatCount(seen)} tokens at this size`,
    ),
    "",
    "## Held-out loss",
    "",
    `On ${formatCount(heldOut.documents)} documents that training never saw, the same hidden tokens for every row: single pieces`,
    `(${formatCount(loss.token.tokens)} of them), where the rest of a cut word helps, and all pieces of whole words (${formatCount(loss.word.tokens)}), which only`,
    "the text around can tell. Nats a masked token, and the perplexity:",
    "",
    "| | by piece | by whole word |",
    "| --- | --- | --- |",
    ...lossRows(loss),
    "",
    ...(adaptation === undefined ? [] : adaptationLines(adaptation, nats, row)),
    "## Limits",
    "",
    "- It knows little: common words, short-range grammar, hardly any facts. It is a starting point, not a model to rely on.",
    `- English only, lower-case only. Signs outside its alphabet become [UNK]. Texts above ${recipe.blockLength} tokens are outside its training.`,
    "- A third of the text is fiction from before 1930 and another third an encyclopedia of 2019: it carries their views and gaps.",
    "- Not evaluated for, and not meant for, decisions about people.",
    "",
    "## Licence",
    "",
    "The weights are part of this project (Apache-2.0). They are numbers computed from the texts below; who holds that a model is",
    "an adaptation of its texts should treat it as CC BY-SA 3.0, the strictest of their licences, and pass on the credits below.",
    "",
    "## Text it was trained on",
    "",
    `General English, ${formatCount(corpus.words)} words in ${formatCount(corpus.documents)} documents, from the public sources below, with thanks to`,
    "their authors. The text itself is not part of this folder. Licences are given as the sources state them; Wikipedia's",
    "text is by its contributors.",
    "",
    "| source | revision | licence as stated | kind | words |",
    "| --- | --- | --- | --- | --- |",
    ...sources.map(
      ({ repository, commit, licence, kind, words }) =>
        `| ${cell(repository)} | ${cell(shortCommit(commit))} | ${cell(licence)} | ${kind} | ${formatCount(words)} |`,
    ),
    "",
  ].join("\n");
}

function lossRows({ token, word }: Measured): string[] {
  const nats = (value: number): string => `${value.toFixed(3)} (${formatCount(Math.exp(value))})`;
  const rows: [string, keyof Yardsticks][] = [
    ["This model (as stored, 16 bit)", "model"],
    ["The smaller bundled model, tiny", "tiny"],
    ["Word-piece frequencies alone", "unigram"],
    ["The same network, random", "untrained"],
  ];
  return rows.flatMap(([name, of]) => {
    const [a, b] = [token[of], word[of]];
    return a === undefined || b === undefined ? [] : [`| ${name} | ${nats(a)} | ${nats(b)} |`];
  });
}

const hides = (unit: Recipe["maskUnit"]): string =>
  ({ token: "single pieces", word: "whole words", span: "spans", term: "own terms" })[unit];
const cell = (text: string): string => text.replaceAll("|", "\\|");
const shortCommit = (commit: string): string => commit.replace(/\b([0-9a-f]{12})[0-9a-f]{28}\b/g, "$1");

function adaptationLines(
  adaptation: Adaptation,
  nats: (value: number) => string,
  row: (name: string, value: string) => string,
): string[] {
  const { field, steps, tokens, before, after } = adaptation;
  return [
    "## Adapted to a field",
    "",
    `On ${formatCount(tokens)} masked tokens of held-out ${field}, before and after ${steps} steps of the page's default recipe on the`,
    "field's other documents (a measurement: the published weights are those before):",
    "",
    "| | |",
    "| --- | --- |",
    row("Before", nats(before)),
    row("After", nats(after)),
    row("Perplexity falls by", `${Math.round(100 * perplexityFall(adaptation))} %`),
    "",
  ];
}
