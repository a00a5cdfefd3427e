/**
 * The number of places for masked tokens in a batch. Graphs have fixed shapes, the number of chosen
 * tokens has not: it is binomial. Unused places have weight 0.
 */

/** More are chosen than there is room for about once in 30,000 batches (normal tail beyond 4 sd). */
const STANDARD_DEVIATIONS = 4;

/** M: mean plus 4 standard deviations, up to a multiple of 8, at most B*T. */
export function maskedRoom(B: number, T: number, maskRate: number): number {
  const n = B * T;
  const wanted = n * maskRate + STANDARD_DEVIATIONS * Math.sqrt(n * maskRate * (1 - maskRate));
  return Math.max(1, Math.min(n, 8 * Math.ceil(wanted / 8)));
}
