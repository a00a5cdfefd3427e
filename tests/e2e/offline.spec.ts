/** After first use nothing needs the network: the host goes away, and a whole run is done without it. */
import { startServer } from "../../scripts/serve.mjs";
import { logFile } from "./support/texts.ts";
import { builtPage, expect, test, Visit } from "./support/product.ts";

test("a first run with the host, a second without it", async ({ page }) => {
  // A plain host, so that the service worker also has to bring the isolation back offline.
  const host = await startServer({ root: builtPage, headers: false });
  const visit = await new Visit(page, host.url).open("corpus", {
    maxSteps: 2,
    batchSize: 2,
    blockLength: 32,
  });
  await visit.pickText(logFile("log.txt", 120));
  await visit.useText();
  await visit.step("train");
  await visit.start();
  const online = await visit.phase("completed");

  await host.close();
  await visit.reload();
  expect(await page.evaluate(() => self.crossOriginIsolated)).toBe(true);
  await visit.step("corpus");
  await visit.pickText(logFile("second.txt", 150, 9));
  await visit.useText();
  await visit.step("train");
  await visit.start();
  expect(await visit.phase("completed")).toMatchObject({ step: 2, threads: online.threads });
  await visit.step("evaluate");
  await visit.byId("sentence").fill("the keeper mended [MASK] at the pier.");
  await visit.byId("fill-mask-run").click();
  await expect(visit.byId("guesses-tuned").locator("li")).toHaveCount(5);
  expect(visit.faults).toEqual([]);
});
