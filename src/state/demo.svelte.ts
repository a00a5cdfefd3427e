/**
 * "Try the demo": the whole journey with the bundled model and a bundled domain, in sight of the
 * person, who may cancel at any time or look around while it runs.
 */
import { asUnmaskError, type UnmaskError } from "../base/index.ts";
import { loadDemoIndex } from "../client/index.ts";
import { readRecipe, type DemoDomain, type Recipe } from "../contract/index.ts";
import { demoTimeLeft } from "./demo-pace.ts";
import type { JourneyStep } from "./journey.svelte.ts";

/** The demo's recipe: long enough for a difference to show, short enough to watch. */
export const demoRecipe: Recipe = readRecipe({
  maxSteps: 400,
  learningRate: 2e-3,
  batchSize: 8,
  blockLength: 128,
  evaluateEvery: 50,
  checkpointEvery: 100,
});

export type StageStatus = "waiting" | "running" | "done" | "failed";
export interface Stage {
  id: "model" | "corpus" | "tokens" | "train" | "evaluate";
  label: string;
  screen: JourneyStep;
  status: StageStatus;
}
/** Gives false when the stage failed; the screen it happens on shows why. */
export type StageWork = Record<Stage["id"], (domain: DemoDomain) => Promise<boolean>>;

const stages: readonly Omit<Stage, "status">[] = [
  { id: "model", label: "Open the built-in model", screen: "model" },
  { id: "corpus", label: "Read the demo text", screen: "corpus" },
  { id: "tokens", label: "Cut it into tokens", screen: "corpus" },
  { id: "train", label: "Train on it", screen: "train" },
  { id: "evaluate", label: "Compare before and after", screen: "evaluate" },
];

export class DemoState {
  domains = $state.raw<DemoDomain[]>([]);
  error = $state.raw<UnmaskError | null>(null);
  /** The domain being shown, or the last one shown. */
  domain = $state.raw<DemoDomain | null>(null);
  stages = $state.raw<Stage[]>([]);
  running = $state(false);
  cancelled = $state(false);
  #startedAt = 0;

  get finished(): boolean {
    return this.stages.length > 0 && this.stages.every((stage) => stage.status === "done");
  }
  get current(): Stage | undefined {
    return this.stages.find((stage) => stage.status === "running");
  }

  async loadDomains(): Promise<void> {
    try {
      this.domains = await loadDemoIndex();
    } catch (error) {
      this.error = asUnmaskError(error);
    }
  }

  async play(domain: DemoDomain, work: StageWork, show: (screen: JourneyStep) => void): Promise<boolean> {
    if (this.running) return false;
    this.domain = domain;
    this.running = true;
    this.cancelled = false;
    this.#startedAt = performance.now();
    this.stages = stages.map((stage) => ({ ...stage, status: "waiting" }));
    try {
      for (const { id, screen } of stages) {
        if (this.cancelled) break;
        this.#mark(id, "running");
        show(screen);
        const done = await work[id](domain);
        this.#mark(id, done && !this.cancelled ? "done" : "failed");
        if (!done) break;
      }
    } finally {
      this.running = false;
    }
    return this.finished;
  }

  /** What is running is ended by the caller; no further stage begins. */
  cancel(): void {
    this.cancelled = true;
  }

  /** Of the whole demo; `within` is how much of the running stage is done. */
  timeLeftMs(within: number): number | null {
    return this.running ? demoTimeLeft(this.stages, within, performance.now() - this.#startedAt) : null;
  }

  dismiss(): void {
    this.stages = [];
  }

  #mark(id: Stage["id"], status: StageStatus): void {
    this.stages = this.stages.map((stage) => (stage.id === id ? { ...stage, status } : stage));
  }
}
