/** A growing series of numbers: typed array, doubled when full, so an append costs O(1) on average. */
export class Series {
  #values: Float64Array;
  #length = 0;

  constructor(room = 512) {
    this.#values = new Float64Array(room);
  }

  get length(): number {
    return this.#length;
  }

  /** The array itself; only the first `length` numbers count. It is replaced when it grows. */
  get values(): Float64Array {
    return this.#values;
  }

  get last(): number {
    return this.#length === 0 ? NaN : this.#values[this.#length - 1]!;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#values.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** Forgets everything from position `length` on. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  toArray(): number[] {
    return Array.from(this.#values.subarray(0, this.#length));
  }

  static from(values: readonly number[]): Series {
    const series = new Series(Math.max(512, values.length));
    for (const value of values) series.push(value);
    return series;
  }
}
