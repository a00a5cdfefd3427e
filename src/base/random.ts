/**
 * Seeded random numbers. A stream is named by integers (seed, epoch, block, ...), so any part of a
 * run can be drawn again without replaying what came before: that is what makes a resumed run exact.
 * Generator: xoshiro128** seeded through splitmix32 (Blackman & Vigna, 2018).
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
}

function mix(h: number, value: number): number {
  h = Math.imul(h ^ (value | 0), 0x9e3779b1);
  h ^= h >>> 15;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A stream named by any number of integers: equal names, equal numbers. */
export function random(...name: number[]): Random {
  let h = 0x243f6a88;
  for (const part of name) h = mix(h, part);
  const state = new Uint32Array(4);
  for (let i = 0; i < 4; i++) {
    h = (h + 0x9e3779b9) | 0;
    state[i] = mix(h, i + 1);
  }
  if ((state[0]! | state[1]! | state[2]! | state[3]!) === 0) state[0] = 1;
  let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
  const bits = (): number => {
    const t = Math.imul(b, 5);
    const result = Math.imul((t << 7) | (t >>> 25), 9) >>> 0;
    const u = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= u;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const next = (): number => bits() / 4294967296;
  return {
    next,
    below: (n) => Math.floor(next() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** Fisher-Yates permutation of 0..n-1. */
export function permutation(n: number, source: Random): Uint32Array {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = n - 1; i > 0; i--) {
    const j = source.below(i + 1);
    const swap = order[i]!;
    order[i] = order[j]!;
    order[j] = swap;
  }
  return order;
}

/** 32-bit FNV-1a of a string: a seed from a name. Not for security. */
export function hashString(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
