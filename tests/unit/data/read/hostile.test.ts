/** A sample of the hostile files, the same each time (10,000 in a real browser, of any seed: `npm run bench -- hostile`). */
import { expect, it } from "vitest";
import { readHostile, type Outcome } from "../../../support/reading/read-hostile.ts";

/** Every attack once (one file in five), and every format broken in most ways. */
const files = Number(process.env["UNMASK_HOSTILE_FILES"] ?? 190);
const seed = Number(process.env["UNMASK_SEED"] ?? 20_261_123);
/** Of processor time, since other tests run beside these; the slowest takes 1 s. */
const longestMs = 8000;
const cpuMs = (): number => process.cpuUsage().user / 1000;

it(`${files} hostile files end in text or a reason, seed ${seed}`, async () => {
  const outcomes: Outcome[] = [];
  for (let i = 0; i < files; i++) {
    const began = cpuMs();
    const outcome = await readHostile(seed, i);
    outcomes.push({ ...outcome, milliseconds: cpuMs() - began });
  }
  const wrong = outcomes.filter(({ fault, milliseconds }) => fault !== "" || milliseconds > longestMs);
  expect(wrong, `seed ${seed}`).toEqual([]);
  const told = (kind: string): string[] => outcomes.find((one) => one.kind === kind)!.codes;
  expect(told("zip bomb")).toContain("data/archive-bomb");
  expect(told("Word bomb")).toContain("data/archive-bomb");
  expect(told("zips in zips")).toContain("data/archive-too-deep");
  expect(told("deep HTML")).toContain("data/too-deep");
  expect(told("Zstandard window")).toContain("data/zstd-window");
  expect(told("deep JSON")).toContain("data/bad-json");
});
