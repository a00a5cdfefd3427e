/** Folders of XLNet and ModernBERT: each opens, trains three steps by its own objective, and is measured before and after. */
import { fileURLToPath } from "node:url";
import { logLines, textFile } from "./support/texts.ts";
import { expect, test } from "./support/product.ts";

const folderOf = (kind: string): string => fileURLToPath(new URL(`../fixtures/folders/${kind}`, import.meta.url));
const lines = logLines(400);
const documents = Array.from({ length: 40 }, (_, d) => lines.slice(10 * d, 10 * d + 10).join(" "));
const settings = {
  maxSteps: 3,
  batchSize: 4,
  blockLength: 16,
  evaluateEvery: 3,
  checkpointEvery: 3,
  heldOutShare: 0.2,
};

for (const [kind, label, objective] of [
  ["xlnet", "XLNet", "permutation"],
  ["modernbert", "ModernBERT", "mlm"],
] as const)
  test(`${label}: opens, trains, is measured`, async ({ visit }) => {
    await visit.open("model", settings);
    await visit.openFolder(folderOf(kind));
    await expect(visit.byId("model-card")).toContainText(label);
    await visit.step("corpus");
    await visit.pickText(textFile("log.txt", documents.join("\n\n")));
    await visit.useText();
    await expect(visit.byId("train-tokens")).toBeVisible();
    await visit.step("recipe");
    await expect(visit.byId("setting-objective")).toHaveValue(objective);
    await expect(visit.byId("recipe-problem")).toHaveCount(0);
    await visit.step("train");
    await visit.start();
    await visit.phase("completed");
    await expect(visit.byId("stat-held-out")).toHaveText(/^\d+\.\d+$/);
    await visit.step("evaluate");
    await visit.byId("compare-all").click();
    await expect(visit.byId("perplexity-tuned")).toBeVisible();
    if (kind === "xlnet") await expect(visit.byId("held-out-result")).toContainText("permutation objective");
    await visit.byId("sentence").fill("the old ___ boats.");
    await visit.byId("fill-mask-run").click();
    for (const side of ["base", "tuned"]) await expect(visit.byId(`guesses-${side}`).locator("li")).toHaveCount(5);
  });
