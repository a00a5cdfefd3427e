/** Evaluation text in the corpus, and faults of the labelled sets: found, shown, removed. */
import { asUnmaskError, hasCode, UnmaskError } from "../base/index.ts";
import type { Client } from "../client/index.ts";
import type {
  CorpusSummary,
  LabelledSetSummary,
  LeakReport,
  SetFaultReport,
  SetRepair,
  SplitName,
} from "../contract/index.ts";
import { Job } from "./job.svelte.ts";
import { holdData } from "./worker-jobs.ts";
import { leakyDocuments, thresholdWords, type LeakThreshold } from "./leaky-documents.ts";

export class LeaksState {
  report = $state.raw<LeakReport | null>(null);
  faults = $state.raw<SetFaultReport[]>([]);
  /** Which items count, and how much of one must be there. */
  items = $state<"test" | "all">("all");
  threshold = $state<LeakThreshold>("any");
  repaired = $state.raw<LabelledSetSummary | null>(null);
  readonly finding = new Job();
  readonly dropping = new Job();
  readonly checking = new Job();
  readonly repairing = new Job();
  readonly #client: Client;
  /** The text that was last asked about: an answer on another one comes too late. */
  #recalled = "";

  /** Documents that would be removed. */
  readonly doomed: Uint32Array = $derived.by(() =>
    this.report === null ? new Uint32Array() : leakyDocuments(this.report.leaky, this.items, this.threshold),
  );
  readonly totals = $derived.by(() => {
    const sum = (of: "checked" | "leaked", split: SplitName): number =>
      (this.report?.sets ?? []).reduce((all, set) => all + set[of][split], 0);
    const all = (of: "checked" | "leaked"): number => sum(of, "train") + sum(of, "dev") + sum(of, "test");
    return {
      checked: all("checked"),
      leaked: all("leaked"),
      test: { checked: sum("checked", "test"), leaked: sum("leaked", "test") },
    };
  });

  constructor(client: Client) {
    this.#client = client;
  }

  async find(corpus: CorpusSummary, setIds: string[]): Promise<boolean> {
    const report = await this.finding.run(
      "Looking for evaluation items in the text",
      ({ signal, onProgress }) =>
        this.#client.data.run((api) => api.findLeaks(corpus.id, setIds, onProgress), {
          signal,
          cancel: (api) => api.cancel(),
        }),
      holdData(this.#client),
    );
    if (report === undefined) return false;
    this.report = report;
    if (report.notKept !== undefined)
      this.finding.error = new UnmaskError(
        "storage/not-kept",
        `What was found is shown, but could not be stored: ${report.notKept}`,
        "Delete what you no longer need under Library; after a reload, search again.",
      );
    return true;
  }

  /** What was found in this text on an earlier visit. */
  async recall(corpusId: string): Promise<void> {
    this.#recalled = corpusId;
    if (this.report?.corpusId === corpusId || this.finding.running) return;
    try {
      const report = await this.#client.data.call((api) => api.storedLeaks(corpusId));
      if (report !== null && !this.finding.running && this.#recalled === corpusId) this.report = report;
    } catch (error) {
      if (!hasCode(error, "base/aborted")) this.finding.error = asUnmaskError(error);
    }
  }

  /** Writes the corpus anew without the documents that leak. */
  async drop(): Promise<CorpusSummary | undefined> {
    const { report, doomed } = this;
    if (report === null) return undefined;
    const how = `documents left out that hold ${thresholdWords[this.threshold]} of ${this.items === "test" ? "test items" : "any items"} of ${report.sets.map(({ name }) => name).join(", ")}`;
    const made = await this.dropping.run(
      "Writing the text without leaks",
      ({ signal, onProgress }) =>
        this.#client.data.run((api) => api.dropDocuments(report.corpusId, doomed, how, onProgress), {
          signal,
          cancel: (api) => api.cancel(),
        }),
      holdData(this.#client),
    );
    if (made !== undefined) this.report = null;
    return made;
  }

  async check(sets: readonly LabelledSetSummary[]): Promise<void> {
    this.repaired = null;
    const faults = await this.checking.run(
      "Checking the labelled sets",
      async ({ signal, onProgress, nextPiece }) => {
        const found: SetFaultReport[] = [];
        for (const [i, { id }] of sets.entries()) {
          onProgress({ phase: "comparing items", done: i, total: sets.length, unit: "items" });
          await nextPiece();
          found.push(
            await this.#client.data.run((api) => api.findSetFaults(id), { signal, cancel: (api) => api.cancel() }),
          );
        }
        return found;
      },
      holdData(this.#client),
    );
    if (faults !== undefined) this.faults = faults;
  }

  async repair(setId: string, repairs: SetRepair[]): Promise<LabelledSetSummary | undefined> {
    const made = await this.repairing.run("Repairing the set", () =>
      this.#client.data.call((api) => api.repairSet(setId, repairs)),
    );
    if (made !== undefined) this.repaired = made;
    return made;
  }

  forget(): void {
    this.report = null;
    this.faults = [];
    this.repaired = null;
  }
}
