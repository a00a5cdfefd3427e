/** Command-line options of the pretraining scripts, with their defaults. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { UnmaskError } from "../../src/base/index.ts";

export interface PretrainOptions {
  /** Folder with part-*.txt.gz and heldout.txt. */
  corpus: string;
  /** Where the model folder is written. */
  out: string;
  /** Token files and the state of a run; not under version control. */
  cache: string;
  /** Positions of the model: the longest text it can read, in tokens. */
  positions: number;
  steps: number;
  resume: boolean;
  /** Processor threads; fewer are faster where other work keeps the machine busy. */
  threads: number;
}

/** @throws pretrain/bad-option for an unknown option or a number that is none. */
export function readOptions(args: string[]): PretrainOptions {
  const shared = process.env["UNMASK_SHARED"] ?? "../shared";
  try {
    const { values } = parseArgs({
      args,
      options: {
        corpus: { type: "string", default: `${shared}/data/corpus-general-large` },
        out: { type: "string", default: "public/models/base" },
        cache: { type: "string", default: ".cache/pretrain" },
        positions: { type: "string", default: "512" },
        steps: { type: "string", default: "60000" },
        resume: { type: "boolean", default: false },
        threads: { type: "string", default: String(Math.min(8, availableParallelism())) },
      },
    });
    return {
      ...values,
      positions: count(values.positions, "positions"),
      steps: count(values.steps, "steps"),
      threads: count(values.threads, "threads"),
    };
  } catch (error) {
    if (error instanceof UnmaskError) throw error;
    const fact = error instanceof Error ? error.message : String(error);
    throw new UnmaskError(
      "pretrain/bad-option",
      fact,
      "Options: --corpus --out --cache --positions --steps --resume --threads",
    );
  }
}

function count(text: string, name: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new UnmaskError(
    "pretrain/bad-option",
    `--${name} must be a whole number above 0.`,
    `For example --${name} 512`,
    { given: text },
  );
}
