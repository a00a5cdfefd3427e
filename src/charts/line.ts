/** One line of a chart: arrays as they are (only the first `length` count), a tone and a look. */
export interface Line {
  label: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  length: number;
  tone: "train" | "held-out" | "plain";
  look: "solid" | "faint" | "dots";
}
