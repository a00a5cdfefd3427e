/**
 * Before and after: held-out text, labelled sets and the person's own sentence, scored with the model
 * the run began from and the one it made. Answers are kept until either model changes.
 */
import { UnmaskError } from "../base/index.ts";
import type { Client } from "../client/index.ts";
import type {
  ComparedModels,
  DeviceSetting,
  EvaluationResult,
  FillMaskResult,
  FineTuneRequest,
  HeldOutResult,
  LabelledSetSummary,
  Recipe,
  ReplayText,
  TaskKind,
  UnfinishedScoring,
} from "../contract/index.ts";
import { endsItself, holdCompute } from "./worker-jobs.ts";
import { guessedIds, nameGuesses } from "./fill-mask.ts";
import { Job, type JobContext } from "./job.svelte.ts";

/** The two models compared, and the tokens and device to compare them with. */
export interface Comparison extends ComparedModels {
  /** Token streams and recipe of the run: its held-out documents and frozen masks. */
  tokenizedId: string;
  /** The general text that the run replayed. */
  replay: ReplayText | undefined;
  recipe: Recipe;
  device: DeviceSetting;
}
/** Texts of labelled sets are cut here: their sentences are short, and time grows with the square. */
const maxSetTokens = 128;
/** Probes are trained with this many seeds; intervals cover their spread too. */
const probeSeeds = 3;
const fillMaskGuesses = 5;
/** Held-out text among the parts of a comparison; the others are sets, by their ids. */
const HELD_OUT = "";

type Refs = Pick<FineTuneRequest, "base" | "tuned">;
export const sameModels = (one: Refs, other: Refs): boolean =>
  JSON.stringify([one.base, one.tuned]) === JSON.stringify([other.base, other.tuned]);

export class EvaluationState {
  sets = $state.raw<LabelledSetSummary[]>([]);
  heldOut = $state.raw<HeldOutResult | null>(null);
  /** The same on the general text that was replayed. */
  general = $state.raw<HeldOutResult | null>(null);
  results = $state.raw<EvaluationResult[]>([]);
  /** The comparison that runs, or that was left before its end. */
  unfinished = $state.raw<UnfinishedScoring | null>(null);
  sentence = $state("");
  guesses = $state.raw<FillMaskResult | null>(null);
  /** What the answers above compare; null before the first. */
  compared = $state.raw<ComparedModels | null>(null);
  readonly scoring = new Job();
  readonly importing = new Job();
  readonly filling = new Job();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Sets that a probe can score: where an answer stands in a text is learned by fine-tuning only. */
  get probed(): LabelledSetSummary[] {
    return this.sets.filter(({ task }) => task !== "qa");
  }

  /** In the place of the same set's older result by the same way. */
  keepResult(result: EvaluationResult): void {
    const same = (one: EvaluationResult): boolean =>
      one.setId === result.setId && (one.method ?? "probe") === (result.method ?? "probe");
    this.results = [...this.results.filter((one) => !same(one)), result];
  }

  resultOf(setId: string): EvaluationResult | undefined {
    return this.results.find((result) => result.setId === setId);
  }

  async refreshSets(): Promise<void> {
    this.sets = await this.#client.data.call((api) => api.listSets());
  }

  async importSet(task: TaskKind, files: File[]): Promise<LabelledSetSummary | undefined> {
    const set = await this.importing.run("Reading the labelled set", ({ signal }) =>
      this.#client.data.run((api) => api.importLabelledSet(task, files), { signal, cancel: (api) => api.cancel() }),
    );
    if (set !== undefined) await this.refreshSets();
    return set;
  }

  async importDemoSets(domain: string): Promise<LabelledSetSummary[] | undefined> {
    const sets = await this.importing.run("Reading the demo sets", ({ signal }) =>
      this.#client.data.run((api) => api.importDemoSets(domain), { signal, cancel: (api) => api.cancel() }),
    );
    if (sets !== undefined) await this.refreshSets();
    return sets;
  }

  async renameSet(id: string, name: string): Promise<void> {
    await this.#change("Renaming", () => this.#client.data.call((api) => api.renameSet(id, name)));
  }

  async deleteSet(id: string): Promise<void> {
    const deleted = await this.#change("Deleting", () => this.#client.data.call((api) => api.deleteSet(id)));
    if (!deleted) return;
    this.results = this.results.filter((result) => result.setId !== id);
    if (this.unfinished?.left.includes(id) !== true) return;
    const left = this.unfinished.left.filter((part) => part !== id);
    this.unfinished = left.length === 0 ? null : { left, total: this.unfinished.total - 1 };
  }

