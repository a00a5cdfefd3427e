/** Typed arrays that grow: one number a document costs its bytes and nothing else. */
type Numbers = Uint8Array | Uint32Array | Float32Array;

export class Growable<T extends Numbers> {
  #data: T;
  length = 0;
  readonly #make: (size: number) => T;

  constructor(make: (size: number) => T) {
    this.#make = make;
    this.#data = make(1024);
  }

  /** The numbers themselves; valid until the next push. */
  get values(): T {
    return this.#data.subarray(0, this.length) as T;
  }

  push(...numbers: number[]): void {
    const at = this.extend(numbers.length);
    for (let i = 0; i < numbers.length; i++) this.#data[at + i] = numbers[i]!;
  }

  pushAll(numbers: ArrayLike<number>): void {
    const at = this.extend(numbers.length);
    this.#data.set(numbers, at);
  }

  /** Makes room for so many more and gives where they begin. */
  extend(by: number): number {
    const at = this.length;
    this.length += by;
    if (this.length > this.#data.length) {
      const larger = this.#make(Math.max(this.length, Math.ceil(this.#data.length * 1.5)));
      larger.set(this.#data.subarray(0, at));
      this.#data = larger;
    }
    return at;
  }
}
