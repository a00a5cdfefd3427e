/**
 * The best k of many scores, with or without chance. Gumbel noise on log weights and the k largest: a draw without
 * replacement in proportion to the weights (Vieira 2014; DSIR's resampling). Pure.
 */
import { random } from "../../base/index.ts";

const drawStream = 0xd5a1;
const anyStream = 0xd5a2;

/**
 * @param scores one a document; NaN and -Infinity are never chosen
 * @param noise scale of the Gumbel noise; 0 for none
 * @returns places of the chosen, ascending; fewer than k where fewer can be chosen
 */
export function drawBest(
  scores: ArrayLike<number>,
  k: number,
  noise: number,
  seed: number,
  stream = drawStream,
): Uint32Array {
  const source = random(seed, stream);
  const noisy = new Float64Array(scores.length);
  let usable = 0;
  for (let i = 0; i < scores.length; i++) {
    // Drawn for every document, so that one document more at the end changes nothing for those before.
    const gumbel = -Math.log(-Math.log(source.next() + 2 ** -33));
    const score = scores[i]!;
    const possible = !Number.isNaN(score) && score !== -Infinity;
    noisy[i] = possible ? score + noise * gumbel : -Infinity;
    if (possible) usable++;
  }
  const order = new Uint32Array(scores.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  order.sort((a, b) => (noisy[a] === noisy[b] ? a - b : noisy[b]! > noisy[a]! ? 1 : -1));
  return order.slice(0, Math.min(k, usable)).sort();
}

/** Any k of n, ascending. Not by the chance of `drawBest`: with noise, a choice and its comparison would share it. */
export const drawAny = (n: number, k: number, seed: number): Uint32Array =>
  drawBest(new Float64Array(n), k, 1, seed, anyStream);
