/**
 * A dirty text: the person looks at what cleaning would do, reads samples, switches rules, makes a cleaned version,
 * trains from it, saves the recipe with its rules, and goes back to the original.
 */
import { logLine, logLines, textFile } from "./support/texts.ts";
import { expect, test } from "./support/product.ts";

const letters = "bdfgklmnprstvz";
/** A name for a number. */
function called(i: number): string {
  return [i, i >> 3, i >> 6, i * 5 + 1].map((n) => `${letters[n % letters.length]!}${"aeiou"[n % 5]!}`).join("");
}
/** Log lines often differ in a word only: names of their own keep them apart. */
const clean = [...new Set(logLines(140))]
  .slice(0, 120)
  .map((line, i) => `${called(i)} ${called(i + 500)} ${called(i * 7 + 900)}: ${line}`);
/** Five equal copies, four mails, three broken apostrophes, two zero-width spaces, one form of endless repetition. */
const dirty = [
  ...clean,
  ...clean.slice(0, 5),
  ...Array.from({ length: 4 }, (_, i) => `${logLine(7, i)} Write to keeper${i}@lake.example.org today.`),
  ...Array.from({ length: 3 }, (_, i) => `the warden${"\u00e2\u20ac\u2122"}s boat, ${logLine(8, i)}`),
  ...Array.from({ length: 2 }, (_, i) => `the bell\u200b rang: ${logLine(9, i)}`),
  "cold cold water ".repeat(40).trim(),
];
const total = dirty.length;
const settings = { maxSteps: 10, batchSize: 4, blockLength: 32, evaluateEvery: 10, checkpointEvery: 10 };

test("a dirty text is looked at, cleaned, trained on, and the original stays", async ({ visit, nanoFolder }) => {
  await visit.open("corpus", settings);
  await visit.openFolder(nanoFolder);
  await visit.pickText(textFile("dirty.txt", dirty.join("\n")));
  await visit.useText();
  await expect(visit.byId("corpus-documents")).toHaveText(String(total));

  await test.step("a look changes nothing and marks the reasons", async () => {
    await expect(visit.byId("part-wrong-says")).toContainText("not looked at yet");
    await visit.part("wrong");
    await visit.byId("clean-look").click();
    await visit.byId("clean-documents").waitFor();
    await expect(visit.byId("clean-profile-short")).toBeChecked();
    await expect(visit.byId("rule-documents-exact-duplicates")).toHaveText("5");
    await expect(visit.byId("rule-documents-email")).toHaveText("4");
    await expect(visit.byId("rule-documents-mojibake")).toHaveText("3");
    await expect(visit.byId("rule-documents-invisible-characters")).toHaveText("2");
    await visit.byId("samples-email").click();
    const marks = visit.byId("samples").locator("mark");
    await expect(marks).toHaveCount(4);
    await expect(marks.first()).toHaveText(/^keeper\d@lake\.example\.org$/);
    await expect(visit.byId("clusters")).toHaveAttribute("data-count", "5");
    await expect(visit.byId("corpus-documents")).toHaveText(String(total));
  });

  await test.step("rules are switched, and a change is taken back", async () => {
    await visit.byId("rule-email").check();
    await visit.byId("rule-exact-duplicates").uncheck();
    await visit.byId("clean-undo").click();
    await expect(visit.byId("rule-exact-duplicates")).toBeChecked();
    await expect(visit.byId("rule-email")).toBeChecked();
    await expect(visit.byId("clean-documents")).toHaveText(`${total} → ${total - 6}`);
    await expect(visit.byId("part-wrong-says")).toContainText(`would take out 6 of ${total} documents`);
  });

  await test.step("the cleaned version is a text of its own", async () => {
    await visit.byId("clean-make").click();
    await visit.byId("cleaned-from").waitFor();
    await expect(visit.byId("corpus-documents")).toHaveText(String(total - 6));
    await visit.byId("train-tokens").waitFor();
    await visit.step("checkpoints");
    const row = visit.byId("corpora-row").filter({ hasText: "cleaned" });
    const { bytes } = await visit.download(() => row.getByTestId("export-corpus").click());
    const text = new TextDecoder().decode(bytes);
    expect(text).not.toContain("@lake.example");
    expect(text.match(/email@example\.com/g)).toHaveLength(4);
    expect(text).toContain("the warden’s boat");
    expect(text).not.toContain("\u200b");
    expect(text).not.toContain("cold cold water cold");
  });

  await test.step("the recipe carries the rules", async () => {
    await visit.step("recipe");
    const { bytes } = await visit.download(() => visit.byId("recipe-save").click());
    const recipe = JSON.parse(new TextDecoder().decode(bytes)) as { cleaning: { rules: Record<string, unknown> } };
    expect(recipe.cleaning.rules["email"]).toEqual({ on: true, threshold: null });
  });

  await test.step("training reads the cleaned text; the original is used again", async () => {
    await visit.step("train");
    await visit.start();
    expect(await visit.phase("completed")).toMatchObject({ step: 10, saved: 10 });
    await visit.step("corpus");
    await visit.byId("clean-back").click();
    await expect(visit.byId("corpus-documents")).toHaveText(String(total));
    await expect(visit.byId("cleaned-from")).toHaveCount(0);
  });
});
