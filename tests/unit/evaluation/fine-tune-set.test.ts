/** Fine-tuning end to end on tiny random encoders, on the runtime's native build: what it learns and what it never sees. */
import { expect, test } from "vitest";
import { random, sortedJson } from "../../../src/base/index.ts";
import {
  defaultFineTune,
  defaultRecipe,
  type EvaluationResult,
  type FineTuneSettings,
  type LabelledSet,
  type SplitName,
} from "../../../src/contract/index.ts";
import type { TaskRow } from "../../../src/data/index.ts";
import {
  answerScore,
  bestSpans,
  fineTuneSet,
  fineTuneSplit,
  type FineTuneSetPlan,
  type Trained,
  type TrainingMemory,
  type TrainingName,
} from "../../../src/evaluation/index.ts";
import { initialize, parametersOf } from "../../../src/models/index.ts";
import { RunControl } from "../../../src/training/index.ts";
import { goldenHeads } from "../../support/golden-heads.ts";
import { openNative } from "../../support/native.ts";
import { special, tinyBert } from "../../support/tiny-bert.ts";

const config = tinyBert({ vocab_size: 40, initializer_range: 0.3 });
const device = openNative();
const encoder = (seed: number) => () => Promise.resolve(initialize(parametersOf(config, "none"), config, seed));
const settings: FineTuneSettings = {
  ...{ ...defaultFineTune(), epochs: 6, learningRate: 0.01, seeds: 2, maxTokens: 16 },
};
const splitOf = (i: number): SplitName => (i % 4 === 3 ? "test" : "train");
const common = { id: "x", name: "x", note: "", warnings: [] };

interface World {
  set: LabelledSet;
  rows: TaskRow[];
}

/** Whether word 7 or word 8 stands in the text: easy, but not for a frozen random encoder with a shuffled label. */
function topics(items: number, shuffled = false): World {
  const draw = random(11);
  const rows: TaskRow[] = [];
  const set: LabelledSet = { ...common, task: "classification", items: [] };
  for (let i = 0; i < items; i++) {
    const first = draw.below(2) === 0;
    const words = Array.from({ length: 4 + draw.below(6) }, () => 10 + draw.below(30));
    words[draw.below(words.length)] = first ? 7 : 8;
    const ids = [2, ...words, 3];
    rows.push({ item: i, ids, typesFrom: ids.length });
    const told = shuffled && splitOf(i) === "train" ? draw.below(2) === 0 : first;
    set.items.push({ split: splitOf(i), text: words.join(" "), label: told ? "seven" : "eight" });
  }
  return { set, rows };
}

/** Context words are single letters; the answer is the only one of e, f and g (ids 11 to 13). */
function questions(items: number): World {
  const draw = random(12);
  const rows: TaskRow[] = [];
  const set: LabelledSet = { ...common, task: "qa", items: [] };
  for (let i = 0; i < items; i++) {
    const words = Array.from({ length: 8 }, () => 14 + draw.below(16));
    const at = draw.below(8);
    words[at] = 11 + draw.below(3);
    const text = words.map((id) => String.fromCharCode(90 + id)).join(" ");
    const ids = [2, 5, 3, ...words, 3];
    const starts = Int32Array.from(words, (_, w) => 2 * w);
    rows.push({ item: i, ids, typesFrom: 3, window: { first: 3, starts, ends: starts.map((start) => start + 1) } });
    const start = 2 * at;
    set.items.push({ split: splitOf(i), question: "which?", context: text, answers: [{ text: text[start]!, start }] });
  }
  return { set, rows };
}

function run(
  { set, rows }: World,
  seeds: number[],
  change: Partial<FineTuneSettings> = {},
  more: Partial<FineTuneSetPlan> = {},
): Promise<EvaluationResult> {
  const [base, tuned] = seeds as [number, number | undefined];
  return fineTuneSet({
    ...{ device, set, rows, model: { config, special }, control: new RunControl() },
    arms: { base: encoder(base), ...(tuned === undefined ? {} : { tuned: encoder(tuned) }) },
    settings: { ...settings, ...change },
    recipe: defaultRecipe(),
    onProgress: () => {},
    breathe: () => Promise.resolve(),
    ...more,
  });
}

