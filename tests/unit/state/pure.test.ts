import { describe, expect, it } from "vitest";
import { defaultRecipe, readRecipe, type ModelConfig, type TokenizedSummary } from "../../../src/contract/index.ts";
import { demoTimeLeft } from "../../../src/state/demo-pace.ts";
import { guessedIds, nameGuesses } from "../../../src/state/fill-mask.ts";
import { learningRateCurve } from "../../../src/state/learning-rate-preview.ts";
import { adviseRecipe } from "../../../src/state/recipe-advice.ts";
import { readAddress, recipeFromJson, recipeToJson, writeAddress } from "../../../src/state/recipe-url.ts";
import { resultsToCsv, resultsToJson, type ResultsFile } from "../../../src/state/results-export.ts";
import { Series } from "../../../src/state/series.ts";
import { TimeLeft } from "../../../src/state/time-left.ts";

describe("address", () => {
  it("names only what differs from the defaults and comes back as it was", () => {
    const recipe = readRecipe({ maxSteps: 300, maskRate: 0.3, schedule: "cosine", adamEpsilon: 1e-8 });
    const address = writeAddress("recipe", recipe);
    expect(address).toBe("#/recipe?maxSteps=300&schedule=cosine&maskRate=0.3");
    expect(readAddress(address)).toEqual({ screen: "recipe", recipe });
    expect(writeAddress("train", defaultRecipe())).toBe("#/train");
    expect(readAddress("#/train")).toEqual({ screen: "train", recipe: undefined });
    expect(readAddress("")).toEqual({ screen: "", recipe: undefined });
  });
  it("refuses a setting out of its limits or unknown", () => {
    expect(() => readAddress("#/recipe?maxSteps=abc")).toThrowError(
      expect.objectContaining({ code: "contract/bad-setting" }),
    );
    expect(() => readAddress("#/recipe?steps=3")).toThrowError(
      expect.objectContaining({ code: "contract/unknown-setting" }),
    );
    expect(() => readAddress("#/recipe?constructor=3")).toThrowError(
      expect.objectContaining({ code: "contract/unknown-setting" }),
    );
  });
  it("reads and writes recipe files", () => {
    const recipe = readRecipe({ learningRate: 3e-4, seed: 7 });
    expect(recipeFromJson(recipeToJson(recipe))).toEqual(recipe);
    expect(() => recipeFromJson("seed: 7")).toThrowError(expect.objectContaining({ code: "state/not-a-recipe" }));
  });
});

describe("learning-rate preview", () => {
  it("draws both ends and no more points than asked", () => {
    const { steps, rates } = learningRateCurve(readRecipe({ maxSteps: 1000 }), 50);
    expect([steps.length, steps[0], steps.at(-1)]).toEqual([50, 1, 1000]);
    expect(Math.max(...rates)).toBeCloseTo(5e-4, 5);
    expect(learningRateCurve(readRecipe({ maxSteps: 1 })).steps).toEqual([1]);
  });
});

describe("advice", () => {
  const tokenized = (tokens: number, heldOut = 40): TokenizedSummary => ({
    id: "t",
    corpusId: "c",
    tokenizerId: "k",
    heldOutShare: 0.05,
    seed: 42,
    train: { documents: 100, tokens },
    heldOut: { documents: heldOut, tokens: 1000 },
    unknownTokens: 0,
    notices: [],
  });
  const config = { model_type: "roberta", max_position_embeddings: 130, pad_token_id: 1 } as ModelConfig;

  it("says how much text the run sees", () => {
    const advice = adviseRecipe(defaultRecipe(), tokenized(100_000), null);
    expect(advice.tokensSeen).toBe(200 * 8 * 128);
    expect(advice.epochs).toBeCloseTo(2.048, 9);
    expect(advice.estimate).toBe(
      "200 steps of 8 blocks of 128 tokens show the model about 204,800 tokens: 2 times through the training text. In each step about 154 tokens are hidden for it to guess.",
    );
    expect(advice.warnings).toEqual([]);
    expect(advice.problems).toEqual([]);
    expect(adviseRecipe({ ...defaultRecipe(), objective: "contrastive" }, tokenized(1_000), null).estimate).toBe(
      "200 steps of 8 sentences, cut at 128 tokens. Nothing is hidden: each is told apart from the 7 others of its batch.",
    );
    expect(adviseRecipe(defaultRecipe(), tokenized(1_000_000), null).estimate).toContain(
      "about 20 % of the training text",
    );
  });
  it("warns of learning by heart and of a thin held-out set", () => {
    const { warnings } = adviseRecipe(defaultRecipe(), tokenized(5000, 2), null);
    expect(warnings.length).toBe(2);
    expect(warnings[0]).toContain("41 times");
    expect(warnings[1]).toContain("Only 2 documents");
  });
  it("names what makes a run impossible", () => {
    const recipe = readRecipe({ blockLength: 256, maskTokenShare: 0.8, randomTokenShare: 0.3 });
    const { problems } = adviseRecipe(recipe, tokenized(200), config);
    expect(problems.length).toBe(3);
    expect(problems[0]).toContain("add up to 1.1");
    expect(problems[1]).toContain("at most 128 tokens");
    expect(problems[2]).toContain("less than one block of 256");
  });
});

