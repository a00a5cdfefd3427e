/**
 * `npm run bench -- clean`: our rules against datatrove's on the same 2,000 generated texts, rule by rule. Where Python
 * has datatrove (UNMASK_PYTHON or python3) it is asked now, and on real texts too if ../shared/data is there; else its
 * answers come from tests/golden/clean, made by tests/oracles/clean.py.
 */
import { readFileSync } from "node:fs";
import { printTable, shown } from "../support/print.ts";
import { askDatatrove, pythonWithDatatrove } from "./datatrove.ts";
import { realTexts } from "./real-texts.ts";
import { generatedTexts } from "./texts.ts";
import { compareVerdicts, ourVerdicts, textsChecksum, type Golden } from "./verdicts.ts";

export const needs = {};

export async function run(): Promise<Record<string, number>> {
  const python = pythonWithDatatrove();
  const texts = generatedTexts();
  const golden = python === undefined ? committed() : await askDatatrove(python, texts);
  if (golden.texts !== textsChecksum(texts))
    throw new Error("The answers in tests/golden/clean belong to other texts: run tests/oracles/clean.py again.");
  console.log(
    `datatrove ${golden.versions["datatrove"] ?? "?"}, ${python === undefined ? "answers from tests/golden/clean" : "asked now"}, ${texts.length} generated texts`,
  );
  const differing = report("Generated texts", texts, golden);
  if (python !== undefined) {
    const real = realTexts();
    if (real.length === 0) console.log("\nReal texts: absent: ../shared/data");
    else for (const id of report("Real texts", real, await askDatatrove(python, real))) differing.add(id);
  }
  const rules = Object.keys(golden.rules).length;
  return { rules_agreeing: rules - differing.size, rules_differing: differing.size };
}

const committed = (): Golden => JSON.parse(readFileSync("tests/golden/clean/generated.json", "utf8")) as Golden;

/** Prints a table and gives the rules that differ. */
function report(title: string, texts: readonly string[], golden: Golden): Set<string> {
  const times = new Map<string, number>();
  const ours = ourVerdicts(texts, (id, ms) => times.set(id, ms));
  const differing = compareVerdicts(ours, golden);
  const rows = [...differing].map(([id, places]) => {
    const hits =
      golden.rules[id]!.length === golden.count ? [...golden.rules[id]!].filter((bit) => bit === "1").length : NaN;
    return [
      id,
      String(texts.length),
      Number.isNaN(hits) ? "-" : String(hits),
      String(places.length),
      shown(times.get(id) ?? NaN),
      places.slice(0, 3).join(" "),
    ];
  });
  printTable(title, ["rule", "texts", "fail (datatrove)", "differing", "our ms", "which"], rows);
  return new Set([...differing].filter(([, places]) => places.length > 0).map(([id]) => id));
}
