/**
 * A row of the methods' table: one training method, who says what is right, how far we are from it, and how far we
 * would be if the method did nothing. `npm test` runs every row, `npm run bench -- methods` prints them.
 */
export interface MethodRow {
  /** In the field's words: "Label smoothing". */
  method: string;
  /** What our numbers are held against: "PyTorch 2.15, ten AdamW steps". */
  oracle: string;
  /** The largest deviation that passes; the row's file says why. */
  tolerance: number;
  /** Largest deviation of our numbers from the oracle's, relative unless the row's file says otherwise. */
  deviation(): number | Promise<number>;
  /** The same with the method switched off: a test that cannot fail would show a small number here. */
  withoutIt(): number | Promise<number>;
}

/** A row whose method does nothing is at least so many times its tolerance away. */
export const leastEffect = 10;
