/** The benchmark's command line. */
import { parseArgs } from "node:util";
import { shapeNames, type ShapeName } from "./problem.ts";

/** webgpu: in Node on lavapipe; swiftshader: WebGPU in Chromium on its software adapter. */
export const parts = ["wasm", "native", "webgpu", "swiftshader"] as const;
export type Part = (typeof parts)[number];

export interface StepOptions {
  parts: Set<Part>;
  shapes: ShapeName[];
  rounds: number;
  /** Also time every node of our step graph alone, on WASM. */
  profile: boolean;
}

export const usage = `npm run bench -- step [--only wasm,native,webgpu,swiftshader] [--shapes nano,tiny,mini] [--rounds 5] [--profile]`;

export function readOptions(args: string[]): StepOptions {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", default: parts.join(",") },
      shapes: { type: "string", default: shapeNames.join(",") },
      rounds: { type: "string", default: "5" },
      profile: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a whole number from 1. ${usage}`);
  return {
    parts: new Set(listed("--only", values.only, parts)),
    shapes: listed("--shapes", values.shapes, shapeNames),
    rounds,
    profile: values.profile,
  };
}

function listed<T extends string>(flag: string, text: string, known: readonly T[]): T[] {
  const chosen = text.split(",").map((word) => word.trim());
  const wrong = chosen.find((word) => !known.includes(word as T));
  if (wrong !== undefined) throw new Error(`${flag} knows ${known.join(", ")}, not "${wrong}". ${usage}`);
  return known.filter((word) => chosen.includes(word));
}
