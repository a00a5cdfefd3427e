/**
 * The memory of L-BFGS (Nocedal & Wright 2006, algorithm 7.4): the last few steps and gradient changes give a
 * descent direction. Knows nothing of the function; an optional preconditioner stands for the first guess
 * of the inverse Hessian and is rescaled by the latest step.
 */
export class LbfgsMemory {
  readonly #size: number;
  readonly #precondition: ((vector: Float64Array) => void) | undefined;
  readonly #steps: Float64Array[] = [];
  readonly #changes: Float64Array[] = [];
  readonly #rho: number[] = [];
  #scale = 1;

  constructor(size: number, precondition?: (vector: Float64Array) => void) {
    this.#size = size;
    this.#precondition = precondition;
  }

  /** Remembers a step and the change of the gradient over it; a pair without curvature is left out. */
  update(step: Float64Array, change: Float64Array): void {
    const curvature = dot(step, change);
    if (curvature <= 1e-14 * Math.sqrt(dot(step, step) * dot(change, change))) return;
    if (this.#steps.length === this.#size) {
      this.#steps.shift();
      this.#changes.shift();
      this.#rho.shift();
    }
    this.#steps.push(step.slice());
    this.#changes.push(change.slice());
    this.#rho.push(1 / curvature);
    const weighted = change.slice();
    this.#precondition?.(weighted);
    this.#scale = curvature / dot(change, weighted);
  }

  /** Writes the descent direction -H g into `out`. */
  direction(gradient: Float64Array, out: Float64Array): void {
    const count = this.#steps.length;
    const alpha = new Float64Array(count);
    for (let i = 0; i < out.length; i++) out[i] = -gradient[i]!;
    for (let k = count - 1; k >= 0; k--) {
      alpha[k] = this.#rho[k]! * dot(this.#steps[k]!, out);
      addScaled(out, this.#changes[k]!, -alpha[k]!);
    }
    this.#precondition?.(out);
    for (let i = 0; i < out.length; i++) out[i]! *= this.#scale;
    for (let k = 0; k < count; k++) {
      const beta = this.#rho[k]! * dot(this.#changes[k]!, out);
      addScaled(out, this.#steps[k]!, alpha[k]! - beta);
    }
  }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * source[i]!;
}
