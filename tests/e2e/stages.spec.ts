/**
 * A pipeline in the page: the domain's text, then a labelled set's own text, then its labels. Stopped in the second
 * stage and reloaded, it ends with the very weights of the pipeline that was left alone, bit for bit, on WASM. Then
 * fine-tuning in Evaluate beside it.
 */
import { crc32 } from "../../src/base/index.ts";
import type { EvaluationResult } from "../../src/contract/index.ts";
import { expect, runAt, test, type Visit } from "./support/product.ts";
import { forgetFineTunings } from "./support/stored.ts";
import { logFile } from "./support/texts.ts";

const settings = {
  maxSteps: 3,
  batchSize: 2,
  accumulation: 4,
  blockLength: 32,
  evaluateEvery: 100,
  checkpointEvery: 2,
};
const topics = ["the pump drives water through the old mill", "the choir sings a psalm before the evening meal"];
const rows = Array.from({ length: 48 }, (_, i) => `"${topics[i % 2]!} on day ${i}",${i % 2 === 0 ? "water" : "song"}`);
const set = { name: "topics.csv", mimeType: "text/csv", buffer: Buffer.from(`text,label\n${rows.join("\n")}\n`) };

async function weightsOf(visit: Visit): Promise<number> {
  return crc32((await visit.exportLast()).get("model.safetensors")!);
}
/** The result as its file says it, without what the clock says. */
async function fineTuned(visit: Visit): Promise<{ recalled?: number; rows: unknown; curves: unknown }> {
  const { bytes } = await visit.download(() => visit.byId("results-json").click());
  const { evaluations } = JSON.parse(new TextDecoder().decode(bytes)) as { evaluations: EvaluationResult[] };
  const { rows, fineTuning, verdict } = evaluations.find(({ method }) => method === "fine-tune")!;
  const { recalled, curves } = fineTuning!;
  return { rows: [rows, verdict], curves, ...(recalled === undefined ? {} : { recalled }) };
}
async function run(visit: Visit): Promise<void> {
  await visit.step("train");
  await visit.start();
}
/** From now on watches for a fine-tuning that goes on and says so, to press a button at that moment. */
function whileTuning(visit: Visit, text: string, press: string): Promise<() => Promise<void>> {
  const progress = { selector: '[data-testid="fine-tune-progress"]', text };
  return visit.moment([progress, { selector: '[data-testid="fine-tune-progress-pause"]' }], { press });
}

test("stopped in its second stage and reloaded, a pipeline ends bit for bit as if it had not been", async ({
  visit,
}) => {
  await visit.open("corpus", settings);
  await visit.pickText(logFile("log.txt", 200));
  await visit.useText();
  await visit.step("evaluate");
  await visit.byId("set-task-classification").check({ force: true });
  await visit.byId("set-files").setInputFiles(set);
  await visit.byId("set-imported").waitFor();
  await visit.step("train");
  await visit.byId("pipeline-preset").selectOption("dapt-tapt-task");
  await visit.byId("pipeline-set").selectOption({ index: 1 });
  await visit.byId("pipeline-settings").locator("summary").click();
  await visit.byId("stage-1-epochs").fill("4");
  await visit.byId("stage-1-epochs").blur();
  await visit.byId("stage-2-epochs").fill("2");
  await visit.byId("stage-2-epochs").blur();

  await run(visit);
  await visit.phase("completed");
  for (const place of [0, 1, 2]) await expect(visit.byId(`stage-${place}`)).toHaveAttribute("data-status", "done");
  await expect(visit.byId("stage-score").first()).toContainText("accuracy on the test items");
  const expected = await weightsOf(visit);

  await visit.step("train");
  const inSecondStage = { selector: '[data-testid="stage-1"][data-status="running"]' };
  await visit.startAndPress("run-stop", inSecondStage, runAt(["running"], { saved: 2 }));
  await visit.phase("stopped");
  await expect(visit.byId("stage-1")).toHaveAttribute("data-status", "stopped");
  await visit.reload();
  await visit.step("train");
  await expect(visit.byId("stage-0")).toHaveAttribute("data-status", "done");
  await visit.byId("run-resume").click();
  await visit.phase("completed");
  expect(await weightsOf(visit)).toBe(expected);

  await test.step("fine-tuning in Evaluate, paused, cancelled and left, goes on with the next training", async () => {
    await visit.step("evaluate");
    await visit.byId("fine-tune-set").selectOption({ index: 1 });
    await visit.byId("fine-tune-epochs").fill("4");
    await visit.byId("fine-tune-seeds").fill("2");
    const paused = await whileTuning(visit, "", "fine-tune-progress-pause");
    await visit.byId("fine-tune-run").click();
    await paused();
    await expect(visit.byId("fine-tune-progress-paused")).toHaveText("Paused. Nothing is lost.");
    const cancelled = await whileTuning(visit, "seed 2 of 2", "fine-tune-progress-cancel");
    await visit.byId("fine-tune-progress-resume").click();
    await cancelled();
    // One or two more may have ended before the presses were heard.
    await expect(visit.byId("fine-tune-unfinished")).toContainText(/[123] of 4 trainings are done/);
    const pausedAgain = await whileTuning(visit, "tuned model", "fine-tune-progress-pause");
    await visit.byId("fine-tune-go-on").click();
    await pausedAgain();
    await visit.reload();
    await expect(visit.byId("fine-tune-unfinished")).toContainText(/[23] of 4 trainings are done/);
    await visit.byId("fine-tune-go-on").click();
    await expect(visit.byId("fine-tune-result")).toContainText("2 seeds");
    await expect(visit.byId("seed-spread")).toContainText("accuracy over the seeds");
    await expect(visit.byId("fine-tune-unfinished")).toHaveCount(0);
    const left = await fineTuned(visit);

    await forgetFineTunings(visit.page);
    await visit.byId("fine-tune-set").selectOption({ index: 1 });
    await visit.byId("fine-tune-epochs").fill("4");
    await visit.byId("fine-tune-seeds").fill("2");
    await visit.byId("fine-tune-run").click();
    await visit.byId("fine-tune-progress").waitFor({ state: "detached" });
    const whole = await fineTuned(visit);
    expect(left.recalled).toBeGreaterThanOrEqual(2);
    expect({ ...left, recalled: undefined }).toEqual({ ...whole, recalled: undefined });
    expect(whole.recalled).toBeUndefined();
  });
});
