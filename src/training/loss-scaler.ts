/**
 * The loss scale of half-precision training by the rules of torch.amp.GradScaler: it doubles after 2,000 good updates
 * in a row and halves when one overflows, which is then skipped. A plain value that travels in the checkpoint, so that a
 * resumed run scales as it would have. Knows no graph and no device.
 */
import { UnmaskError } from "../base/index.ts";
import type { LossScaleState } from "../contract/index.ts";

/** GradScaler's own numbers, powers of two: scaling and unscaling round nothing. */
const INITIAL = 2 ** 16;
const GROWTH = 2;
const BACKOFF = 0.5;
const GROWTH_INTERVAL = 2000;
const LARGEST = 2 ** 127;
/** Forty overflows in a row from the first scale: then it is not the scale that overflows. GradScaler would go on. */
const SMALLEST = 2 ** -24;

export class LossScaler {
  #scale: number;
  #goodSteps: number;
  readonly #skipped: number[];

  constructor({ scale, goodSteps, skipped }: LossScaleState = { scale: INITIAL, goodSteps: 0, skipped: [] }) {
    this.#scale = scale;
    this.#goodSteps = goodSteps;
    this.#skipped = [...skipped];
  }

  /** What the next update's gradients are multiplied by. */
  get scale(): number {
    return this.#scale;
  }

  /**
   * After update `step`.
   * @throws training/not-a-number when updates overflow at any scale
   */
  update(step: number, isSkipped: boolean): void {
    if (isSkipped) {
      this.#skipped.push(step);
      this.#goodSteps = 0;
      this.#scale *= BACKOFF;
      if (this.#scale < SMALLEST) throw overflows(step);
      return;
    }
    this.#goodSteps++;
    if (this.#goodSteps < GROWTH_INTERVAL) return;
    this.#goodSteps = 0;
    if (this.#scale < LARGEST) this.#scale *= GROWTH;
  }

  /** Skipped updates from `step` on: Adam's bias correction does not count them. */
  skippedSince(step: number): number {
    return this.#skipped.reduce((count, one) => (one >= step ? count + 1 : count), 0);
  }

  state(): LossScaleState {
    return { scale: this.#scale, goodSteps: this.#goodSteps, skipped: [...this.#skipped] };
  }
}

const overflows = (step: number): UnmaskError =>
  new UnmaskError(
    "training/not-a-number",
    `The gradient must be finite at some loss scale; at step ${step} it was not even at ${SMALLEST}.`,
    "Compute in float32, or take a lower learning rate; the last checkpoint is kept.",
    { step },
  );
