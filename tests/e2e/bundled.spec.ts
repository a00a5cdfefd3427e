/** Two models come with the page: it times both, says what it measured, and loads the one that it chose. */
import { existsSync } from "node:fs";
import { expect, test } from "./support/product.ts";

const weights = "public/models/mini/model.safetensors";

test("the page times both models, chooses, says so, and downloads only what is opened", async ({ page, visit }) => {
  test.skip(!existsSync(weights), `absent: ${weights}`);
  const loaded: string[] = [];
  page.on("response", (response) => {
    const size = /models\/(\w+)\/model\.safetensors/.exec(response.url())?.[1];
    if (size !== undefined) loaded.push(size);
  });
  visit.bundled = null;
  await visit.open("model");
  await visit.byId("open-picked").click();
  const said = await visit.byId("picked").innerText();
  expect(said).toMatch(/200 steps take about .+ with tiny.+so the page chose (tiny|mini)\./);
  const chosen = said.includes("chose mini") ? "mini" : "tiny";
  const other = chosen === "mini" ? "tiny" : "mini";
  await expect(visit.byId("model-card")).toContainText(`Bundled ${chosen} model`);
  expect(new Set(loaded)).toEqual(new Set([chosen === "mini" ? "mini" : "base"]));

  await visit.byId(other === "mini" ? "open-mini" : "open-bundled").click();
  await expect(visit.byId("model-card")).toContainText(`Bundled ${other} model`);
  await expect(visit.byId("picked")).toHaveCount(0); // it spoke of the other one
  await visit.reload();
  await expect(visit.byId("model-card")).toContainText(`Bundled ${other} model`);
});
