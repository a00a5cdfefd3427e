/**
 * From text to batches: a corpus large enough for a thread of its own is cut and paused on the way, the block
 * length is chosen from what it costs, and a run keeps documents that share a block apart.
 */
import { expect, test } from "./support/product.ts";
import { logLines, textFile } from "./support/texts.ts";

const lines = logLines(3000);
/** 5 MB: from 4 MB on another thread cuts. */
const copies = 24;
const text = Array.from({ length: copies }, (_, i) => lines.map((line) => `${line} Page ${i}.`).join("\n")).join("\n");
const settings = { maxSteps: 3, batchSize: 2, blockLength: 32, evaluateEvery: 3, checkpointEvery: 3 };

test("a large text, its block length, and documents kept apart", async ({ visit }) => {
  const threads: string[] = [];
  visit.page.on("worker", (worker) => threads.push(worker.url()));
  await visit.open("corpus", { ...settings, documentBorders: "restart" });
  await visit.pickText(textFile("large.txt", text));
  await visit.useText();
  const documents = copies * lines.length;
  await expect(visit.byId("corpus-documents")).toHaveText(documents.toLocaleString("en"));

  await test.step("tokens", async () => {
    await expect(visit.byId("train-tokens")).toBeVisible();
    const tokens = Number((await visit.byId("train-tokens").innerText()).replace(/\D+/g, ""));
    expect(tokens).toBeGreaterThan(1_000_000);
    await expect(visit.byId("tokenize-error")).toHaveCount(0);
    expect(threads.filter((url) => url.includes("tokenize.worker")).length).toBeGreaterThan(0);
  });

  await test.step("what block lengths cost", async () => {
    await visit.step("recipe");
    await expect(visit.byId("part-recipe-batches-badge")).toHaveText("1 changed");
    await visit.byId("part-recipe-batches-toggle").click();
    const card = visit.byId("block-lengths");
    await expect(card).toBeVisible();
    await expect(visit.byId("documents-torn")).toContainText("%");
    await expect(visit.byId("block-length-chart")).toHaveAttribute("data-points", /^[5-9]|1\d$/);
    const suggested = await visit.byId("block-length-suggestion").getAttribute("data-length");
    if (suggested !== String(settings.blockLength)) {
      await visit.byId("use-block-length").click();
      await expect(visit.byId("setting-blockLength")).toHaveValue(suggested!);
    }
    await expect(visit.byId("setting-documentBorders")).toHaveValue("restart");
    await visit.byId("setting-packing").selectOption("lines");
    await expect(visit.byId("places-padded")).toContainText("%");
    await visit.byId("setting-packing").selectOption("concatenate");
  });

  await test.step("layers are unfrozen an epoch apart, then by a plan of one's own", async () => {
    await visit.byId("part-recipe-layers-toggle").click();
    await visit.byId("unfreeze-epoch").click();
    await expect(visit.byId("setting-unfreezeEvery")).not.toHaveValue("0");
    const epoch = Number(await visit.byId("setting-unfreezeEvery").inputValue());
    const begins = visit.byId("layer-picture").locator("[data-first]");
    const steps = (): Promise<(string | null)[]> =>
      begins.evaluateAll((all) => all.map((one) => one.getAttribute("data-first")));
    const even = [0, 1, 2, 3].map((passes) => String(1 + passes * epoch)); // head, two layers, embeddings
    await expect.poll(steps).toEqual(even);
    await visit.byId("setting-unfreezing").selectOption("plan");
    await expect(visit.byId("recipe-problem")).toContainText("The plan of unfreezing is empty.");
    await visit.byId("unfreeze-epoch").click();
    await expect.poll(steps).toEqual(even);
    await visit.byId("setting-unfreezePlan").fill("embeddings: 1\nlayer 2: 2");
    await expect.poll(steps).toEqual(["1", "3", "1", "2"]);
  });

  await test.step("three steps with closed borders", async () => {
    await visit.step("train");
    await visit.start();
    const status = await visit.phase("completed");
    expect(status.lastLoss).toBeGreaterThan(0);
    expect(status.lastLoss).toBeLessThan(15);
  });
});
