import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/{unit,gradient,golden}/**/*.test.ts"],
    environment: "node",
    // Limits are for what hangs, not for what is slow: dozens of shaders on a software adapter take 17 s on two cores
    // to themselves, and were seen to take 6 min beside other work.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } }, // a second is short on a machine that is busy
    pool: "forks",
    maxWorkers: 2,
    // pdf.js lets promises of a broken file reject that nobody can wait for; the reader has its reason already.
    onUnhandledError: (error) => !(error.stack ?? "").includes("unpdf/dist/pdfjs"),
  },
});
