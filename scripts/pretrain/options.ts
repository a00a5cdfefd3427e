/** Command-line options of the pretraining scripts, with their defaults. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { UnmaskError } from "../../src/base/index.ts";
import type { Recipe } from "../../src/contract/index.ts";
import { sizes, type SizeName } from "./sizes.ts";

export interface PretrainOptions {
  size: SizeName;
  /** Folders with part-*.txt.gz (or train.txt) and heldout.txt; the first one's heldout.txt is measured on. */
  corpus: string[];
  /** A field's corpus, to show that the model can be adapted to it; nothing is learned from it. */
  field: string;
  /** Where the model folder is written. */
  out: string;
  /** Token files and the state of a run; not under version control. */
  cache: string;
  /** Positions of the model: the longest text it can read, in tokens. */
  positions: number;
  steps: number;
  /** The last steps, in which the rate falls to zero; 0: a straight fall over the whole run. */
  decaySteps: number;
  /** What these steps hide, where it is not what the size's recipe says. */
  maskUnit?: Recipe["maskUnit"];
  /** Goes on from the state in the cache; without one, from the published weights with fresh moments and warm-up. */
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
        size: { type: "string", default: "tiny" },
        corpus: { type: "string", multiple: true, default: [`${shared}/data/corpus-general-large`] },
        field: { type: "string", default: `${shared}/data/corpus-pubmed` },
        out: { type: "string" },
        cache: { type: "string" },
        positions: { type: "string", default: "512" },
        steps: { type: "string", default: "60000" },
        "decay-steps": { type: "string", default: "0" },
        "mask-unit": { type: "string" },
        resume: { type: "boolean", default: false },
        threads: { type: "string", default: String(Math.min(8, availableParallelism())) },
      },
    });
    const size = values.size;
    if (!Object.hasOwn(sizes, size))
      throw new UnmaskError("pretrain/bad-option", `--size must be one of ${Object.keys(sizes).join(", ")}.`);
    const { folder } = sizes[size as SizeName];
    const unit = values["mask-unit"];
    if (unit !== undefined && unit !== "token" && unit !== "word")
      throw new UnmaskError("pretrain/bad-option", "--mask-unit must be token or word.");
    return {
      size: size as SizeName,
      corpus: values.corpus,
      field: values.field,
      out: values.out ?? `public/models/${folder}`,
      cache: values.cache ?? `.cache/pretrain/${folder}`,
      ...(unit === undefined ? {} : { maskUnit: unit }),
      resume: values.resume,
      decaySteps: values["decay-steps"] === "0" ? 0 : count(values["decay-steps"], "decay-steps"),
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
      "Options: --size --corpus (again for another folder) --field --out --cache --positions --steps --decay-steps --mask-unit --resume --threads",
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
