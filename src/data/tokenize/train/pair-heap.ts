/** A binary heap of pairs: the largest count first, among equals the lowest order. Entries may be out of date. */
export class PairHeap {
  #pairs = new Int32Array(2 ** 14);
  #counts = new Float64Array(2 ** 14);
  #orders = new Float64Array(2 ** 14);
  #length = 0;
  /** The count with which the pair popped last had been pushed. */
  lastCount = 0;

  push(pair: number, count: number, order: number): void {
    if (this.#length === this.#pairs.length) this.#widen();
    let at = this.#length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(count, order, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, pair, count, order);
  }

  /** -1 when empty. */
  pop(): number {
    if (this.#length === 0) return -1;
    const top = this.#pairs[0]!;
    this.lastCount = this.#counts[0]!;
    const last = --this.#length;
    const [pair, count, order] = [this.#pairs[last]!, this.#counts[last]!, this.#orders[last]!];
    let at = 0;
    for (let child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && this.#before(this.#counts[child + 1]!, this.#orders[child + 1]!, child)) child++;
      if (!this.#before(this.#counts[child]!, this.#orders[child]!, last)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, pair, count, order);
    return top;
  }

  #before(count: number, order: number, other: number): boolean {
    const difference = count - this.#counts[other]!;
    return difference > 0 || (difference === 0 && order < this.#orders[other]!);
  }

  #put(at: number, pair: number, count: number, order: number): void {
    this.#pairs[at] = pair;
    this.#counts[at] = count;
    this.#orders[at] = order;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#pairs[from]!, this.#counts[from]!, this.#orders[from]!);
  }

  #widen(): void {
    const size = 2 * this.#pairs.length;
    const pairs = new Int32Array(size);
    pairs.set(this.#pairs);
    this.#pairs = pairs;
    const [counts, orders] = [new Float64Array(size), new Float64Array(size)];
    counts.set(this.#counts);
    orders.set(this.#orders);
    [this.#counts, this.#orders] = [counts, orders];
  }
}