test("texts are learned, shuffled labels are not; equal models differ by nothing at all", async () => {
  const result = await run(topics(160), [1, 1]);
  const [accuracy] = result.rows;
  expect(accuracy!.metric).toBe("accuracy");
  expect(accuracy!.arms.base!.value).toBeGreaterThan(0.9);
  expect(accuracy!.bySeed!.base).toHaveLength(2);
  expect(accuracy!.bySeed!.tuned).toEqual(accuracy!.bySeed!.base);
  expect(accuracy!.difference!.value).toBe(0);
  expect(result.fineTuning!.curves.map(({ arm, seed }) => `${arm} ${seed}`)).toEqual([
    "base 1",
    "base 2",
    "tuned 1",
    "tuned 2",
  ]);
  const shuffled = await run(topics(160, true), [1], { seeds: 1 });
  expect(shuffled.rows[0]!.arms.base!.value).toBeLessThan(0.75);
});

test("test items choose nothing: other test labels change neither a curve nor the best epoch", async () => {
  const world = topics(60);
  const other = structuredClone(world);
  if (other.set.task !== "classification") throw new Error("not classification");
  for (const item of other.set.items) if (item.split === "test") item.label = "eight";
  const [one, two] = [await run(world, [1], { seeds: 1, epochs: 2 }), await run(other, [1], { seeds: 1, epochs: 2 })];
  expect(two.fineTuning!.curves).toEqual(one.fineTuning!.curves);
});

/** Trainings as the browser keeps them, on a shelf that outlives an evaluation. */
function shelf(kept: Map<string, Trained>): TrainingMemory & { trained: string[] } {
  const trained: string[] = [];
  const nameOf = ({ arm, recipe }: TrainingName): string => sortedJson([arm, recipe]);
  return {
    trained,
    find: (one) => Promise.resolve(structuredClone(kept.get(nameOf(one)))),
    keep(one, result) {
      trained.push(`${one.arm} ${one.seed}`);
      kept.set(nameOf(one), structuredClone(result));
      return Promise.resolve();
    },
  };
}

test.each([
  ["topics", () => topics(60)],
  ["questions", () => questions(40)],
])("left twice, an evaluation of %s goes on with the next training and ends in the same numbers", async (_, make) => {
  const world = make();
  const settings = { epochs: 2 };
  const whole = await run(world, [1, 2], settings);
  const kept = new Map<string, Trained>();
  // Left in the middle of the second training, then in the middle of the fourth.
  for (const [leaveAfter, done] of [
    [1, ["base 1"]],
    [3, ["base 2", "tuned 1"]],
  ] as const) {
    const [control, memory] = [new RunControl(), shelf(kept)];
    const onProgress: FineTuneSetPlan["onProgress"] = ({ trainings, phase }) => {
      if (trainings?.done === leaveAfter && memory.trained.length > 0 && phase !== "") control.stop();
    };
    await expect(run(world, [1, 2], settings, { control, memory, onProgress })).rejects.toMatchObject({
      code: "base/aborted",
    });
    expect(memory.trained).toEqual(done);
  }
  const memory = shelf(kept);
  const rest = await run(world, [1, 2], settings, { memory });
  expect(memory.trained).toEqual(["tuned 2"]);
  const { recalled, ...fineTuning } = rest.fineTuning!;
  expect(recalled).toBe(3);
  expect({ ...rest, fineTuning, durationMs: 0 }).toEqual({ ...whole, durationMs: 0 });
  // A third seed asks for two trainings more.
  const more = shelf(kept);
  await run(world, [1, 2], { ...settings, seeds: 3 }, { memory: more });
  expect(more.trained).toEqual(["base 3", "tuned 3"]);
  // Without what was kept, all of it is trained again.
  const empty = shelf(new Map());
  await run(world, [1, 2], settings, { memory: empty });
  expect(empty.trained).toHaveLength(4);
});

