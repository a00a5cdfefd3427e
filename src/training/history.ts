/**
 * The run so far, kept in the checkpoint for the charts. At most 2,000 points a series: when full, every
 * second one goes and from then on only every second new one is kept, so a million steps cost no more.
 */
import type { TrainingPosition } from "../contract/index.ts";

export type HistoryData = TrainingPosition["history"];
const most = 2000;

export class History {
  readonly #data: HistoryData;
  constructor(data: HistoryData = { steps: [], losses: [], evaluationSteps: [], evaluationLosses: [] }) {
    this.#data = structuredClone(data);
  }
  addStep(step: number, loss: number): void {
    push(this.#data.steps, this.#data.losses, step, loss);
  }
  addEvaluation(step: number, loss: number): void {
    push(this.#data.evaluationSteps, this.#data.evaluationLosses, step, loss);
  }
  data(): HistoryData {
    return structuredClone(this.#data);
  }
}

function push(steps: number[], losses: number[], step: number, loss: number): void {
  const spacing = steps.length < 2 ? 1 : steps[1]! - steps[0]!;
  if (steps.length >= 2 && step - steps.at(-1)! < spacing) return;
  steps.push(step);
  losses.push(loss);
  if (steps.length <= most) return;
  const keep = (_: number, i: number): boolean => i % 2 === 0;
  steps.splice(0, steps.length, ...steps.filter(keep));
  losses.splice(0, losses.length, ...losses.filter(keep));
}
