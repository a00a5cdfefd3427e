/**
 * The running mean drawn over a noisy loss: exponential, with Adam's bias correction so that the
 * first points do not start at zero. Follows the series as it grows: each point is visited once.
 */
export class Smoother {
  readonly #decay: number;
  #mean = 0;
  #weight = 0;
  #values = new Float32Array(256);
  #length = 0;

  /** `window`: about how many points count. */
  constructor(window: number) {
    this.#decay = 1 - 1 / Math.max(1, window);
  }

  get length(): number {
    return this.#length;
  }

  /** The smoothed series for the first `length` values of `series`; a shorter one starts afresh. */
  follow(series: ArrayLike<number>, length: number): Float32Array {
    if (length < this.#length) {
      this.#mean = this.#weight = this.#length = 0;
    }
    if (length > this.#values.length) {
      const grown = new Float32Array(Math.max(length, this.#values.length * 2));
      grown.set(this.#values.subarray(0, this.#length));
      this.#values = grown;
    }
    for (let i = this.#length; i < length; i++) {
      const value = series[i]!;
      if (Number.isFinite(value)) {
        this.#mean = this.#decay * this.#mean + (1 - this.#decay) * value;
        this.#weight = this.#decay * this.#weight + (1 - this.#decay);
      }
      this.#values[i] = this.#weight > 0 ? this.#mean / this.#weight : NaN;
    }
    this.#length = length;
    return this.#values;
  }
}
