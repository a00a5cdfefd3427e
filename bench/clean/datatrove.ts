/** Asks datatrove itself, where a Python that has it is at hand. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Golden } from "./verdicts.ts";

/** The command, or undefined with the reason printed. */
export function pythonWithDatatrove(): string | undefined {
  for (const python of [process.env["UNMASK_PYTHON"], "python3", "python"]) {
    if (python === undefined) continue;
    if (spawnSync(python, ["-c", "import datatrove, spacy"], { stdio: "ignore" }).status === 0) return python;
  }
  console.log("absent: a Python with datatrove and spacy (UNMASK_PYTHON names one)");
  return undefined;
}

export async function askDatatrove(python: string, texts: readonly string[]): Promise<Golden> {
  const folder = mkdtempSync(join(tmpdir(), "unmask-clean-"));
  try {
    const [input, output] = [join(folder, "texts.json"), join(folder, "golden.json")];
    writeFileSync(input, JSON.stringify(texts));
    const oracle = spawn(python, ["tests/oracles/clean.py", input, output], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const status = await new Promise<number | null>((resolve) => oracle.on("close", resolve));
    if (status !== 0) throw new Error(`tests/oracles/clean.py ended with ${status}.`);
    return JSON.parse(readFileSync(output, "utf8")) as Golden;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
