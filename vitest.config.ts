import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/{unit,gradient,golden}/**/*.test.ts"],
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
