import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/{unit,gradient,golden}/**/*.test.ts"],
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } }, // a second is short on a machine that is busy
    pool: "forks",
    maxWorkers: 2,
    // pdf.js lets promises of a broken file reject that nobody can wait for; the reader has its reason already.
    onUnhandledError: (error) => !(error.stack ?? "").includes("unpdf/dist/pdfjs"),
  },
});
