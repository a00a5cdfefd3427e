/**
 * Files that are not what they should be. Each time the page says what is wrong, what to do and the code to
 * quote, and what the person had before is still there. (200 MB in a single line: tests/unit/data/read-memory.)
 */
import { writeFolder, nanoModel } from "./support/nano-model.ts";
import { logFile, logLine, logLines, textFile } from "./support/texts.ts";
import { expect, test } from "./support/product.ts";

const notText = Uint8Array.from({ length: 600 }, (_, i) => (i * 37) % 256);
/** Line 3 is cut short; row 4 has a quote in the middle of an unquoted cell. */
const jsonl = [
  ...logLines(2, 3).map((text) => JSON.stringify({ text })),
  '{"text": "broken off',
  ...logLines(20, 4).map((text) => JSON.stringify({ text })),
].join("\n");
const csv = [
  "id,text",
  `1,${logLine(5, 1).replace(",", "")}`,
  `2,${logLine(5, 2).replace(",", "")}`,
  `3,a 12" plank was mended`,
]
  .concat(Array.from({ length: 20 }, (_, i) => `${i + 4},${logLine(6, i).replace(",", "")}`))
  .join("\n");

test("empty and binary files are refused; a broken line and a stray quote cost a line at most", async ({ visit }) => {
  await visit.open("corpus");
  await visit.pickText(textFile("empty.txt", ""), textFile("notes.txt", notText));
  const refused = visit.byId("unusable-files");
  await expect(refused).toContainText('"empty.txt" should hold text, but it is empty.');
  await expect(refused).toContainText("Pick another file, or check that it was saved. data/empty-file");
  await expect(refused).toContainText('"notes.txt" should be a text file, but it holds bytes that no text has');
  await expect(refused).toContainText(
    "Drop files with text: .txt, .md, .csv, .jsonl, .docx, .pdf, .html and the like. data/binary-file",
  );
  await expect(visit.byId("import-corpus")).toBeDisabled();
  await expect(visit.byId("import-corpus")).toHaveAttribute("title", "None of the files can be used.");

  // The good files among bad ones are used, and the bad ones are named.
  await visit.byId("clear-files").click();
  await visit.pickText(
    textFile("empty.txt", ""),
    textFile("entries.jsonl", jsonl),
    textFile("table.csv", csv, "text/csv"),
    logFile("log.txt", 40),
  );
  await expect(refused).toContainText("1 of the files cannot be used");
  await visit.useText();
  await expect(visit.byId("corpus-documents")).toHaveText(String(22 + 23 + 40));
  const skipped = visit.byId("skipped");
  await expect(skipped).toContainText("3 things were left out or mended: see why");
  await skipped.locator("summary").click();
  const rows = visit.byId("skipped-list-row");
  await expect(rows.filter({ hasText: "entries.jsonl" })).toContainText(
    "The line is not valid JSON. data/broken-json-line",
  );
  await expect(rows.filter({ hasText: "entries.jsonl" })).toContainText("line 3");
  await expect(rows.filter({ hasText: "table.csv" })).toContainText("row 4");
  await expect(rows.filter({ hasText: "table.csv" })).toContainText("it was read as plain text. data/stray-quote");
  await expect(rows.filter({ hasText: "empty.txt" })).toContainText("data/empty-file");
});

test("a text shorter than one block is not trained on, and the page says how to mend it", async ({ visit }) => {
  await visit.open("corpus", { blockLength: 256 });
  await visit.pickText(logFile("short.txt", 6));
  await visit.useText();
  await visit.step("recipe");
  const problem = visit.byId("recipe-problem");
  await expect(problem).toContainText(/The training text has \d+ tokens: less than one block of 256\./);
  await visit.step("train");
  await expect(visit.byId("run-start")).toBeDisabled();
  await expect(visit.byId("run-start")).toHaveAttribute("title", /less than one block of 256/);

  // The other door to training tells it too: the text goes straight from the files into a run.
  await visit.step("corpus");
  await visit.pickText(logFile("shorter.txt", 4));
  await visit.byId("import-and-train").click();
  const { code, text } = await visit.error("run-error");
  expect(code).toBe("data/corpus-too-short");
  expect(text).toMatch(/must fill at least one block of 256 tokens, but it has \d+/);
  expect(text).toMatch(/Add more text \(at least \d+ tokens\), or set the block length to \d+ or less\./);
  expect(text).toContain("Code: data/corpus-too-short");
  await visit.step("checkpoints");
  await expect(visit.byId("corpora-row")).toHaveCount(2);
});

test("a label in the test items that training never saw is pointed out", async ({ visit }) => {
  const rows = (labels: string[], count: number, seed: number): string =>
    [
      "text,label",
      ...Array.from({ length: count }, (_, i) => `"${logLine(seed, i)}",${labels[i % labels.length]}`),
    ].join("\n");
  await visit.open("evaluate");
  await visit.byId("set-task-classification").check({ force: true });
  await visit
    .byId("set-files")
    .setInputFiles([
      textFile("train.csv", rows(["calm", "storm"], 20, 7), "text/csv"),
      textFile("test.csv", rows(["calm", "storm", "fog"], 12, 8), "text/csv"),
    ]);
  await visit.byId("set-imported").waitFor();
  const remarks = visit.page.locator("details", { hasText: "Remarks on these sets" });
  await remarks.locator("summary").click();
  await expect(remarks).toContainText(
    "A label in the test items never occurs in training: fog (4 of 12 test labels). The model cannot get it right.",
  );

  // A set that is none at all: an error with the file's name, and the good set stays.
  await visit.byId("set-files").setInputFiles(textFile("words.csv", "words\njust\nsome\nwords\n", "text/csv"));
  const { code, text } = await visit.error("set-import-error");
  expect(code).toMatch(/^data\/no-/);
  expect(text).toContain("words.csv");
  expect(text).toContain(`Code: ${code}`);
  await expect(visit.byId("sets-row")).toHaveCount(1);
});

test("a model with a lying header, and one of another architecture, leave the open model as it is", async ({
  visit,
  folder,
}) => {
  const files = nanoModel();
  await visit.open("model");
  await visit.openFolder(writeFolder(folder, "good", files));
  await expect(visit.byId("model-card")).toContainText("good");

  // The header promises tensors that reach past the end of the file.
  const weights = files["model.safetensors"] as Uint8Array;
  const lying = writeFolder(folder, "lying", {
    ...files,
    "model.safetensors": weights.slice(0, weights.length - 1000),
  });
  await visit.openFolder(lying);
  const header = await visit.error("model-job-error");
  expect(header.code).toBe("models/bad-safetensors");
  expect(header.text).toContain("The file is cut off, damaged or no safetensors file: download or export it again.");
  expect(header.text).toContain("Code: models/bad-safetensors");
  await expect(visit.byId("model-card")).toContainText("good");

  const config = JSON.stringify({ ...(JSON.parse(files["config.json"] as string) as object), model_type: "gpt2" });
  await visit.openFolder(writeFolder(folder, "other", { ...files, "config.json": config }));
  await expect(visit.byId("model-job-error")).toHaveAttribute("data-code", "models/unsupported-architecture");
  const other = await visit.error("model-job-error");
  expect(other.text).toMatch(/must be one of bert, roberta, .*modernbert.*; found "gpt2"/);
  expect(other.text).toContain("Choose a model of a supported architecture");
  expect(other.text).toContain("Code: models/unsupported-architecture");
  await expect(visit.byId("model-card")).toContainText("good");
  await visit.byId("model-source-saved").click();
  await expect(visit.byId("saved-models-row")).toHaveCount(1);
});
