/** Names of values: no two alike, derived from what a node is; and what a name tells. */
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

const BACKWARD = "grad";
/** The scope of what `addGradients` emits for a node. */
export const backwardScope = (node: string): string => `${node}/${BACKWARD}`;
/** Whether a node of a training graph belongs to the backward part, by its name. */
export const isBackward = ({ name }: { readonly name: string }): boolean => name.includes(`/${BACKWARD}/`);
