/**
 * The whole journey with the keyboard alone; on every screen, each control has a name and is reached by Tab
 * with a focus that can be seen; and pictures of every screen for people to look at (test-results/looks).
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../browser/harness/build.ts";
import { controls, reachable, tabThrough, tabTo } from "./support/keyboard.ts";
import { logFile } from "./support/texts.ts";
import { expect, test } from "./support/product.ts";

const looks = join(repository, "test-results", "looks");
const settings = { maxSteps: 6, batchSize: 2, blockLength: 32, evaluateEvery: 3, checkpointEvery: 3 };
const screens = ["welcome", "model", "corpus", "recipe", "train", "evaluate", "checkpoints"] as const;

test("the journey with the keyboard alone, and every screen's names, order and looks", async ({ visit }) => {
  const { page } = visit;
  // Stands from the beginning: choosers are caught only once somebody listens.
  page.on("filechooser", (chooser) => void chooser.setFiles([logFile("log.txt", 120)]));
  await visit.open("welcome", settings);

  await test.step("from the first screen to a comparison without a mouse", async () => {
    await tabTo(page, "own-files");
    await page.keyboard.press("Enter");
    await visit.byId("file-previews").waitFor();
    await expect(visit.byId("import-corpus")).toBeEnabled();
    await tabTo(page, "import-corpus");
    await page.keyboard.press("Enter");
    await visit.byId("train-tokens").waitFor();
    await tabTo(page, "step-train");
    await page.keyboard.press("Enter");
    await visit.byId("screen-train").waitFor();
    // A new screen takes the focus to its title, so that a screen reader says where it is.
    await expect(page.locator("h1")).toBeFocused();
    await tabTo(page, "run-start");
    await page.keyboard.press("Enter");
    await visit.phase("completed");
    await expect(visit.byId("announcement")).toHaveText("Training is complete.");
    await tabTo(page, "go-next");
    await page.keyboard.press("Enter");
    await visit.byId("screen-evaluate").waitFor();
    await expect(page.locator("h1")).toBeFocused();
    await tabTo(page, "compare-all");
    await page.keyboard.press("Enter");
    await visit.byId("before-after-row").waitFor();
    await visit.byId("sentence").fill("the keeper mended [MASK] at the pier.");
    await visit.byId("fill-mask-run").click();
    await visit.byId("guesses-tuned").waitFor();
  });

  mkdirSync(looks, { recursive: true });
  for (const screen of screens)
    await test.step(`the ${screen} screen`, async () => {
      await page.evaluate((hash) => (location.hash = hash), `#/${screen}`);
      await visit.byId(`screen-${screen}`).waitFor();
      // At rest: what still works brings controls and takes them away while Tab is on its way round.
      await expect(page.locator('[role="progressbar"], [aria-busy="true"]')).toHaveCount(0);

      const unnamed = (await controls(page)).filter(({ name }) => name === "");
      expect(unnamed).toEqual([]);
      const stops = await tabThrough(page);
      const reached = stops.map(({ what }) => what);
      expect(stops.length).toBeGreaterThan(5);
      expect((await reachable(page)).filter((what) => !reached.includes(what))).toEqual([]);
      expect(stops.filter(({ visible }) => !visible).map(({ what }) => what)).toEqual([]);
      expect(await page.locator("h1").count()).toBe(1);

      for (const [name, size] of [
        ["wide", { width: 1280, height: 900 }],
        ["narrow", { width: 390, height: 844 }],
      ] as const) {
        await page.setViewportSize(size);
        // Nothing sticks out: a page that scrolls sideways hides its controls.
        const overflow = (): Promise<number> =>
          page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        await expect.poll(overflow, `${screen}, ${name}`).toBeLessThanOrEqual(0); // charts follow a frame later
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await page.evaluate(() => window.scrollTo(0, 0));
          await page.screenshot({
            path: join(looks, `${screen}-${name}-${colorScheme}.png`),
            fullPage: true,
            animations: "disabled",
          });
        }
      }
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 1280, height: 900 });
    });
});
