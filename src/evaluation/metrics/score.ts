/** A number and, where the definition does not reach, why it is what it is: never NaN in silence. */
export interface Score {
  value: number;
  /** A plain sentence on a degenerate case; absent in the usual one. */
  note?: string;
}
