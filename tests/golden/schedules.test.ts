/** Every case of every schedule against its oracle (tests/oracles/schedules.py); the table's rows take them together. */
import { describe, expect, test } from "vitest";
import { schedules } from "../../src/contract/index.ts";
import { goldenSchedules, scheduleError } from "../methods/schedules.rows.ts";

test("there is an oracle for every schedule", () => {
  expect([...new Set(goldenSchedules.map(({ schedule }) => schedule))].sort()).toEqual(Object.keys(schedules).sort());
});

describe.each(goldenSchedules)("$schedule, $warmup of $total steps warm-up", (row) => {
  test("equals its oracle at every update", () => {
    expect(scheduleError(row)).toBeLessThan(1e-12);
  });
});
