/** README.md of the bundled model: what it is, what it read, how good it is, what it cannot do. */
import { formatCount } from "../../src/base/index.ts";
import type { ModelConfig, Recipe } from "../../src/contract/index.ts";
import { perplexityFall, type Adaptation } from "./adaptation.ts";
import type { CorpusSource } from "./sources.ts";
import type { Yardsticks } from "./yardsticks.ts";

export interface CardInput {
  title: string;
  config: ModelConfig;
  recipe: Recipe;
  steps: number;
  parameters: number;
  corpus: { documents: number; words: number; tokens: number };
  heldOut: { documents: number; tokens: number };
  sources: CorpusSource[];
  loss: Yardsticks;
  adaptation?: Adaptation;
}

export function writeCard(input: CardInput): string {
  const { title, config, recipe, steps, parameters, corpus, heldOut, sources, loss, adaptation } = input;
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
    "A very small English masked language model: the default starting point of the Unmask page, pretrained from",
    "scratch by this project's own training engine (`npm run pretrain`). Made to be adapted in a browser in minutes.",
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
    row("Tokens seen", `${formatCount(seen)} in ${formatCount(steps)} steps (corpus: ${formatCount(corpus.tokens)})`),
    row("Batch", `${recipe.batchSize} blocks of ${recipe.blockLength} tokens, ${recipe.maskRate * 100} % masked`),
    row(
      "AdamW",
      `learning rate ${recipe.learningRate}, ${recipe.schedule}, warm-up ${recipe.warmupShare * 100} %, betas ${recipe.adamBeta1} and ${recipe.adamBeta2}, weight decay ${recipe.weightDecay}`,
    ),
    row("Start", "random, with position heads turned to the neighbouring tokens (scripts/pretrain/neighbour-start.ts)"),
    "",
    "## Held-out loss",
    "",
    `On ${formatCount(loss.tokens)} masked tokens of ${formatCount(heldOut.documents)} documents that training never saw, the same tokens for every row:`,
    "",
    "| | |",
    "| --- | --- |",
    row("This model (as stored, 16 bit)", nats(loss.model)),
    ...(loss.tiny === undefined ? [] : [row("The smaller bundled model, tiny", nats(loss.tiny))]),
    row("Word-piece frequencies alone", nats(loss.unigram)),
    row("The same network before training", nats(loss.untrained)),
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
