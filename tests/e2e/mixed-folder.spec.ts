/**
 * A folder of everything is dragged in: a dozen formats, three broken files and a zip bomb. It is looked at,
 * imported, trained on for a few steps, and still there after a reload.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import type { Page } from "playwright";
import { sampleFiles, sentences } from "../support/reading/sample-files.ts";
import { expect, test, type Visit } from "./support/product.ts";

const count = 60;
const formats = [
  "notes.txt", "notes.md", "table.csv", "records.jsonl", "records.json", "page.html", "feed.xml", "log.rtf", "mail.eml",
  "box.mbox", "notebook.ipynb", "film.srt", "report.docx", "report.odt", "book.epub", "paper.pdf", "rows.parquet",
  "texts.tar.gz", "notes.txt.zst",
]; // prettier-ignore
const latin = "Die Wache prüfte die Glocke. Übrigens: kühl.\n".repeat(30);

function mixedFolder(parent: string): string {
  const folder = join(parent, "lake");
  const samples = sampleFiles(count);
  const files: Record<string, Uint8Array> = Object.fromEntries(formats.map((name) => [name, samples[name]!]));
  // The same name in a deeper folder, in another encoding.
  files["deeper/notes.txt"] = Uint8Array.from(latin, (c) => c.charCodeAt(0));
  files["broken.pdf"] = samples["paper.pdf"]!.slice(0, 300);
  files["broken.docx"] = samples["report.docx"]!.slice(0, -40);
  files["broken.parquet"] = samples["rows.parquet"]!.map((byte, i, all) =>
    i > all.length - 200 && i < all.length - 8 ? 255 : byte,
  );
  files["bomb.zip"] = zipSync({ "inner.zip": zipSync({ "zeros.txt": new Uint8Array(32 * 2 ** 20).fill(48) }) });
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

/** A real drag of a folder from the desktop: through the browser's own input, so that it walks the folder. */
async function drag(page: Page, folder: string, visit: Visit): Promise<void> {
  const box = (await page.getByRole("group", { name: "Drop files, folders or archives here" }).boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", { type, x: box.x + box.width / 2, y: box.y + 20, data });
  await visit.byId("file-previews").waitFor();
}

test("a dragged folder of many formats, broken files and a bomb becomes a corpus", async ({
  visit,
  folder,
  nanoFolder,
}) => {
  await visit.open("model", { maxSteps: 4, batchSize: 2, blockLength: 32, evaluateEvery: 2, checkpointEvery: 2 });
  await visit.openFolder(nanoFolder);
  await visit.byId("model-card").waitFor();
  await visit.step("corpus");
  await drag(visit.page, mixedFolder(folder), visit);
  await expect(visit.byId("inspect-progress")).toHaveCount(0);

  await test.step("the look says what each file is, and what is wrong with four of them", async () => {
    await expect(visit.byId("file-previews")).toContainText(`${formats.length + 5} files`);
    const refused = visit.byId("unusable-files");
    await expect(refused).toContainText("4 of the files cannot be used");
    for (const code of ["data/damaged-file", "data/damaged-archive", "data/archive-bomb"])
      await expect(refused).toContainText(code);
    await visit.page.locator("summary", { hasText: /Show the other/ }).click();
    await expect(visit.page.locator('[data-file="lake/deeper/notes.txt"]')).toContainText("WINDOWS-1252");
    await expect(visit.page.locator('[data-file="lake/texts.tar.gz"]')).toContainText("tar archive, packed: gzip");
    await expect(visit.page.locator('[data-file="lake/paper.pdf"]')).toContainText("before dawn");
    await visit.page
      .locator('[data-file="lake/feed.xml"]')
      .getByTestId("field-picker")
      .selectOption("feed.entry.content");
  });

  await test.step("it becomes a corpus that knows where each document came from", async () => {
    await visit.useText();
    const sources = visit.byId("corpus-sources");
    await sources.locator("summary").click();
    const rows = visit.byId("corpus-sources-list-row");
    await expect(rows).toHaveCount(formats.length + 2); // an archive has two files inside, and the deeper notes
    await expect(rows.filter({ hasText: "lake/feed.xml" })).toContainText(String(count));
    await expect(rows.filter({ hasText: "lake/texts.tar.gz/in/b.csv" })).toContainText("table (CSV)");
    await visit.byId("skipped").locator("summary").click();
    const skipped = visit.byId("skipped-list-row");
    for (const name of ["broken.pdf", "broken.docx", "broken.parquet", "bomb.zip"])
      await expect(skipped.filter({ hasText: `lake/${name}` })).toHaveCount(1);
  });

  await test.step("it is cleaned, as a text of its own", async () => {
    await visit.part("wrong");
    await visit.byId("clean-look").click();
    await visit.byId("clean-documents").waitFor();
    await visit.byId("clean-make").click();
    await visit.byId("cleaned-from").waitFor();
    await visit.byId("train-tokens").waitFor();
  });

  await test.step("it trains, and is there after a reload", async () => {
    const documents = await visit.byId("corpus-documents").innerText();
    await visit.chooseDevice("wasm-single");
    await visit.start();
    expect((await visit.phase("completed")).step).toBe(4);
    await visit.reload();
    await visit.step("corpus");
    await expect(visit.byId("corpus-card")).toContainText("lake");
    await expect(visit.byId("corpus-documents")).toHaveText(documents);
    const exported = await (async () => {
      await visit.step("checkpoints");
      return visit.download(() => visit.byId("export-corpus").last().click()); // the original, below its cleaned version
    })();
    expect(new TextDecoder().decode(exported.bytes)).toContain(sentences(count)[count - 1]);
  });
});
