/**
 * A person looks into a text before training on it: numbers, typical words, distances to an evaluation set, the
 * map with the keyboard; all of it is there again after a reload, and goes with the corpus.
 */
import { expect, test } from "./support/product.ts";
import { logFile, logLine, textFile } from "./support/texts.ts";

const perFile = 110;
/** Every line of the log names one person, and half of them end alike. */
const set = textFile(
  "boats.csv",
  ["text,label", ...Array.from({ length: 60 }, (_, i) => `"${logLine(3, i)}",${i % 2 === 0 ? "pier" : "store"}`)].join(
    "\n",
  ),
  "text/csv",
);

test("what is in a text, before a step is trained", async ({ visit }) => {
  await visit.open("evaluate");
  await visit.byId("set-task-classification").check({ force: true });
  await visit.byId("set-files").setInputFiles(set);
  await visit.byId("set-imported").waitFor();

  await visit.open("corpus");
  await visit.pickText(logFile("east.txt", perFile), logFile("west.txt", perFile, 2));
  await visit.useText();

  await test.step("numbers come by themselves", async () => {
    await expect(visit.byId("part-what-says")).toContainText("Mostly English.");
    await visit.part("what");
    await expect(visit.byId("report-documents")).toHaveText(String(2 * perFile));
    await expect(visit.byId("report-language")).toHaveText("English");
    await expect(visit.byId("report-unknown")).toHaveText("0 %");
    const fertility = Number(await visit.byId("report-fertility").innerText());
    expect(fertility).toBeGreaterThan(1);
    expect(fertility).toBeLessThan(2);
    await expect(visit.byId("report-budget")).toContainText("13.1 billion");
    const words = visit.byId("report-term");
    await expect(words.first()).toBeVisible();
    expect((await words.allInnerTexts()).join()).toMatch(/keeper|warden|clerk|pier/);
  });

  await test.step("lengths as a picture and as a table", async () => {
    const lengths = visit.byId("report-lengths");
    await lengths.getByText("Length of documents as a table").click();
    await expect(lengths.locator("tbody td:last-child").first()).toBeVisible();
    const counts = await lengths.locator("tbody td:last-child").allInnerTexts();
    expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(2 * perFile);
    expect(counts).toHaveLength(Number(await visit.byId("length-chart").getAttribute("data-bars")));
  });

  await test.step("distances, in sentences and in numbers", async () => {
    await visit.byId("report-view-distances").click();
    const readings = visit.byId("report-reading");
    await expect(readings).toHaveCount(2);
    await expect(readings.nth(0)).toContainText("general English");
    await expect(readings.nth(1)).toContainText("reads more like this text than like general English");
    await visit.byId("report-measure-divergence").check({ force: true });
    const cells = visit.byId("distance-table").locator("tbody tr:nth-child(2) td"); // the set's row
    const [toCorpus, toGeneral] = [await cells.nth(0).innerText(), await cells.nth(2).innerText()].map(Number);
    expect(toCorpus).toBeLessThan(toGeneral!);
  });

  await test.step("the map, by keyboard", async () => {
    await visit.byId("report-view-map").click();
    await visit.byId("map-draw").click();
    await visit.byId("document-map").waitFor();
    await expect(visit.byId("document-map")).toHaveAttribute("data-points", String(2 * perFile));
    await visit.byId("map-colour-quality").check({ force: true });
    await expect(visit.byId("document-map")).toContainText("no rule broken");
    await visit.byId("map-colour-source").check({ force: true });
    await expect(visit.byId("document-map")).toContainText("west.txt");
    const map = visit.page.getByRole("slider", { name: "Map of documents" });
    await map.focus();
    await map.press("Home");
    await expect(visit.byId("map-document")).toContainText(logLine(1, 0));
    await map.press("End");
    await expect(visit.byId("map-document")).toContainText(logLine(2, perFile - 1));
    await expect(map).toHaveAttribute("aria-valuetext", /^Document 220, \d+ words, loss [\d.]+/);
    const before = await map.getAttribute("aria-valuetext");
    await map.press("ArrowLeft");
    await map.press("ArrowRight");
    await map.press("ArrowUp");
    expect(await map.getAttribute("aria-valuetext")).not.toBe(before);
  });

  await test.step("a reload keeps it", async () => {
    const tokens = await visit.byId("report-tokens").innerText();
    await visit.reload();
    await expect(visit.byId("report-tokens")).toHaveText(tokens);
    await visit.part("what");
    await visit.byId("report-view-map").click();
    await expect(visit.byId("document-map")).toHaveAttribute("data-points", String(2 * perFile));
    await visit.byId("report-view-distances").click();
    await expect(visit.byId("report-reading")).toHaveCount(2);
  });

  await test.step("it goes with its corpus", async () => {
    const kept = (): Promise<number> =>
      visit.page.evaluate(async () => {
        const [info] = (await indexedDB.databases()).filter(({ name }) => name === "unmask-records");
        const open = indexedDB.open(info!.name!);
        const database = await new Promise<IDBDatabase>((resolve) => (open.onsuccess = () => resolve(open.result)));
        const store = database.objectStoreNames[0]!;
        const keys = database.transaction(store).objectStore(store).getAllKeys();
        await new Promise((resolve) => (keys.onsuccess = resolve));
        database.close();
        return keys.result.filter((key) => Array.isArray(key) && (key[0] === "report" || key[0] === "map")).length;
      });
    expect(await kept()).toBe(2);
    await visit.step("checkpoints");
    await visit.byId("delete-corpus").click();
    await visit.dialog();
    await expect(visit.byId("corpora-row")).toHaveCount(0);
    expect(await kept()).toBe(0);
  });
});
