/**
 * Pipelines: a second stage begins with the model of the first and is stopped and resumed in its middle; fine-tuning
 * comes last. Held against the same stages run without a break, weight by weight: no tolerance, they are the same bits.
 */
import { random } from "../../src/base/index.ts";
import { fineTuneRecipe, defaultFineTune, defaultRecipe, type Recipe } from "../../src/contract/index.ts";
import { packBlocks, type TaskRow } from "../../src/data/index.ts";
import { answerScore, withFreshHead } from "../../src/evaluation/index.ts";
import { initialize, parametersOf } from "../../src/models/index.ts";
import type { Arrays, Moments, WeightSource } from "../../src/runtime/index.ts";
import {
  openObjective,
  ParameterPlan,
  RunControl,
  taskObjective,
  TrainingRun,
  type Objective,
} from "../../src/training/index.ts";
import { goldenHeads } from "../support/golden-heads.ts";
import { relativeError } from "../support/golden-models.ts";
import type { MethodRow } from "./row.ts";
import { native } from "../support/native.ts";
import { special } from "../support/tiny-bert.ts";

const { config } = goldenHeads.runs["bert-sequence"]!;

function words(seed: number, vocabulary: number): { tokens: Int32Array; documents: Uint32Array } {
  const source = random(seed);
  const tokens = Array.from({ length: 40 }, () => [
    2,
    ...Array.from({ length: 9 }, () => 5 + source.below(vocabulary)),
    3,
  ]);
  return { tokens: Int32Array.from(tokens.flat()), documents: Uint32Array.from({ length: 41 }, (_, i) => 11 * i) };
}
const steps = 6;
const recipe: Recipe = {
  ...{ ...defaultRecipe(), maxSteps: steps, batchSize: 2, blockLength: 8, evaluateEvery: 3, learningRate: 5e-3 },
};
const text = (seed: number): Objective => {
  const blocks = (side: number) => packBlocks(words(seed + side, seed < 10 ? 10 : 35), recipe, special);
  return openObjective({ config, special, recipe, train: blocks(0), heldOut: blocks(1) });
};

const rows: TaskRow[] = Array.from({ length: 12 }, (_, item) => ({ item, ids: [2, 5 + item, 9, 3], typesFrom: 4 }));
const taskRecipe = fineTuneRecipe({ ...defaultFineTune(), epochs: 2, batchSize: 4, learningRate: 5e-3 }, recipe, 12, 1);
const head = { kind: "sequence", labels: 2 } as const;
const data = { rows, targets: rows.map(({ item }) => item % 2) };

interface Stop {
  at?: number;
  from?: { weights: Arrays; moments: Moments; step: number };
}
/** One stage from some weights; stopped and gone on with in the middle where asked for. */
async function stage(
  objective: Objective,
  own: Recipe,
  weights: WeightSource,
  { at, from }: Stop = {},
): Promise<{ best: Arrays; last: { weights: Arrays; moments: Moments; step: number } }> {
  const run = await TrainingRun.open({
    ...{ device: native(), config, recipe: own, objective, weights: from?.weights ?? weights },
    ...(from === undefined ? {} : { moments: from.moments }),
    ...{ startStep: from?.step ?? 0, totalSteps: own.maxSteps, bestLoss: Infinity },
  });
  const control = new RunControl();
  let [best, last]: [Arrays | undefined, { weights: Arrays; moments: Moments; step: number } | undefined] = [
    undefined,
    undefined,
  ];
  for await (const signal of run.signals(control)) {
    if (signal.type === "step" && signal.step === at) control.stop();
    if (signal.type !== "save") continue;
    const { weights: saved, moments } = await signal.read();
    if (signal.kind === "best") best = saved;
    else last = { weights: saved, moments, step: signal.step };
  }
  await run.dispose();
  return { best: best ?? last!.weights, last: last! };
}

/** Domain text, the task's text, its labels. */
async function pipeline(broken: boolean, skipped = false): Promise<Arrays> {
  const start = initialize(parametersOf(config, "mlm"), config, 7);
  const dapt = await stage(text(1), recipe, start);
  const first = skipped ? start : dapt.last.weights;
  let tapt = await stage(text(20), recipe, first, broken ? { at: 4 } : {});
  if (broken) {
    const kept = new Set(new ParameterPlan(recipe, config, "mlm").trained(tapt.last.step).map(({ name }) => name));
    if (![...tapt.last.moments.first.keys()].every((name) => kept.has(name)))
      throw new Error("moments of no parameter");
    tapt = await stage(text(20), recipe, first, { from: tapt.last });
  }
  const objective = taskObjective({ config, special, recipe: taskRecipe, head, train: data, dev: data });
  const fresh = withFreshHead(tapt.last.weights, config, head, 1);
  return (await stage(objective, taskRecipe, fresh)).last.weights;
}

async function farthest(a: Promise<Arrays>, b: Promise<Arrays>): Promise<number> {
  const [one, two] = [await a, await b];
  return Math.max(...[...one].map(([name, values]) => relativeError(values, two.get(name)!, 1e-6)));
}

const plainWords = (text: string): string => text.trim();

export const pipelineRows: MethodRow[] = [
  {
    method: "Pipeline: DAPT, TAPT stopped in its middle, fine-tuning",
    oracle: "the same stages without a break",
    tolerance: 0,
    deviation: () => farthest(pipeline(true), pipeline(false)),
    // The second stage begins with the base model instead of the first stage's.
    withoutIt: () => farthest(pipeline(false, true), pipeline(false)),
  },
  {
    method: "SQuAD exact match and F1",
    oracle: "the official rules in Python (tests/oracles/heads.py)",
    tolerance: 1e-12, // means of a few numbers in double
    deviation: () =>
      Math.max(
        ...goldenHeads.squad.map(({ prediction, answers, exact, f1 }) => {
          const found = answerScore(prediction, answers);
          return Math.max(Math.abs(found.exact - exact), Math.abs(found.f1 - f1));
        }),
      ),
    // Texts compared as they are written.
    withoutIt: () =>
      Math.max(
        ...goldenHeads.squad.map(({ prediction, answers, exact }) =>
          Math.abs(Number(answers.some((answer) => plainWords(answer) === plainWords(prediction))) - exact),
        ),
      ),
  },
];
