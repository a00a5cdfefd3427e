/**
 * A model from nothing: a tokenizer learnt from one's own text, a small encoder of one's own design, ten steps, a
 * reload on the way; then the same model grown, and with words of the text as pieces.
 */
import { expect, test } from "./support/product.ts";
import { logLines, textFile } from "./support/texts.ts";

const settings = { maxSteps: 10, batchSize: 2, blockLength: 32, evaluateEvery: 10, checkpointEvery: 4 };

test("a tokenizer, an encoder and its training from scratch", async ({ visit }) => {
  await visit.open("corpus", settings);
  await visit.pickText(textFile("log.txt", logLines(300).join("\n")));
  await visit.useText();

  await test.step("a tokenizer from the text", async () => {
    await visit.step("model");
    await visit.byId("model-source-scratch").click();
    await visit.byId("tokenizer-kind").selectOption("bpe");
    await visit.byId("tokenizer-vocabularySize").fill("400");
    await visit.byId("train-tokenizer").click();
    await expect(visit.byId("tokenizer-result")).toContainText("400 pieces");
  });

  await test.step("an encoder: what is wrong is said with field and limit, the numbers follow", async () => {
    for (const [name, value] of [
      ["layers", "2"],
      ["width", "30"],
      ["heads", "4"],
      ["feedForward", "64"],
      ["positions", "64"],
    ] as const)
      await visit.byId(`design-${name}`).fill(value);
    await visit.byId("design-norm").selectOption("pre");
    await expect(visit.byId("scratch")).toContainText("Width must be a multiple of the heads: 30 is none of 4");
    await visit.byId("design-width").fill("32");
    // 400 pieces and 66 places of 32, a type, two layers, two LayerNorms, the head: counted in tests/unit/models.
    await expect(visit.byId("design-parameters")).toHaveText("33,680");
    await visit.byId("design-name").fill("Lake encoder");
    await visit.byId("build-model").click();
    await expect(visit.byId("model-card")).toContainText("Lake encoder");
    await visit.byId("scratch-recipe").click();
    await visit.step("recipe");
    await expect(visit.byId("setting-learningRate")).toHaveValue("0.001");
    await visit.byId("setting-maxSteps").fill(String(settings.maxSteps));
  });

  await test.step("training, a reload, and on", async () => {
    await visit.step("train");
    await visit.start();
    await visit.saved(4);
    await visit.reload(); // in the middle of the run, or just after it: it is short
    await visit.step("train");
    if ((await visit.status()).phase !== "completed") await visit.byId("run-resume").click();
    const done = await visit.phase("completed");
    expect(done).toMatchObject({ step: 10, total: 10 });
    // Random weights know nothing: the first loss is that of an even guess among 400 pieces.
    expect(done.firstLoss).toBeGreaterThan(Math.log(400) - 0.5);
    expect(done.firstLoss).toBeLessThan(Math.log(400) + 0.5);
  });

  await test.step("the model grown, and with more pieces", async () => {
    await visit.step("model");
    await visit.byId("grow-part").locator("summary").click();
    await expect(visit.byId("grow-promise")).toContainText("computes the same at step 0");
    await visit.byId("growth-layers").fill("3");
    await visit.byId("grow-model").click();
    await expect(visit.byId("model-card")).toContainText("Lake encoder, 3 layers");
    await visit.byId("vocabulary-part").locator("summary").click();
    await visit.byId("extension-pieces").fill("5");
    await visit.byId("propose-pieces").click();
    await expect(visit.byId("candidates-row")).toHaveCount(5);
    await visit.byId("candidates-row").first().getByRole("checkbox").uncheck();
    await visit.byId("extend-model").click();
    await expect(visit.byId("extended")).toContainText("pieces were added");
    await expect(visit.byId("model-card")).toContainText("pieces more");
  });
});
