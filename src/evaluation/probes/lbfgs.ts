/**
 * The memory of L-BFGS (Nocedal & Wright 2006, algorithm 7.4): the last few steps and gradient changes give a
 * descent direction. Knows nothing of the function; an optional preconditioner stands for the first guess
 * of the inverse Hessian and is rescaled by the latest step.
 */
export class LbfgsMemory {
  readonly #precondition: ((vector: Float64Array) => void) | undefined;
  /** Newest last; the oldest pair's arrays are used again. */
  readonly #pairs: { step: Float64Array; change: Float64Array; rho: number }[] = [];
  readonly #size: number;
  readonly #scratch: Float64Array;
  #scale = 1;

  constructor(size: number, parameters: number, precondition?: (vector: Float64Array) => void) {
    this.#size = size;
    this.#precondition = precondition;
    this.#scratch = new Float64Array(precondition === undefined ? 0 : parameters);
  }

  /** Remembers factor * direction and the change of the gradient, new minus old, over it; a pair without curvature is left out. */
  update(direction: Float64Array, factor: number, newGradient: Float64Array, oldGradient: Float64Array): void {
    const oldest = this.#pairs.length === this.#size ? this.#pairs.shift() : undefined;
    const step = oldest?.step ?? new Float64Array(direction.length);
    const change = oldest?.change ?? new Float64Array(direction.length);
    let [curvature, changeSquare, stepSquare] = [0, 0, 0];
    for (let i = 0; i < direction.length; i++) {
      const s = factor * direction[i]!;
      const y = newGradient[i]! - oldGradient[i]!;
      step[i] = s;
      change[i] = y;
      curvature += s * y;
      changeSquare += y * y;
      stepSquare += s * s;
    }
    if (curvature <= 1e-14 * Math.sqrt(stepSquare * changeSquare)) return;
    this.#pairs.push({ step, change, rho: 1 / curvature });
    if (this.#precondition === undefined) {
      this.#scale = curvature / changeSquare;
      return;
    }
    this.#scratch.set(change);
    this.#precondition(this.#scratch);
    this.#scale = curvature / dot(change, this.#scratch);
  }

  /** Writes the descent direction -H g into `out`. */
  direction(gradient: Float64Array, out: Float64Array): void {
    const pairs = this.#pairs;
    const alpha = new Float64Array(pairs.length);
    for (let i = 0; i < out.length; i++) out[i] = -gradient[i]!;
    for (let k = pairs.length - 1; k >= 0; k--) {
      const { step, change, rho } = pairs[k]!;
      alpha[k] = rho * dot(step, out);
      addScaled(out, change, -alpha[k]!);
    }
    this.#precondition?.(out);
    for (let i = 0; i < out.length; i++) out[i]! *= this.#scale;
    for (let k = 0; k < pairs.length; k++) {
      const { step, change, rho } = pairs[k]!;
      addScaled(out, step, alpha[k]! - rho * dot(change, out));
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
