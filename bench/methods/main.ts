/** `npm run bench -- methods`: every training method against its oracle, and how far off it would be if it did nothing. */
import { leastEffect, methodRows } from "../../tests/methods/index.ts";
import { printTable, shown } from "../support/print.ts";

export const needs = {};

export async function run(): Promise<Record<string, number>> {
  const lines: string[][] = [];
  let passed = 0;
  for (const { method, oracle, tolerance, deviation, withoutIt } of methodRows) {
    const [error, off] = [await deviation(), await withoutIt()];
    const pass = error <= tolerance && off > leastEffect * tolerance;
    if (pass) passed++;
    lines.push([method, oracle, shown(error, 2), shown(tolerance, 2), shown(off, 2), pass ? "pass" : "FAIL"]);
  }
  printTable(
    `${lines.length} methods; "without it" is the deviation when the method is switched off`,
    ["method", "oracle", "largest deviation", "bound", "without it", ""],
    lines,
  );
  return { methods_passed: passed, methods_failed: lines.length - passed };
}
