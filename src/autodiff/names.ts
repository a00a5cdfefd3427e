/** Names of values: no two alike, derived from what a node is. */
export class Names {
  readonly #taken = new Set<string>();
  readonly #counters = new Map<string, number>();

  take(name: string): void {
    this.#taken.add(name);
  }

  /** `base`, or `base_1`, `base_2`... when that is taken. */
  unique(base: string): string {
    let name = base;
    while (this.#taken.has(name)) {
      const count = (this.#counters.get(base) ?? 0) + 1;
      this.#counters.set(base, count);
      name = `${base}_${count}`;
    }
    this.#taken.add(name);
    return name;
  }
}
