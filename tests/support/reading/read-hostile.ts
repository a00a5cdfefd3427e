/** Reads one hostile file as the page would, look and import, and says how it ended. Runs in Node and in a worker. */
import { UnmaskError } from "../../../src/base/index.ts";
import { previewFile, readSource, type ReadServices } from "../../../src/data/index.ts";
import { hostileFile } from "./hostile-files.ts";

export interface Outcome {
  name: string;
  kind: string;
  milliseconds: number;
  documents: number;
  /** Codes of what was reported; the preview's problem first. */
  codes: string[];
  /** Not one of our errors, or nothing said of a file that gave nothing: a fault of ours. */
  fault: string;
}

export async function readHostile(seed: number, i: number, services: ReadServices = {}): Promise<Outcome> {
  const { name, kind, bytes } = hostileFile(seed, i);
  const file = new File([bytes], name);
  const outcome: Outcome = { name, kind, milliseconds: 0, documents: 0, codes: [], fault: "" };
  const began = performance.now();
  try {
    const { problem } = await previewFile(file, "auto", { services });
    if (problem !== undefined) outcome.codes.push(problem.code);
    const report = ({ code }: { code: string }): void => {
      if (outcome.codes.length < 20) outcome.codes.push(code);
    };
    for await (const { texts } of readSource(file, name, { field: "", split: "auto", report, services }))
      outcome.documents += texts.length;
  } catch (error) {
    if (error instanceof UnmaskError) outcome.codes.push(error.code);
    if (!(error instanceof UnmaskError))
      outcome.fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  outcome.milliseconds = performance.now() - began;
  const unexpected = outcome.codes.find((code) => !code.startsWith("data/"));
  if (outcome.fault === "" && unexpected !== undefined) outcome.fault = `unexpected code ${unexpected}`;
  if (outcome.fault === "" && outcome.documents === 0 && outcome.codes.length === 0)
    outcome.fault = "nothing was read and nothing was said";
  return outcome;
}
