/** A binary heap of non-negative numbers, smallest first. */
export class MinHeap {
  #keys = new Float64Array(256);
  #length = 0;

  push(key: number): void {
    if (this.#length === this.#keys.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#keys);
      this.#keys = larger;
    }
    const keys = this.#keys;
    let at = this.#length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent]! <= key) break;
      keys[at] = keys[parent]!;
      at = parent;
    }
    keys[at] = key;
  }

  /** -1 when empty. */
  pop(): number {
    if (this.#length === 0) return -1;
    const keys = this.#keys;
    const top = keys[0]!;
    const last = keys[--this.#length]!;
    let at = 0;
    for (let child = 1; child < this.#length; child = 2 * at + 1) {
      if (child + 1 < this.#length && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= last) break;
      keys[at] = keys[child]!;
      at = child;
    }
    keys[at] = last;
    return top;
  }
}
