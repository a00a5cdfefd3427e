/**
 * A person who does not trust their data: a labelled set whose test items stand in the text, with copies between its
 * parts and a label in two spellings. Leaks are shown and removed, the best documents chosen by each method, the set
 * repaired and augmented, and the old text and set are still there.
 */
import type { Locator } from "playwright";
import { logFile, logLine, textFile } from "./support/texts.ts";
import { expect, test } from "./support/product.ts";

const documents = 60;
/** A made-up name for each number, so that no two items share a long run of words. */
const name = (i: number): string =>
  `${["Bra", "Cul", "Dov", "Fen", "Gar"][i % 5]!}${["dal", "mir", "nok", "pel", "rus", "tav"][Math.floor(i / 5) % 6]!}${["a", "e", "o", "u"][Math.floor(i / 30) % 4]!}`;
const tale = (i: number): string =>
  `In the winter of ${name(i)} the old mill of ${name(i + 7)} was sold to ${name(i + 41)}, a stranger who never paid ${name(i + 73)} for it.`;
const note = (i: number): string =>
  `${name(i + 11)} counted the nets of ${name(i + 29)} and gave the rope of ${name(i + 53)} to ${name(i + 87)} at the pier.`;
const rows = (items: [text: string, label: string][]): string =>
  ["text,label", ...items.map(([text, label]) => `"${text}",${label}`)].join("\n");
const train: [string, string][] = [
  ...Array.from({ length: 12 }, (_, i): [string, string] => [note(200 + i), i === 0 ? "Log" : "log"]),
  ...Array.from({ length: 12 }, (_, i): [string, string] => [tale(100 + i), "tale"]),
  [tale(3), "tale"], // stands in the test part too
];
const tested: [string, string][] = Array.from({ length: 8 }, (_, i) => [
  i < 4 ? tale(i) : note(i),
  i < 4 ? "tale" : "log",
]);
/** Three test items stand in the text, in other words' company. */
const leaked = [0, 1, 2].map((i) => `Found on a loose sheet: ${tale(i).toUpperCase()} Nobody knows more.`);

test("leaks, choice of documents, sound and larger sets", async ({ visit }) => {
  const numbers = async (cell: Locator): Promise<number> => Number((await cell.innerText()).replace(/\D/g, ""));

  await test.step("a labelled set and a text", async () => {
    await visit.open("evaluate");
    await visit.byId("set-task-classification").check({ force: true });
    await visit
      .byId("set-files")
      .setInputFiles([textFile("train.csv", rows(train), "text/csv"), textFile("test.csv", rows(tested), "text/csv")]);
    await visit.byId("set-imported").waitFor();
    await visit
      .byId("set-files")
      .setInputFiles([
        textFile("again.train.csv", rows(train), "text/csv"),
        textFile("again.test.csv", rows(tested), "text/csv"),
      ]);
    await expect(visit.byId("set-imported")).toContainText("It has the same rows as");
    await expect(visit.byId("sets-row")).toHaveCount(1);
    await visit.pickText(logFile("log.txt", documents), textFile("sheets.txt", leaked.join("\n\n")));
    await visit.useText();
    await expect(visit.byId("corpus-documents")).toHaveText(String(documents + leaked.length));
  });

  await test.step("leaks are found, shown side by side, and left out of a new text", async () => {
    await visit.part("wrong");
    await visit.byId("find-leaks").click();
    await expect(visit.byId("leaks-found")).toContainText("3 of them test items");
    await expect(visit.byId("leaks-sets").locator("[data-leaked]")).toHaveAttribute("data-leaked", "3");
    const pair = visit.byId("leak").first();
    await expect(pair.locator("mark").first()).toContainText("THE OLD MILL OF DOVMIRA");
    await expect(pair.locator("mark").last()).toContainText("the old mill of Dovmira");
    await visit.byId("drop-leaks").click();
    await expect(visit.byId("corpus-documents")).toHaveText(String(documents));
    await visit.byId("find-leaks").click();
    await visit.byId("leaks-none").waitFor();
    await expect(visit.byId("stored-corpora")).toContainText("log and 1 more");
  });

  await test.step("what was found is still there after a reload", async () => {
    await visit.reload();
    await expect(visit.byId("corpus-documents")).toHaveText(String(documents));
    await visit.part("wrong");
    await visit.byId("leaks-none").waitFor();
  });

  await test.step("documents are chosen towards a sample, by meaning, and by the model's loss", async () => {
    await visit.part("keep");
    await visit.byId("selection-target-sample").check({ force: true });
    await visit.byId("selection-sample").fill([1, 2, 3].map((i) => logLine(1, i)).join("\n\n"));
    for (const method of ["neighbours", "typical", "weights"]) {
      await visit.byId("selection-method").selectOption(method);
      await visit.byId("selection-keep").fill("20");
      await visit.byId("select-documents").click();
      await expect(visit.byId("selection-chosen")).toHaveText("20");
      await expect(visit.byId("selection-best").locator("li")).toHaveCount(5);
    }
    await visit.byId("selection-divergence").waitFor();
    await visit.byId("keep-selection").click();
    await expect(visit.byId("corpus-documents")).toHaveText("20");
  });

  await test.step("the set's faults are found and repaired as a new set", async () => {
    await visit.step("evaluate");
    await visit.byId("check-sets").click();
    const kinds = visit.byId("fault-group");
    await kinds.first().waitFor();
    expect(await kinds.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset["kind"]))).toEqual([
      "across",
      "label-variant",
    ]);
    await visit.byId("repair-all").click();
    await expect(visit.byId("repaired-set")).toContainText("24 training, 0 dev, 8 test items");
    await expect(visit.byId("sets-row")).toHaveCount(2);
    const row = visit.byId("sets-row").last();
    await row.getByTestId("rename-set").click();
    const name = `${await row.locator("th span").first().innerText()}, by hand`; // in its old place of the list
    await visit.dialog(name);
    await expect(row).toContainText(name);
  });

  await test.step("training items are added by guesses, and their effect is measured", async () => {
    await visit.byId("augment-open").locator("summary").first().click();
    await visit.byId("augment-set").selectOption({ index: 2 });
    await visit.byId("augment-copies").fill("1");
    await visit.byId("augment-run").click();
    await visit.byId("augmented").waitFor();
    await expect(visit.byId("sets-row")).toHaveCount(3);
    await expect(visit.byId("sets-row").nth(1)).toContainText("/ 0 / 8");
    await visit.byId("augment-measure").click();
    const cells = visit.byId("augment-effect").locator("[data-value]");
    await cells.first().waitFor();
    expect(await cells.count()).toBeGreaterThanOrEqual(4);
    expect(await numbers(visit.byId("sets").locator("td.numeric").first())).toBeGreaterThan(0);
  });
});
