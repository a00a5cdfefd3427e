/** README.md of an exported model: what a reader of the folder must know, and no more. */
import { formatCount, formatNumber } from "../../base/index.ts";
import { familyFacts, type CheckpointMeta, type TaskHead } from "../../contract/index.ts";
import { taskClass, type ConfigKind } from "./config.ts";

export interface CardFacts {
  /** Name of the corpus, as the user called it. */
  corpusName?: string;
  /** When the checkpoint was saved, in milliseconds since 1970. */
  createdAt?: number;
}

/** One line of text: names come from users, and must not break the card. */
const line = (text: string): string =>
  text
    .replace(/[<>|`]/g, "")
    .replace(/^\s*#+|\s+/g, " ")
    .trim();

function training({ position, heldOutLoss }: CheckpointMeta, facts: CardFacts): string[] {
  if (position === undefined) return ["No training on top of it is recorded.", ""];
  const r = position.recipe;
  const rows: [string, string][] = [
    ["Corpus", line(facts.corpusName ?? "not recorded")],
    ["Steps", `${formatCount(position.step)} of ${formatCount(position.totalSteps)}`],
    ["Tokens seen", formatCount(position.tokensSeen)],
    ["Batch", `${r.batchSize * r.accumulation} blocks of ${r.blockLength} tokens`],
    ["Learning rate", `${r.learningRate}, ${r.schedule}, warm-up ${formatNumber(r.warmupShare * 100)} % of the steps`],
    ["AdamW", `betas ${r.adamBeta1} and ${r.adamBeta2}, epsilon ${r.adamEpsilon}, weight decay ${r.weightDecay}`],
    ["Gradient clipping", r.clipNorm === 0 ? "off" : `norm ${r.clipNorm}`],
    [
      "Masking",
      `${formatNumber(r.maskRate * 100)} % of tokens; of these ${formatNumber(r.maskTokenShare * 100)} % masked, ${formatNumber(r.randomTokenShare * 100)} % random`,
    ],
    ["Seed", String(r.seed)],
    ["Computed on", line(`${position.device}, ${position.runtime}`)],
  ];
  if (heldOutLoss !== undefined)
    rows.push([
      "Held-out loss",
      `${heldOutLoss.toFixed(4)} nats a masked token (perplexity ${formatNumber(Math.exp(heldOutLoss))})`,
    ]);
  return ["| | |", "| --- | --- |", ...rows.map(([name, value]) => `| ${name} | ${value} |`), ""];
}

const pipelines: Record<TaskHead["kind"], string> = {
  tokens: "token-classification",
  sequence: "text-classification",
  regression: "text-classification",
  spans: "question-answering",
};

/** How hubs, readers and transformers know it. */
function wordsFor({ config }: CheckpointMeta, kind: ConfigKind): { pipeline: string; what: string; auto: string } {
  const { label } = familyFacts(config);
  const adapted = `of the ${label} architecture, adapted to a corpus in a web page by Unmask.`;
  if (kind === "encoder")
    return {
      pipeline: "feature-extraction",
      what: `An encoder without a masked-language-model head, ${adapted}`,
      auto: "AutoModel",
    };
  if (typeof kind === "string")
    return { pipeline: "fill-mask", what: `A masked language model ${adapted}`, auto: "AutoModelForMaskedLM" };
  const { head, labels, setName } = kind;
  const classes =
    labels.length === 0 || head.kind === "regression" ? "" : ` Its classes: ${labels.map(line).join(", ")}.`;
  return {
    pipeline: pipelines[head.kind],
    what: `A model of the ${label} architecture, fine-tuned on the labelled set “${line(setName)}” in a web page by Unmask.${classes}`,
    auto: `AutoModel${taskClass[head.kind]}`,
  };
}

/** Markdown with the front matter that model hubs read. */
export function writeModelCard(meta: CheckpointMeta, kind: ConfigKind, facts: CardFacts = {}): string {
  const name = line(meta.name) || "Unmask model";
  const { pipeline, what, auto } = wordsFor(meta, kind);
  const saved =
    facts.createdAt === undefined ? [] : [`Saved ${new Date(facts.createdAt).toISOString().slice(0, 10)}.`, ""];
  return [
    "---",
    "library_name: transformers",
    `pipeline_tag: ${pipeline}`,
    "tags: [unmask]",
    "---",
    "",
    `# ${name}`,
    "",
    what,
    "",
    ...saved,
    "## Base",
    "",
    `${line(meta.origin) || "Not recorded."}`,
    "",
    "The licence of the base model, and that of the corpus, hold for this model too.",
    "",
    "## Training",
    "",
    ...training(meta, facts),
    "## Use",
    "",
    "```python",
    `from transformers import ${auto}, AutoTokenizer`,
    "",
    'tokenizer = AutoTokenizer.from_pretrained(".")',
    `model = ${auto}.from_pretrained(".")`,
    "```",
    "",
    "Drop this folder on Unmask to open it in the page again.",
    "",
  ].join("\n");
}
