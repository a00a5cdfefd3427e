/** Random strings, the same as tests/oracles/encoder.py draws: xorshift32 (Marsaglia 2003) over pools of code points. */
export class RandomText {
  #state: number;
  readonly #pools: readonly (readonly [number, number])[];
  readonly #bits: readonly string[];

  constructor(seed: number, pools: readonly (readonly [number, number])[], bits: readonly string[]) {
    this.#state = seed;
    this.#pools = pools;
    this.#bits = bits;
  }

  #below(n: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % n;
  }

  string(): string {
    let out = "";
    for (let left = this.#below(30); left > 0; left--) {
      const kind = this.#below(20);
      if (kind < 5) {
        out += this.#bits[this.#below(this.#bits.length)]!;
        continue;
      }
      const [low, high] = this.#pools[kind < 12 ? this.#below(this.#pools.length) : 0]!;
      const code = low + this.#below(high - low);
      out += code >= 0xd800 && code < 0xe000 ? "a" : String.fromCodePoint(code);
    }
    return out;
  }
}
