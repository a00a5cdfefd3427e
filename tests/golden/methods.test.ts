/** Every row of the methods' table: as its oracle says, and not so when the method is switched off. */
import { expect, test } from "vitest";
import { openDevice } from "../../src/runtime/index.ts";
import { leastEffect, methodRows } from "../methods/index.ts";
import { tenStepsTolerance } from "../methods/ten-steps.rows.ts";
import { above } from "../support/model-checks.ts";
import { methodErrors, methods } from "../support/golden-methods.ts";

test.each(methodRows)("$method", async ({ deviation, tolerance }) => {
  expect(await deviation()).toBeLessThanOrEqual(tolerance);
});

test.each(methodRows)("$method is not what happens without it", async ({ withoutIt, tolerance }) => {
  expect(await withoutIt()).toBeGreaterThan(leastEffect * tolerance);
});

const wasm = await openDevice("wasm-single");
test.each(methods)("%s on WASM", async (name) => {
  expect(above(await methodErrors(wasm, name), tenStepsTolerance)).toEqual({});
});