describe("results as files", () => {
  const results: ResultsFile = {
    base: "Base",
    tuned: "Tuned",
    device: "wasm",
    heldOut: {
      tokens: 900,
      blocks: 12,
      baseLoss: Math.log(20),
      tunedLoss: Math.log(10),
      difference: { value: -0.69, low: -0.8, high: -0.6 },
      durationMs: 5,
    },
    evaluations: [
      {
        setId: "s",
        setName: 'News, "short"',
        task: "classification",
        trainItems: 100,
        testItems: 50,
        seeds: 3,
        rows: [
          {
            metric: "macro-F1",
            arms: { base: { value: 0.5, low: 0.4, high: 0.6 }, tuned: { value: 0.55, low: 0.45, high: 0.65 } },
            difference: { value: 0.05, low: -0.01, high: 0.11 },
          },
        ],
        warnings: [],
        verdict: "No clear difference.",
        durationMs: 5,
      },
    ],
  };
  it("gives one CSV row a number, quoted as the format asks", () => {
    const lines = resultsToCsv(results).trimEnd().split("\r\n");
    expect(lines.length).toBe(1 + 5 + 3);
    expect(lines[0]).toBe("set,task,metric,arm,value,low,high,train_items,test_items,seeds");
    expect(lines[5]).toBe("held-out text,masked language model,loss,tuned minus base,-0.69,-0.8,-0.6,,900,");
    expect(lines[8]).toBe('"News, ""short""",classification,macro-F1,tuned minus base,0.05,-0.01,0.11,100,50,3');
  });
  it("gives JSON with everything, perplexity included", () => {
    const parsed = JSON.parse(resultsToJson(results)) as { perplexity: { base: number }; evaluations: unknown };
    expect(parsed.perplexity.base).toBeCloseTo(20, 9);
    expect(parsed.evaluations).toEqual(results.evaluations);
  });
  it.each(["=", "+", "-", "@", "\t"])("disarms a set's name that a spreadsheet would run: %j", (start) => {
    const evaluations = results.evaluations.map((one) => ({ ...one, setName: `${start}1` }));
    expect(resultsToCsv({ ...results, evaluations }).split("\r\n")[6]).toMatch(new RegExp(`^'\\${start}1,`));
  });
  it("refuses to export what is not a number", () => {
    const broken = structuredClone(results);
    broken.evaluations[0]!.rows[0]!.arms.base!.value = NaN;
    expect(() => resultsToCsv(broken)).toThrowError(expect.objectContaining({ code: "state/bad-result" }));
  });
});

describe("small parts", () => {
  it("series grow, cut and copy", () => {
    const series = new Series(2);
    for (let i = 0; i < 1000; i++) series.push(i * 2);
    expect([series.length, series.last, series.values[500]]).toEqual([1000, 1998, 1000]);
    series.cut(3);
    expect(series.toArray()).toEqual([0, 2, 4]);
    expect(new Series().last).toBeNaN();
  });
  it("time left comes from the phase's own pace and starts anew with each phase", () => {
    const left = new TimeLeft();
    const at = (phase: string, done: number, now: number): number | null =>
      left.update({ phase, done, total: 100, unit: "items" }, now);
    expect(at("read", 0, 0)).toBeNull();
    expect(at("read", 10, 500)).toBeNull(); // too early to say
    expect(at("read", 20, 2000)).toBe(8000);
    expect(at("write", 50, 2100)).toBeNull();
    expect(at("write", 75, 4100)).toBe(2000);
    expect(left.update({ phase: "write", done: 80, total: 0, unit: "items" }, 9000)).toBeNull();
  });
  it("mask guesses get their words", () => {
    const found = [
      [
        [
          { id: 7, probability: 0.5 },
          { id: 9, probability: 0.2 },
        ],
      ],
      [[{ id: 9, probability: 0.6 }]],
    ];
    const ids = guessedIds(found);
    expect(ids).toEqual([7, 9]);
    expect(nameGuesses(found[1]!, ids, ["salt", "pepper"])).toEqual([[{ token: "pepper", probability: 0.6 }]]);
  });
});

describe("time left of the demo", () => {
  const at = (train: "running" | "done") =>
    [
      { id: "model", status: "done" },
      { id: "corpus", status: "done" },
      { id: "tokens", status: "done" },
      { id: "train", status: train },
      { id: "evaluate", status: train === "done" ? "running" : "waiting" },
    ] as const;
  it("counts what is done of every stage by its usual share", () => {
    // 2.5 % before training, 91.5 % training, 6 % after it.
    expect(demoTimeLeft(at("running"), 0.5, 48_250)).toBeCloseTo((48_250 / 0.4825) * 0.5175, 6);
    expect(demoTimeLeft(at("done"), 0, 94_000)).toBeCloseTo(6_000, 6);
  });
  it("says nothing before the pace is known", () => {
    expect(demoTimeLeft(at("running"), 0, 60_000)).toBeNull();
    expect(demoTimeLeft(at("running"), 0.5, 1_000)).toBeNull();
  });
});
