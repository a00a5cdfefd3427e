/**
 * The smallest difference a test set can show: found in 80 % of experiments at the 5 % level, two-sided.
 * For accuracy: McNemar's test on n items of which a share d gets a right answer from exactly one of the two models
 * (Connor 1987; used for NLP by Card et al. 2020). Elsewhere: 2.8 standard errors of the difference.
 */
const Z_LEVEL = 1.959963984540054;
const Z_POWER = 0.8416212335729143;

/** Smallest detectable difference of two accuracies; null where even full one-sidedness (difference = d) is too little. */
export function minimumDetectableDifference(items: number, disagreement: number): number | null {
  const needed = (gain: number): number =>
    ((Z_LEVEL * Math.sqrt(disagreement) + Z_POWER * Math.sqrt(Math.max(0, disagreement - gain * gain))) / gain) ** 2;
  if (items <= 0 || disagreement <= 0 || needed(disagreement) > items) return null;
  let [low, high] = [0, disagreement];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (needed(middle) > items) low = middle;
    else high = middle;
  }
  return high;
}

/** The same from a standard error. */
export function detectableFromDeviation(deviation: number): number {
  return (Z_LEVEL + Z_POWER) * deviation;
}
