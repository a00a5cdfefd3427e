/**
 * A person with texts of their own: a .txt and a .csv, the column corrected, one batch looked at, a short
 * training, before and after, and then the tidying up: rename, export, delete, and open what was exported.
 */
import { logFile, logLine, logLines, textFile } from "./support/texts.ts";
import { writeFolder } from "./support/nano-model.ts";
import { expect, test } from "./support/product.ts";

const documents = 120;
const rows = 60;
/** The longest column is not the right one: the page guesses it, the person corrects it. */
const table = [
  "id,remark,entry",
  ...Array.from(
    { length: rows },
    (_, i) => `${i},"${"copied from the paper book, page checked twice, no gaps. ".repeat(3)}","${logLine(2, i)}"`,
  ),
].join("\n");
const settings = {
  maxSteps: 40,
  batchSize: 4,
  blockLength: 32,
  evaluateEvery: 20,
  checkpointEvery: 20,
  maskRate: 0.3,
  learningRate: 0.001,
};

test("own texts from files to an exported model that opens again", async ({ visit, folder }) => {
  await visit.open("corpus", settings);

  await test.step("files, their preview and the column to take", async () => {
    await visit.pickText(logFile("log.txt", documents), textFile("book.csv", table, "text/csv"));
    const preview = (file: string) => visit.page.locator(`[data-testid="file-preview"][data-file="${file}"]`);
    await expect(preview("log.txt")).toContainText("plain text");
    await expect(preview("log.txt")).toContainText(logLines(1)[0]!);
    const picker = preview("book.csv").getByTestId("field-picker");
    await expect(picker.locator("option")).toHaveText(["remark", "entry"]);
    await picker.selectOption("entry");
    await expect(preview("book.csv")).toContainText(logLine(2, 0));
    await visit.byId("corpus-name").fill("Lake log");
    await visit.useText();
    await expect(visit.byId("corpus-documents")).toHaveText(String(documents + rows));
    await expect(visit.byId("corpus-card")).toContainText("Lake log");
  });

  await test.step("one batch shows which tokens are hidden", async () => {
    await visit.part("seen");
    const chips = visit.byId("batch-preview").locator("ol [data-state]");
    await expect(chips.first()).toBeVisible();
    const first = await chips.allInnerTexts();
    expect(first.length).toBeGreaterThan(5); // 3 of the 4 blocks of 32 are shown, at 0.3: about 28
    await expect(visit.byId("batch-preview").locator('ol [data-state="masked"]').first()).toContainText("[MASK]");
    await visit.byId("next-batch").click();
    await expect(visit.byId("batch-preview")).toContainText("Batch 2");
    expect(await chips.allInnerTexts()).not.toEqual(first);
  });

  await test.step("a short training", async () => {
    await visit.step("train");
    await visit.start();
    const status = await visit.phase("completed");
    expect(status).toMatchObject({ step: 40, total: 40, saved: 40, device: "wasm" });
    await expect(visit.byId("loss-chart")).toHaveAttribute("data-points", "40");
    await expect(visit.byId("stat-speed")).toHaveText(/^[\d,]+$/);
    await expect(visit.byId("stat-held-out")).toHaveText(/^\d+\.\d+$/);
  });

  await test.step("before and after on held-out text, and a sentence of one's own", async () => {
    await visit.step("evaluate");
    await visit.byId("compare-all").click();
    const row = visit.byId("before-after-row");
    await row.waitFor();
    const [before, after] = await row
      .locator("[data-value]")
      .evaluateAll((cells) => cells.map((cell) => Number((cell as HTMLElement).dataset["value"])));
    expect(after).toBeGreaterThan(1);
    expect(after).toBeLessThan(before!);
    await visit.byId("sentence").fill("the keeper mended [MASK] at the pier.");
    await visit.byId("fill-mask-run").click();
    for (const side of ["base", "tuned"]) await expect(visit.byId(`guesses-${side}`).locator("li")).toHaveCount(5);
    const results = await visit.download(() => visit.byId("results-csv").click());
    expect(new TextDecoder().decode(results.bytes)).toContain("held-out text,masked language model,perplexity,tuned,");
  });

  let exported = new Map<string, Uint8Array>();
  await test.step("a checkpoint is renamed, exported and deleted", async () => {
    await visit.step("checkpoints");
    await expect(visit.byId("checkpoints-row")).toHaveCount(2); // the best and the last
    const last = visit.checkpoints("end of a run");
    await last.getByTestId("rename-checkpoint").click();
    await visit.dialog("Lake model");
    await expect(last).toContainText("Lake model");
    exported = await visit.exportCheckpoint(last);
    expect([...exported.keys()].sort()).toEqual(
      expect.arrayContaining(["README.md", "config.json", "model.safetensors", "tokenizer.json"]),
    );
    await last.getByTestId("delete-checkpoint").click();
    await visit.dialog();
    await expect(visit.byId("checkpoints-row")).toHaveCount(1);
    // Its button is gone; the keyboard goes on from the list's title.
    await expect(visit.page.locator("main :focus")).toHaveCount(1);
  });

  await test.step("so is a text", async () => {
    const row = visit.byId("corpora-row");
    await row.getByTestId("rename-corpus").click();
    await visit.dialog("Old log");
    await expect(row).toContainText("Old log");
    const { name, bytes } = await visit.download(() => row.getByTestId("export-corpus").click());
    expect(name).toBe("Old-log.txt");
    expect(new TextDecoder().decode(bytes).trim().split("\n\n")).toHaveLength(documents + rows);
    await row.getByTestId("delete-corpus").click();
    await visit.dialog();
    await expect(row).toHaveCount(0);
  });

  await test.step("the exported folder opens as a model", async () => {
    await visit.openFolder(writeFolder(folder, "lake-model", Object.fromEntries(exported)));
    await expect(visit.byId("model-card")).toContainText("lake-model");
    await expect(visit.byId("model-card")).toContainText("BERT");
  });

  await test.step("everything is deleted, and stays deleted", async () => {
    await visit.step("checkpoints");
    await expect(visit.byId("storage-used")).toHaveText(
      /^[\d.]+ [KMG]B used of about [\d.]+ [MGT]B that the browser allows\.$/,
    );
    await visit.byId("delete-everything").click();
    await expect(visit.page.locator('dialog[open] button[type="submit"]')).toBeDisabled();
    await visit.dialog("delete");
    await visit.byId("screen-welcome").waitFor();
    await visit.reload();
    await expect(visit.byId("continue-card")).toHaveCount(0);
    await visit.open("checkpoints");
    await expect(visit.byId("checkpoints-row")).toHaveCount(0);
    await expect(visit.byId("corpora-row")).toHaveCount(0);
  });
});
