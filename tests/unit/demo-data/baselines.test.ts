import { describe, expect, it } from "vitest";
import { demoDomains, demoFiles } from "../../../scripts/demo-data/files.ts";
import type { EncodedText, LabelledSet, TaskKind } from "../../../src/contract/index.ts";
import { readLabelledSet } from "../../../src/data/index.ts";
import { evaluateSet, type Encode } from "../../../src/evaluation/index.ts";

/** What the issue allows a word list or word counts at most. */
const most = 0.9;
/** Well above nothing: a set that words say nothing about would be a riddle, not a task. */
const least: Record<Exclude<TaskKind, "qa">, number> = { ner: 0.15, classification: 0.35, similarity: 0.2 };

const files = demoFiles(demoDomains());

/** Read by the page's own readers from the very files that it serves. */
async function readSet(id: string, task: TaskKind): Promise<LabelledSet> {
  const own = [...files].filter(([path]) => path.startsWith(`${id}/${task}.`));
  return readLabelledSet(
    task,
    own.map(([path, text]) => new File([text], path.split("/")[1]!)),
  );
}

/** The base arm must be there; here it is one number a text, so the test stays about the baselines. */
const lengths: Encode = async (texts, onText) => {
  texts.forEach(({ ids }, i) =>
    onText(
      i,
      Float32Array.from(ids, (id) => id),
    ),
  );
};

for (const id of ["tidehollow", "wenlow"]) {
  describe(`${id}: word baselines`, () => {
    for (const task of ["ner", "classification", "similarity"] as const) {
      it(`${task} stays between ${least[task]} and ${most}`, async () => {
        const set = await readSet(id, task);
        const size = (i: number): EncodedText => ({ ids: [2, i % 7, 3] });
        const texts: EncodedText[] =
          set.task === "ner"
            ? set.items.map(({ tokens }, i) => ({ ids: tokens.map(() => i % 5), wordStarts: tokens.map((_, w) => w) }))
            : set.items.flatMap((_, i) => (set.task === "similarity" ? [size(i), size(i * i)] : [size(i)]));
        const result = await evaluateSet({ set, texts }, { base: lengths }, { seeds: 1, seed: 1, resamples: 20 });
        const score = result.rows[0]!.arms.tfidf!.value;
        console.log(`${id} ${task}: ${result.rows[0]!.metric} of word counts ${score.toFixed(3)}`);
        expect(score).toBeLessThan(most);
        expect(score).toBeGreaterThan(least[task]);
        expect(set.warnings).toEqual([]);
      });
    }
  });
}
