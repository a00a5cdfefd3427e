/**
 * Few cases that hold every pair of choices: what goes wrong where two settings meet is found without trying all
 * combinations of all. Greedy, after Cohen et al., "The AETG System" (IEEE Trans. Softw. Eng. 23(7), 1997).
 */
import { permutation, random } from "../../src/base/index.ts";

export type Factors = Readonly<Record<string, readonly unknown[]>>;
export type Case<F extends Factors> = { [K in keyof F]: F[K][number] };

/** How many candidates each case is the best of: more gives fewer cases. */
const candidates = 30;

/** Cases in which each value of each factor meets each value of every other at least once; the same for a seed. */
export function coveringCases<F extends Factors>(factors: F, seed: number): Case<F>[] {
  const source = random(seed);
  const names = Object.keys(factors);
  const levels = names.map((name) => factors[name]!.length);
  const key = (i: number, a: number, j: number, b: number): string =>
    i < j ? `${i}.${a}-${j}.${b}` : `${j}.${b}-${i}.${a}`;
  const open = new Set<string>();
  for (let i = 0; i < names.length; i++)
    for (let j = i + 1; j < names.length; j++)
      for (let a = 0; a < levels[i]!; a++) for (let b = 0; b < levels[j]!; b++) open.add(key(i, a, j, b));

  /** One that begins with an open pair, so that each case closes some. */
  const candidate = (first: string): number[] => {
    const chosen = new Array<number>(names.length).fill(-1);
    for (const part of first.split("-")) {
      const [factor, level] = part.split(".").map(Number);
      chosen[factor!] = level!;
    }
    const order = [...permutation(names.length, source)].filter((i) => chosen[i] === -1);
    for (const i of order) {
      const gain = (level: number): number =>
        chosen.reduce((sum, b, j) => sum + (b >= 0 && open.has(key(i, level, j, b)) ? 1 : 0), 0);
      const shift = source.below(levels[i]!); // of equal ones not always the first
      const tried = Array.from({ length: levels[i]! }, (_, n) => (n + shift) % levels[i]!);
      chosen[i] = tried.reduce((best, level) => (gain(level) > gain(best) ? level : best));
    }
    return chosen;
  };
  const pairs = (chosen: number[]): string[] =>
    chosen.flatMap((a, i) => chosen.slice(i + 1).map((b, j) => key(i, a, i + 1 + j, b)));

  const cases: Case<F>[] = [];
  while (open.size > 0) {
    const first = [...open][source.below(open.size)]!;
    let best: { chosen: number[]; closed: string[] } | undefined;
    for (let n = 0; n < candidates; n++) {
      const chosen = candidate(first);
      const closed = pairs(chosen).filter((pair) => open.has(pair));
      if (best === undefined || closed.length > best.closed.length) best = { chosen, closed };
    }
    for (const pair of best!.closed) open.delete(pair);
    cases.push(Object.fromEntries(names.map((name, i) => [name, factors[name]![best!.chosen[i]!]])) as Case<F>);
  }
  return cases;
}
