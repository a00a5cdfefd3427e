/**
 * Browser tests (rooms in real pages and workers) and the journey through the built page. One worker:
 * training in two browsers at once on two cores would measure nothing but their quarrel.
 */
import { defineConfig } from "playwright/test";
import { launchOptions } from "./scripts/browser.mjs";
import { patience } from "./tests/e2e/support/moment.ts";

export default defineConfig({
  projects: [
    { name: "browser", testDir: "tests/browser", testMatch: "**/*.spec.ts" },
    { name: "journey", testDir: "tests/e2e", testMatch: "**/*.spec.ts" },
  ],
  globalSetup: "./tests/browser/harness/global-setup.ts",
  outputDir: "test-results",
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  // Limits are for what hangs, not for what is slow: a machine shared with other work takes several times as long.
  timeout: 6 * patience,
  expect: { timeout: patience },
  reporter: "list",
  use: { launchOptions: await launchOptions(), viewport: { width: 1280, height: 900 } },
});