  /** A failure is shown where an import's would be. */
  async #change(label: string, work: () => Promise<void>): Promise<boolean> {
    const done = await this.importing.run(label, async () => {
      await work();
      await this.refreshSets();
      return true;
    });
    return done === true;
  }

  async scoreSet(setId: string, comparison: Comparison): Promise<boolean> {
    this.#claim(comparison);
    const result = await this.#score(this.#nameOf(setId), (context) => this.#set(setId, comparison, context));
    return result !== undefined;
  }

  /** Held-out text and every set, or only those named. What is done stays, and the rest can be gone on with. */
  async scoreAll(comparison: Comparison, setIds = this.probed.map((set) => set.id)): Promise<boolean> {
    return this.#scoreParts(comparison, [HELD_OUT, ...setIds]);
  }

  /** The parts that an earlier visit or a cancelled comparison left. */
  async scoreRest(comparison: Comparison): Promise<boolean> {
    if (this.unfinished === null || !this.isAbout(comparison)) return false;
    const { left, total } = this.unfinished;
    const there = left.filter((part) => part === HELD_OUT || this.sets.some(({ id }) => id === part));
    return this.#scoreParts(comparison, there, total - left.length + there.length);
  }

  async #scoreParts(comparison: Comparison, parts: readonly string[], total = parts.length): Promise<boolean> {
    this.#claim(comparison);
    const done = await this.#score("Held-out text", async (context) => {
      for (const [at, part] of parts.entries()) {
        this.unfinished = { left: parts.slice(at), total };
        this.scoring.label = this.#nameOf(part);
        if (part === HELD_OUT) await this.#heldOut(comparison, context);
        else await this.#set(part, comparison, context);
      }
      return true;
    });
    // With nothing done there is nothing to go on from.
    if (done === true || this.unfinished?.left.length === this.unfinished?.total) this.unfinished = null;
    return done === true;
  }

  #score<T>(label: string, work: (context: JobContext) => Promise<T>): Promise<T | undefined> {
    return this.scoring.run(label, work, holdCompute(this.#client));
  }

  #nameOf = (part: string): string =>
    part === HELD_OUT ? "Held-out text" : (this.sets.find((set) => set.id === part)?.name ?? "Labelled set");

  async fillMask(comparison: Comparison): Promise<void> {
    this.#claim(comparison);
    const { sentence } = this;
    const guesses = await this.filling.run("Filling the blanks", async ({ signal }) => {
      const { base, tuned, device } = comparison;
      const encoded = await this.#client.data.call((api) => api.encodeSentence(sentence, base));
      const found = await this.#client.compute.run(
        (api) => api.fillMask(encoded, [base, tuned], device, fillMaskGuesses),
        { signal },
      );
      const [first, second] = found;
      if (first === undefined || second === undefined)
        throw new UnmaskError(
          "state/no-guesses",
          "The models gave no guesses for this sentence.",
          "Try another sentence.",
        );
      const ids = guessedIds(found);
      const texts = await this.#client.data.call((api) => api.decodeTokens(ids, base));
      return { base: nameGuesses(first, ids, texts), tuned: nameGuesses(second, ids, texts) };
    });
    if (guesses !== undefined) this.guesses = guesses;
  }

  forget(): void {
    this.heldOut = null;
    this.general = null;
    this.results = [];
    this.unfinished = null;
    this.guesses = null;
    this.compared = null;
  }

  /** Answers of an earlier visit belong to this comparison. */
  adopt(comparison: Comparison): void {
    this.#claim(comparison);
  }

  /** Answers about other models go: a table must never mix two comparisons. */
  #claim(comparison: Comparison): void {
    if (!this.isAbout(comparison)) this.forget();
    const { base, tuned, baseName, tunedName } = comparison;
    this.compared = { base, baseName, tuned, tunedName };
  }

  /** Whether the answers, if there are any, compare these models. */
  isAbout(comparison: Comparison): boolean {
    return this.compared === null || sameModels(this.compared, comparison);
  }

  async #heldOut(c: Comparison, { signal, onProgress, nextPiece }: JobContext): Promise<HeldOutResult> {
    const compare = async (tokenizedId: string): Promise<HeldOutResult> => {
      await nextPiece();
      return this.#client.compute.run(
        (api) => api.heldOut(c.base, c.tuned, tokenizedId, c.recipe, c.device, onProgress),
        endsItself(signal),
      );
    };
    const result = await compare(c.tokenizedId);
    this.heldOut = result;
    if (c.replay === undefined) return result;
    this.scoring.label = "General text";
    this.general = await compare(c.replay.tokenizedId);
    return result;
  }

  async #set(setId: string, c: Comparison, { signal, onProgress, nextPiece }: JobContext): Promise<EvaluationResult> {
    const encoded = await this.#client.data.run((api) => api.encodeSet(setId, c.base, maxSetTokens), { signal });
    await nextPiece();
    const result = await this.#client.compute.run(
      (api) => api.evaluateSet(encoded, c.base, c.tuned, c.device, probeSeeds, onProgress),
      endsItself(signal),
    );
    this.keepResult(result);
    return result;
  }
}
