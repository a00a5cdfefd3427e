/** The learning-rate finder as the page sees it. */
export interface RatePoint {
  rate: number;
  /** Of this update, nats a masked token. */
  loss: number;
  smoothed: number;
}
export interface RateSweep {
  points: RatePoint[];
  /** A rate in the steepest part of the fall; null when the loss never fell. */
  suggestion: number | null;
  /** The loss grew so much that the sweep ended before its last rate. */
  diverged: boolean;
  /** A plain sentence where the device could not compute as the recipe asks. */
  notice?: string;
}
