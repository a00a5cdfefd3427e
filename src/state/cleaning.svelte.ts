/**
 * Cleaning the corpus in use: what a look found, the rules chosen, their sum, the cleaned version and the way back.
 * Rules may be switched at will; a changed threshold asks for another look.
 */
import type { Client } from "../client/index.ts";
import {
  defaultPlan,
  ruleById,
  thresholdProblem,
  thresholdsOf,
  type CleaningPlan,
  type CleaningProfile,
  type CleaningReport,
  type CleaningRuleId,
  type CleaningTotals,
  type CorpusSummary,
  type RuleChoice,
  type RuleFinding,
} from "../contract/index.ts";
import { Job } from "./job.svelte.ts";
import { holdData } from "./worker-jobs.ts";

const undoSteps = 50;

export class CleaningState {
  /** Null before the first look, unless a recipe or the last visit brought one. */
  plan = $state.raw<CleaningPlan | null>(null);
  report = $state.raw<CleaningReport | null>(null);
  totals = $state.raw<CleaningTotals | null>(null);
  /** True for a plan that was not made on this page. */
  brought = $state(false);
  /** A document that is being read. */
  opened = $state.raw<{ document: number; text: string } | null>(null);
  readonly looking = new Job();
  readonly making = new Job();
  readonly opening = new Job();
  readonly #client: Client;
  #history = $state.raw<CleaningPlan[]>([]);

  /** Thresholds were changed since the look: its counts are of the old ones. */
  readonly stale = $derived.by(
    () => this.report !== null && this.plan !== null && thresholdsOf(this.plan) !== thresholdsOf(this.report.plan),
  );

  constructor(client: Client) {
    this.#client = client;
  }

  get canUndo(): boolean {
    return this.#history.length > 0;
  }
  get changesSomething(): boolean {
    return this.plan !== null && Object.values(this.plan.rules).some(({ on }) => on);
  }
  finding(id: CleaningRuleId): RuleFinding | undefined {
    return this.report?.findings.find((one) => one.id === id);
  }

  async look(corpus: CorpusSummary): Promise<CleaningReport | undefined> {
    const { plan } = this;
    const report = await this.looking.run(
      "Looking at every text",
      ({ signal, onProgress }) =>
        this.#client.data.run((api) => api.lookAtCorpus(corpus.id, plan, onProgress), {
          signal,
          cancel: (api) => api.cancel(),
        }),
      holdData(this.#client),
    );
    if (report === undefined) return undefined;
    this.report = report;
    this.plan ??= report.plan;
    await this.#sum();
    return report;
  }

  async set(id: CleaningRuleId, choice: Partial<RuleChoice>): Promise<void> {
    const { plan } = this;
    if (plan === null) return;
    await this.#change({ ...plan, rules: { ...plan.rules, [id]: { ...plan.rules[id], ...choice } } });
  }

  /** Takes a typed threshold; gives the problem when it is none. */
  async setThreshold(id: CleaningRuleId, text: string): Promise<string | undefined> {
    const value = text.trim() === "" ? NaN : Number(text.trim().replace(",", "."));
    const problem = thresholdProblem(ruleById(id), value);
    if (problem === undefined && this.plan?.rules[id].threshold !== value) await this.set(id, { threshold: value });
    return problem;
  }

  /** The rules that suit short or long texts; thresholds stay. */
  async useProfile(profile: CleaningProfile): Promise<void> {
    const { plan } = this;
    if (plan === null) return;
    const rules = { ...plan.rules };
    for (const [id, { on }] of Object.entries(defaultPlan(profile).rules) as [CleaningRuleId, RuleChoice][])
      rules[id] = { ...rules[id], on };
    await this.#change({ ...plan, profile, rules });
  }

  async undo(): Promise<void> {
    const before = this.#history.at(-1);
    if (before === undefined) return;
    this.#history = this.#history.slice(0, -1);
    this.plan = before;
    await this.#sum();
  }

  async make(corpus: CorpusSummary): Promise<CorpusSummary | undefined> {
    const { plan } = this;
    if (plan === null) return undefined;
    return this.making.run(
      "Writing the cleaned text",
      ({ signal, onProgress }) =>
        this.#client.data.run((api) => api.cleanCorpus(corpus.id, plan, onProgress), {
          signal,
          cancel: (api) => api.cancel(),
        }),
      holdData(this.#client),
    );
  }

  async open(corpus: CorpusSummary, document: number): Promise<void> {
    const text = await this.opening.run("Opening the document", () =>
      this.#client.data.call((api) => api.readDocument(corpus.id, document)),
    );
    if (text !== undefined) this.opened = { document, text };
  }

  /** Rules from a recipe file or from the last visit. */
  bring(plan: CleaningPlan): void {
    this.forget();
    this.plan = plan;
    this.brought = true;
  }

  /** For another corpus. Rules that were brought stay: they are for the next text. */
  forget(): void {
    this.report = null;
    this.totals = null;
    this.opened = null;
    this.#history = [];
    if (!this.brought) this.plan = null;
  }

  async #change(plan: CleaningPlan): Promise<void> {
    if (this.plan !== null) this.#history = [...this.#history.slice(-undoSteps), this.plan];
    this.plan = plan;
    await this.#sum();
  }

  async #sum(): Promise<void> {
    const { plan, report } = this;
    if (plan === null || report === null) return;
    const totals = await this.#client.data.call((api) => api.cleaningTotals(report.corpusId, plan));
    // Another change may have come meanwhile.
    if (this.plan === plan) this.totals = totals ?? (this.stale ? null : report.after);
  }
}