test("paused, it stands still; resumed, it ends in the same numbers", async () => {
  const world = topics(40);
  const whole = await run(world, [1], { seeds: 1, epochs: 1 });
  const control = new RunControl();
  let steps = 0;
  const paused = run(
    world,
    [1],
    { seeds: 1, epochs: 1 },
    { control, onProgress: () => ++steps === 2 && control.pause() },
  );
  await expect.poll(() => steps).toBeGreaterThanOrEqual(2);
  const at = steps;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(steps).toBeLessThanOrEqual(at + 1);
  control.resume();
  expect((await paused).rows).toEqual(whole.rows);
});

test("stopped while it predicts, a training leaves nothing", async () => {
  const [control, memory] = [new RunControl(), shelf(new Map())];
  let predicted = 0;
  const onProgress: FineTuneSetPlan["onProgress"] = ({ done, total }) => {
    if (done > total - 10) predicted++;
    if (predicted > 0) control.stop();
  };
  const left = run(topics(160), [1], { seeds: 1, epochs: 1 }, { control, memory, onProgress });
  await expect(left).rejects.toMatchObject({ code: "base/aborted" });
  expect([predicted, memory.trained]).toEqual([1, []]);
});

test("answers to questions are found", async () => {
  const result = await run(questions(160), [3], { seeds: 1 });
  expect(result.rows.map(({ metric }) => metric)).toEqual(["exact match", "answer F1"]);
  expect(result.rows[0]!.arms.base!.value).toBeGreaterThan(0.8);
});

test("the validation part comes from the training items, and questions on one context stay together", () => {
  const { set } = topics(40);
  const { train, dev, test: tested } = fineTuneSplit(set, { devShare: 0.2, maxTrainItems: 20, seed: 1 });
  expect([train.length, dev.length, tested.length]).toEqual([16, 4, 10]);
  expect([...train, ...dev].every((i) => set.items[i]!.split === "train")).toBe(true);
  const asked: LabelledSet = {
    ...{ ...common, task: "qa" },
    items: Array.from({ length: 30 }, (_, i) => ({
      ...{ split: i < 24 ? ("train" as const) : ("test" as const), question: `${i}`, context: `text ${i % 6}` },
      answers: [{ text: "text", start: 0 }],
    })),
  };
  const parts = fineTuneSplit(asked, { devShare: 0.3, maxTrainItems: 100, seed: 1 });
  const contexts = (items: number[]) => new Set(items.map((i) => i % 6));
  expect([...contexts(parts.dev)].some((c) => contexts(parts.train).has(c))).toBe(false);
});

test("a stop ends it with base/aborted", async () => {
  const { set, rows } = topics(40);
  const control = new RunControl();
  const stopped = fineTuneSet({
    ...{ device, set, rows, model: { config, special }, control, settings, recipe: defaultRecipe() },
    arms: { base: encoder(1) },
    onProgress: () => control.stop(),
    breathe: () => Promise.resolve(),
  });
  await expect(stopped).rejects.toMatchObject({ code: "base/aborted" });
});

/** Sums of a few numbers in double. */
const exactly = 12;

test.each(goldenHeads.squad)("SQuAD's exact match and F1 of “$prediction”", ({ prediction, answers, exact, f1 }) => {
  const found = answerScore(prediction, answers);
  expect(found.exact).toBe(exact);
  expect(found.f1).toBeCloseTo(f1, exactly);
});

test.each(goldenHeads.spans)("the best spans of a window are the oracle's (at most $longest tokens)", (one) => {
  const logits = Float32Array.from(one.start.flatMap((start, i) => [start, one.end[i]!]));
  const found = bestSpans(logits, one.first, one.start.length - one.first, one.longest, one.best).slice(0, 3);
  expect(found.map(({ from, to }) => [from, to])).toEqual(one.spans.map(([, from, to]) => [from, to]));
  found.forEach(({ score }, i) => expect(score).toBeCloseTo(one.spans[i]![0], 5)); // float32 logits
});
