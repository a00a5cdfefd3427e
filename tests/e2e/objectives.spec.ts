/** Objectives beside MLM, on a text of a few documents: three steps each, what they measure, the list of terms. */
import { expect, test } from "./support/product.ts";
import { logLines, textFile } from "./support/texts.ts";

const lines = logLines(400);
const documents = Array.from({ length: 40 }, (_, d) => lines.slice(10 * d, 10 * d + 10).join(" "));
const settings = {
  maxSteps: 3,
  batchSize: 4,
  blockLength: 32,
  evaluateEvery: 3,
  checkpointEvery: 3,
  heldOutShare: 0.2,
};

test("sentence order, SimCSE and masking by terms", async ({ visit }) => {
  await visit.open("corpus", { ...settings, objective: "sop" });
  await visit.pickText(textFile("log.txt", documents.join("\n\n")));
  await visit.useText();
  await expect(visit.byId("train-tokens")).toBeVisible({ timeout: 60_000 });

  await test.step("sentence order beside MLM", async () => {
    await visit.step("train");
    await visit.start();
    await visit.phase("completed");
    await expect(visit.byId("stat-sentence-accuracy")).toContainText("%");
  });

  await test.step("SimCSE asks for dropout, then trains", async () => {
    await visit.settings("recipe", { ...settings, objective: "contrastive" });
    await expect(visit.byId("recipe-problem")).toContainText("dropout");
    await visit.settings("train", { ...settings, objective: "contrastive", dropout: 0.1 });
    await visit.start();
    await visit.phase("completed");
    await expect(visit.byId("stat-MLM-loss")).toBeVisible();
  });

  await test.step("terms of a list first", async () => {
    await visit.settings("recipe", { ...settings, maskUnit: "term" });
    await expect(visit.byId("recipe-problem")).toContainText("list is empty");
    await visit.byId("more-settings").locator("summary").click();
    await visit.byId("setting-terms").fill("pump\nvalve");
    await expect(visit.byId("recipe-problem")).toHaveCount(0);
    await visit.step("train");
    await visit.start();
    await visit.phase("completed");
    expect(visit.page.url()).not.toContain("pump");
  });
});
