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
    push(this.#data.steps, step, [[this.#data.losses, loss]]);
  }
  /** @param general the loss on the general text that is replayed */
  addEvaluation(step: number, loss: number, general?: number): void {
    const { evaluationSteps, evaluationLosses } = this.#data;
    if (general !== undefined) this.#data.generalLosses ??= evaluationSteps.map(() => NaN);
    const { generalLosses } = this.#data;
    const columns: Column[] = [[evaluationLosses, loss]];
    if (generalLosses !== undefined) columns.push([generalLosses, general ?? NaN]);
    push(evaluationSteps, step, columns);
  }
  data(): HistoryData {
    return structuredClone(this.#data);
  }
}

/** A series and its next value. */
type Column = readonly [series: number[], value: number];

function push(steps: number[], step: number, columns: readonly Column[]): void {
  const spacing = steps.length < 2 ? 1 : steps[1]! - steps[0]!;
  if (steps.length >= 2 && step - steps.at(-1)! < spacing) return;
  steps.push(step);
  for (const [series, value] of columns) series.push(value);
  if (steps.length <= most) return;
  const keep = (_: number, i: number): boolean => i % 2 === 0;
  for (const series of [steps, ...columns.map(([series]) => series)])
    series.splice(0, series.length, ...series.filter(keep));
}
