/** Objectives beside MLM, on a text of a few documents: three steps each, what they measure, and the texts that they ask for. */
import { expect, test } from "./support/product.ts";
import { logLines, textFile, type FileToPick } from "./support/texts.ts";

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
  await expect(visit.byId("train-tokens")).toBeVisible();

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

  await test.step("SimCSE from the pairs of a labelled set", async () => {
    const rows = Array.from({ length: 24 }, (_, i) => `${lines[i]}\t${lines[i + 100]}\t${i % 3}`);
    const file = (name: string, part: string[]): FileToPick =>
      textFile(name, ["sentence1\tsentence2\tscore", ...part, ""].join("\n"), "text/tab-separated-values");
    const pairs = { ...settings, objective: "contrastive", positives: "pairs", positiveShare: 0.5, batchSize: 2 };
    await visit.settings("recipe", pairs);
    await expect(visit.byId("recipe-problem")).toContainText("labelled set of pairs");
    await visit.byId("to-sets").click();
    await visit.byId("set-task-similarity").check({ force: true });
    await visit.byId("set-files").setInputFiles([file("train.tsv", rows), file("test.tsv", rows.slice(0, 6))]);
    await visit.byId("set-imported").waitFor();
    await visit.step("recipe");
    await visit.byId("pair-set").selectOption({ index: 1 });
    await expect(visit.byId("recipe-problem")).toHaveCount(0);
    await visit.step("train");
    await visit.start();
    await visit.phase("completed");
    await expect(visit.byId("run-notices")).toContainText("pairs of");
  });

  await test.step("general text is replayed, and what is forgotten of it measured", async () => {
    await visit.settings("recipe", { ...settings, replayShare: 0.25 });
    await expect(visit.byId("recipe-problem")).toContainText("general text");
    const general = documents.map((text) => text.toUpperCase().split(" ").reverse().join(" "));
    await visit.byId("replay-files").setInputFiles(textFile("general.txt", general.join("\n\n")));
    await expect(visit.byId("replay-corpus")).not.toHaveValue("");
    await expect(visit.byId("recipe-problem")).toHaveCount(0);
    await visit.step("train");
    await visit.start();
    await visit.phase("completed");
    await expect(visit.byId("stat-loss-on-the-general-text")).toBeVisible();
    await expect(visit.byId("run-notices")).toContainText("Replay: an epoch is");
  });

  await test.step("terms of a list first", async () => {
    await visit.settings("recipe", { ...settings, maskUnit: "term" });
    await expect(visit.byId("recipe-problem")).toContainText("list is empty");
    await visit.byId("find-setting").fill("terms to hide");
    await visit.byId("found-terms").fill("pump\nvalve");
    await visit.byId("find-setting").fill("");
    await visit.byId("part-recipe-masking-toggle").click();
    await expect(visit.byId("setting-terms")).toHaveValue("pump\nvalve");
    await expect(visit.byId("recipe-problem")).toHaveCount(0);
    await visit.step("train");
    await visit.start();
    await visit.phase("completed");
    expect(visit.page.url()).not.toContain("pump");
  });
});
